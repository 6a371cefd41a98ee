package dynamo_test

import (
	"fmt"
	"testing"
	"time"

	"latchkey/localstack/faultproxy"
	"latchkey/shared/pat"
	"latchkey/shared/store/dynamo"
)

// evening is long after all that the tests write.
func evening() time.Time { return noon().Add(6 * time.Hour) }

// retells puts everything into the stream again that is untold in the evening, and returns what became of it.
func (r *rig) retells() dynamo.Retold {
	r.Helper()
	got, err := r.Retell(r.Context(), evening(), evening().Add(6*time.Hour))
	r.must(err)
	return got
}

// changes are the writes on a token that the stream has as changes, each by its version.
func (r *rig) changes(p pat.Prefix) (versions []int64) {
	r.Helper()
	all, err := r.db.Stream(r.Context(), r.table)
	r.must(err)
	for _, w := range all {
		if image, err := dynamo.ReadImage(w.New); err == nil && image.Changed && image.Token.Prefix == p {
			versions = append(versions, image.Token.Version)
		}
	}
	return versions
}

// untold reports whether the record says that its last change is untold.
func (r *rig) untold(p pat.Prefix) bool {
	r.Helper()
	var untold bool
	r.rewrite(tokenAt(p), func(it item) { // which writes the same, and so nothing
		image, err := dynamo.ReadImage(it)
		r.must(err)
		untold = image.Untold
	})
	return untold
}

func TestEachChangeIsUntoldUntilItIsTold(t *testing.T) {
	f := newFixture(newRig(t))
	p, version := f.token.Prefix, int64(1)
	told := func() {
		t.Helper()
		f.must(f.Told(f.ctx, p, version))
		if f.untold(p) {
			t.Errorf("version %d is untold", version)
		}
	}
	told()
	for _, by := range []pat.Standing{{}, f.foreign} { // alone, and in a transaction
		f.token.LastChange.At = f.token.LastChange.At.Add(time.Minute)
		f.must(f.UpdateToken(f.ctx, f.token, version, by))
		if version++; !f.untold(p) {
			t.Errorf("version %d is told", version)
		}
		f.must(f.Told(f.ctx, p, version-1))
		f.must(f.Told(f.ctx, p, version+1))
		if !f.untold(p) {
			t.Errorf("version %d is told by another", version)
		}
		told()
		told()
	}
	f.token.Version = version
	f.same("the token", f.stored(p), f.token)
	f.same("in the stream", f.changes(p), []int64{1, 2, 3})
	gone := f.draft(f.group, 9).Prefix
	f.must(f.Told(f.ctx, gone, 1))
	f.wants("read what is not there", only(f.Token(f.ctx, gone)), pat.ErrNotFound)
}

// A use says that the last write was no change. What is untold stays so, and what is told too.
func TestAUseNeitherTellsAChangeNorHidesIt(t *testing.T) {
	f := newFixture(newRig(t))
	use := func(t pat.Token, was, at time.Time) {
		f.must(f.TouchToken(f.ctx, t.Prefix, was, pat.Usage{LastUsedAt: at}))
	}
	use(f.token, time.Time{}, noon())
	use(f.limited, time.Time{}, noon())
	for _, spend := range f.spends() {
		f.must(only(spend()))
	}
	f.same("told again", f.retells(), dynamo.Retold{Count: 2, Oldest: noon()})
	f.same("in the stream", [][]int64{f.changes(f.token.Prefix), f.changes(f.limited.Prefix)}, [][]int64{{1, 1}, {1, 1}})
	for _, token := range []pat.Token{f.token, f.limited} {
		use(token, noon(), evening())
		f.must(f.Told(f.ctx, token.Prefix, 1))
		use(token, evening(), evening().Add(time.Minute))
	}
	for _, spend := range f.spends() {
		f.must(only(spend()))
	}
	f.same("told again", f.retells(), dynamo.Retold{})
	f.token.Usage = pat.Usage{LastUsedAt: evening().Add(time.Minute)}
	f.limited.Usage = pat.Usage{LastUsedAt: evening().Add(time.Minute), Uses: 2, Calls: map[pat.Scope]int64{"repo:read": 2}}
	f.same("the token", f.stored(f.token.Prefix), f.token)
	f.same("the limited one", f.stored(f.limited.Prefix), f.limited)
}

func TestWhatIsUntoldSinceBeforeIsPutIntoTheStreamAgainOnce(t *testing.T) {
	r := newRig(t)
	o := r.owner("user#alice")
	var all []pat.Token
	for second := range 20 {
		all = append(all, r.create(&o, r.draft(o, second)))
	}
	now := noon().Add(time.Hour)
	for _, c := range []struct {
		before time.Time
		want   dynamo.Retold
	}{
		{noon(), dynamo.Retold{}},
		{noon().Add(time.Millisecond), dynamo.Retold{Count: 1, Oldest: noon()}},
		{noon().Add(9*time.Second + time.Millisecond), dynamo.Retold{Count: 9, Oldest: noon().Add(time.Second)}},
		{noon().Add(time.Minute), dynamo.Retold{Count: 10, Oldest: noon().Add(10 * time.Second)}},
		{noon().Add(time.Minute), dynamo.Retold{}},
		{now, dynamo.Retold{}},
	} {
		got, err := r.Retell(t.Context(), c.before, now)
		r.must(err)
		r.same("told again before "+c.before.String(), got, c.want)
	}
	for _, token := range all {
		r.same("in the stream", r.changes(token.Prefix), []int64{1, 1})
		r.same("the token", r.stored(token.Prefix), token)
	}
	got, err := r.Retell(t.Context(), now.Add(time.Millisecond), now.Add(time.Hour))
	r.must(err)
	r.same("an hour later", got, dynamo.Retold{Count: 20, Oldest: noon()}) // as old as the change is
}

// One that a wrong clock put a year ahead would wait for a year.
func TestWhatIsUntoldSinceALongTimeAheadIsToldAgainToo(t *testing.T) {
	r := newRig(t)
	o := r.owner("user#alice")
	at := func(second int, ahead time.Duration) pat.Token {
		token := r.draft(o, second)
		token.LastChange.At = evening().Add(ahead)
		return r.create(&o, token)
	}
	near, far := at(0, time.Hour), at(1, time.Hour+time.Millisecond)
	got, err := r.Retell(t.Context(), evening().Add(-time.Hour), evening())
	r.must(err)
	r.same("told again", got, dynamo.Retold{Count: 1, Oldest: evening().Add(time.Hour + time.Millisecond)})
	r.same("in the stream", [][]int64{r.changes(near.Prefix), r.changes(far.Prefix)}, [][]int64{{1}, {1, 1}})
}

func TestTellingAgainIsWholeHoweverShortThePages(t *testing.T) {
	for _, size := range []int{1, 2, 5} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			r := newRig(t)
			o := r.owner("user#alice")
			for i := range 40 {
				token := r.draft(o, i)
				token.LastChange.At = noon() // all at once, as a sweep over an owner's tokens makes them
				r.create(&o, token)
			}
			r.proxy.Fail("Query", faultproxy.Always, faultproxy.Short(size))
			r.same("told again", r.retells(), dynamo.Retold{Count: 40, Oldest: noon()})
			r.same("told again", r.retells(), dynamo.Retold{})
		})
	}
}

// A version before put no change into the index.
func TestARecordThatWasWrittenBeforeThereWasAnIndexIsWhole(t *testing.T) {
	f := newFixture(newRig(t))
	f.must(f.Told(f.ctx, f.limited.Prefix, 1))
	f.rewrite(tokenAt(f.token.Prefix), func(it item) {
		delete(it, "untoldAt")
		delete(it, "untoldShard")
	})
	f.same("the token", f.stored(f.token.Prefix), f.token)
	f.must(f.Told(f.ctx, f.token.Prefix, 1))
	f.same("told again", f.retells(), dynamo.Retold{})
	f.same("in the stream", f.changes(f.token.Prefix), []int64{1, 1}) // the second is the test's own write
	f.must(f.UpdateToken(f.ctx, f.token, 1, pat.Standing{}))
	f.same("told again", f.retells(), dynamo.Retold{Count: 1, Oldest: noon()})
}
