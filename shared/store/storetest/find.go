package storetest

import (
	"cmp"
	"runtime"
	"slices"
	"time"

	"latchkey/shared/pat"
)

func findCases() []testCase {
	return []testCase{
		{"sees tokens of any owner, by rising prefix", func(w *world) {
			all := w.neighbours()
			w.same("found by four characters", w.found("0abc", 5), all[1:6])
			w.same("found by five", w.found("0abc1", 3), all[1:4])
			w.same("found by a tag", w.found("0abc1000", 2), all[1:3])
			w.same("found by a whole prefix", w.found(string(all[2].Prefix), 1), all[2:3])
		}},
		{"goes on above a prefix", func(w *world) {
			all := w.neighbours()
			w.found("0abc", 5)
			for i := 1; i < 6; i++ {
				got, err := w.store.FindTokens(w.Context(), "0abc", all[i].Prefix, 10)
				w.must(err)
				w.same("found above "+string(all[i].Prefix), got, all[i+1:6])
			}
		}},
		{"returns at most so many", func(w *world) {
			all := w.neighbours()
			w.found("0abc", 5)
			for max := 1; max <= 6; max++ {
				got, err := w.store.FindTokens(w.Context(), "0abc", "", max)
				w.must(err)
				w.same("found", got, all[1:1+min(max, 5)])
			}
		}},
		{"sees nothing where there is nothing", func(w *world) {
			all := w.neighbours()
			w.found("0abc", 5)
			for _, fragment := range []string{"0abe", "0abc3", "vvvv", string(all[2].Prefix[:10]) + "vvvvvv"} {
				got, err := w.store.FindTokens(w.Context(), fragment, "", 10)
				w.must(err)
				w.same("found by "+fragment, got, []pat.Token{})
			}
		}},
		{"sees a change in the end", func(w *world) {
			o := w.owner("user#alice")
			t := w.create(&o, w.draft(o))
			w.found(string(t.Prefix), 1)
			t = changed(t)
			w.must(w.store.UpdateToken(w.Context(), t, 1, pat.Standing{}))
			t.Version = 2
			w.eventually(func() bool {
				got, err := w.store.FindTokens(w.Context(), string(t.Prefix), "", 1)
				w.must(err)
				return len(got) == 1 && got[0].Version == 2
			})
			w.same("found", w.found(string(t.Prefix), 1), []pat.Token{t})
		}},
	}
}

// neighbours stores tokens of several owners; all but the first and the last begin with 0abc.
func (w *world) neighbours() []pat.Token {
	w.Helper()
	var all []pat.Token
	for _, o := range []pat.Owner{
		w.ownerTagged("user#a", "0abbvvvv"), w.ownerTagged("user#b", "0abc1000"), w.ownerTagged("group#b", "0abc1000"),
		w.ownerTagged("user#c", "0abc1vvv"), w.ownerTagged("user#d", "0abc2000"), w.ownerTagged("user#e", "0abcvvvv"),
		w.ownerTagged("user#f", "0abd0000"),
	} {
		all = append(all, w.create(&o, w.later(w.draft(o), len(all))))
	}
	slices.SortFunc(all, func(a, b pat.Token) int { return cmp.Compare(a.Prefix, b.Prefix) })
	return all
}

// found looks until it finds as many as that, since this one method may lag behind writes.
func (w *world) found(fragment string, want int) (found []pat.Token) {
	w.Helper()
	w.eventually(func() bool {
		var err error
		found, err = w.store.FindTokens(w.Context(), fragment, "", 100)
		w.must(err)
		return len(found) == want
	})
	return found
}

// patience is how long a lookup may lag.
const patience = 10 * time.Second

func (w *world) eventually(ok func() bool) {
	w.Helper()
	for end := time.Now().Add(patience); !ok(); runtime.Gosched() {
		if time.Now().After(end) {
			w.Fatalf("not so within %s", patience)
		}
	}
}
