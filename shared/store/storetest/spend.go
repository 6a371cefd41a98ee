package storetest

import (
	"context"
	"errors"
	"slices"
	"time"

	"latchkey/shared/pat"
)

// spend is one of the two methods that spend, and what it counts.
type spend struct {
	name  string
	limit func(t *pat.Token, most int64)
	do    func(ctx context.Context, store pat.Store, t pat.Token, n int64) (int64, error)
	set   func(u *pat.Usage, n int64)
}

func spendUses() spend {
	return spend{"uses", func(t *pat.Token, most int64) { t.MaxUses = most },
		func(ctx context.Context, store pat.Store, t pat.Token, n int64) (int64, error) {
			return store.SpendUses(ctx, t, n)
		},
		func(u *pat.Usage, n int64) { u.Uses = n }}
}

func spendCalls(scope pat.Scope) spend {
	return spend{"calls", func(t *pat.Token, most int64) { t.MaxCalls = map[pat.Scope]int64{scope: most, "another:one": 1} },
		func(ctx context.Context, store pat.Store, t pat.Token, n int64) (int64, error) {
			return store.SpendCalls(ctx, t, scope, n)
		},
		func(u *pat.Usage, n int64) { u.Calls = map[pat.Scope]int64{scope: n} }}
}

func spends() []spend { return []spend{spendUses(), spendCalls("repo:read")} }

// spends checks that as much can be spent, and what the count then is.
func (w *world) spends(s spend, t pat.Token, n, want int64) {
	w.Helper()
	if got, err := s.do(w.Context(), w.store, t, n); err != nil || got != want {
		w.Errorf("spend %d %s: %d, %v, want %d", n, s.name, got, err, want)
	}
}

// spendsNot checks that nothing can be spent, and why.
func (w *world) spendsNot(s spend, t pat.Token, n int64, want error) {
	w.Helper()
	got, err := s.do(w.Context(), w.store, t, n)
	w.wants("spend "+s.name, err, want)
	w.same("count of nothing", got, int64(0))
}

// spent is the usage of a token of which so much is spent, and nothing else.
func (s spend) spent(n int64) (u pat.Usage) {
	s.set(&u, n)
	return u
}

// limited stores a bare token of which so much can be spent.
func (w *world) limited(s spend, most int64) pat.Token {
	w.Helper()
	o := w.owner("user#alice")
	t := w.addressed(o, noon())
	s.limit(&t, most)
	return w.create(&o, t)
}

func spendCases() []testCase {
	var cases []testCase
	for _, s := range spends() {
		for _, c := range []struct {
			name string
			run  func(*world, spend)
		}{
			{"adds to them and nothing else", spendAdds},
			{"goes up to the limit and not beyond", spendToTheLimit},
			{"fails at another version and where there is no record", spendElsewhere},
			{"fails once the record has changed", spendAfterAChange},
			{"is exact for many at once", func(w *world, s spend) { w.spendAtOnce(s, 30, 1, 30) }},
			{"is exact for many at once who want several", func(w *world, s spend) { w.spendAtOnce(s, 30, 7, 4) }},
			{"loses nothing to touches, nor they to it", spendAndTouch},
		} {
			cases = append(cases, testCase{"of " + s.name + " " + c.name, func(w *world) { c.run(w, s) }})
		}
	}
	return cases
}

func spendAdds(w *world, s spend) {
	o := w.owner("user#alice")
	t := w.create(&o, w.draft(o))
	use := usedFrom(noon(), "192.0.2.1")
	w.must(w.store.TouchToken(w.Context(), t.Prefix, time.Time{}, use))
	w.spends(s, t, 1, 1)
	w.spends(s, t, 1000, 1001)
	w.spends(s, t, 1, 1002)
	t.Usage = use
	s.set(&t.Usage, 1002)
	w.same("token", w.stored(t.Prefix), t)
	w.same("owner", w.row(o.ID), o)
}

func spendToTheLimit(w *world, s spend) {
	t := w.limited(s, 3)
	w.spendsNot(s, t, 4, pat.ErrSpent)
	w.same("usage", w.stored(t.Prefix).Usage, pat.Usage{})
	w.spends(s, t, 2, 2)
	w.spendsNot(s, t, 2, pat.ErrSpent)
	w.spends(s, t, 1, 3)
	w.spendsNot(s, t, 1, pat.ErrSpent)
	w.same("usage", w.stored(t.Prefix).Usage, s.spent(3))
}

func spendElsewhere(w *world, s spend) {
	o := w.owner("user#alice")
	t := w.create(&o, w.draft(o))
	for _, version := range []int64{0, 2} {
		moved := t
		moved.Version = version
		w.spendsNot(s, moved, 1, pat.ErrConflict)
		w.spendsNot(s, moved, t.MaxUses+1, pat.ErrConflict)
	}
	w.same("token", w.stored(t.Prefix), t)
	nobodys := w.draft(o)
	w.spendsNot(s, nobodys, 1, pat.ErrConflict)
	w.absent(nobodys.Prefix)
}

func spendAfterAChange(w *world, s spend) {
	o := w.owner("user#alice")
	t := w.create(&o, w.draft(o))
	t.RevokedAt = noon()
	w.must(w.store.UpdateToken(w.Context(), t, 1, pat.Standing{}))
	w.spendsNot(s, t, 1, pat.ErrConflict)
	w.same("usage", w.stored(t.Prefix).Usage, pat.Usage{})
}

// spendAtOnce checks that of 48 calls exactly so many succeed, and that no two saw the same count.
func (w *world) spendAtOnce(s spend, limit, n int64, want int) {
	t := w.limited(s, limit)
	counts := make([]int64, 48)
	for i, err := range atOnce(len(counts), func(i int) (err error) {
		counts[i], err = s.do(w.Context(), w.store, t, n)
		return err
	}) {
		if err != nil {
			w.wants("spend", err, pat.ErrSpent)
			counts[i] = 0
		}
	}
	counts = slices.DeleteFunc(counts, func(c int64) bool { return c == 0 })
	slices.Sort(counts)
	var all []int64
	for i := range want {
		all = append(all, n*int64(i+1))
	}
	w.same("counts returned", counts, all)
	w.same("usage", w.stored(t.Prefix).Usage, s.spent(n*int64(want)))
}

func spendAndTouch(w *world, s spend) {
	o := w.owner("user#alice")
	t := w.create(&o, w.draft(o))
	touches := 0
	for i, err := range atOnce(24, func(i int) error {
		if i%2 == 0 {
			_, err := s.do(w.Context(), w.store, t, 1)
			return err
		}
		return w.touchOnceMore(t.Prefix)
	}) {
		w.must(err)
		touches += i % 2
	}
	t.Usage = usedFrom(noon().Add(time.Duration(touches-1)*time.Minute), "192.0.2.1")
	s.set(&t.Usage, 12)
	w.same("token", w.stored(t.Prefix), t)
}

// touchOnceMore notes a use a minute after the last one.
func (w *world) touchOnceMore(p pat.Prefix) error {
	for {
		was, err := w.store.Token(w.Context(), p)
		if err != nil {
			return err
		}
		next := noon()
		if !was.Usage.LastUsedAt.IsZero() {
			next = was.Usage.LastUsedAt.Add(time.Minute)
		}
		err = w.store.TouchToken(w.Context(), p, was.Usage.LastUsedAt, usedFrom(next, "192.0.2.1"))
		if !errors.Is(err, pat.ErrConflict) {
			return err
		}
	}
}
