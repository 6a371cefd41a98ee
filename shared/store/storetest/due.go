package storetest

import (
	"math/rand/v2"
	"runtime"
	"slices"
	"time"

	"latchkey/shared/pat"
)

func dueCases() []testCase {
	return []testCase{
		{"names nobody where nothing is due", func(w *world) {
			o := w.owner("user#alice")
			w.made(&o, 0)
			w.dueIs(noon().Add(1000*time.Hour), 10)
		}},
		{"names the soonest first, from the very moment", func(w *world) {
			all := w.duePeople()
			w.dueIs(noon().Add(-time.Millisecond), 10)
			w.dueIs(noon(), 10, all[0])
			w.dueIs(noon().Add(3*time.Hour-time.Millisecond), 10, all[:3]...)
			w.dueIs(noon().Add(3*time.Hour), 10, all[:4]...)
			w.dueIs(noon().Add(1000*time.Hour), 10, all...)
		}},
		{"names at most so many", func(w *world) {
			all := w.duePeople()
			for max := 1; max <= len(all); max++ {
				w.dueIs(noon().Add(1000*time.Hour), max, all[:max]...)
			}
		}},
		{"follows each change", dueFollows},
		{"is not moved by use", func(w *world) {
			o := w.owner("user#alice")
			t := w.dueAt(w.draft(o), time.Hour)
			t.MaxUses = 5
			w.create(&o, t)
			w.must(w.store.TouchToken(w.Context(), t.Prefix, t.Usage.LastUsedAt, pat.Usage{LastUsedAt: noon()}))
			w.spends(spendUses(), t, 1, 1)
			w.dueIs(noon().Add(time.Hour), 10, t.Prefix)
			w.same("when it is due", w.stored(t.Prefix).DueAt.Equal(t.DueAt), true)
		}},
		{"is not moved by a write that fails", func(w *world) {
			o := w.owner("user#alice")
			t := w.create(&o, w.dueAt(w.draft(o), time.Hour))
			other := w.dueAt(t.Clone(), 2*time.Hour)
			w.wants("update at another version", w.store.UpdateToken(w.Context(), other, 7, pat.Standing{}), pat.ErrConflict)
			late := w.dueAt(w.later(w.draft(o), 1), time.Minute)
			w.wants("create for an owner that moved", w.store.CreateToken(w.Context(), pat.NewToken{Token: late, OwnerVersion: 77}), pat.ErrOwnerMoved)
			w.dueIs(noon().Add(3*time.Hour), 10, t.Prefix)
		}},
		{"is what the records say, whatever was done", dueOfRandomChanges},
	}
}

// dueAt makes a token due some time after noon.
func (w *world) dueAt(t pat.Token, after time.Duration) pat.Token {
	t.DueAt = noon().Add(after)
	return t
}

// duePeople stores tokens of several owners that are due from noon on, one each hour, and returns them in that order. They
// are made in another.
func (w *world) duePeople() []pat.Prefix {
	w.Helper()
	all := make([]pat.Prefix, 8)
	for i, hour := range []int{5, 0, 3, 7, 1, 6, 2, 4} {
		o := w.owner(pat.UserID(string(rune('a' + i))))
		all[hour] = w.create(&o, w.dueAt(w.draft(o), time.Duration(hour)*time.Hour)).Prefix
	}
	return all
}

// dueIs looks until it sees these, since a store may lag behind.
func (w *world) dueIs(at time.Time, max int, want ...pat.Prefix) {
	w.Helper()
	for end := time.Now().Add(patience); ; runtime.Gosched() {
		got, err := w.store.Due(w.Context(), at, max)
		w.must(err)
		if slices.Equal(got, want) {
			return
		}
		if time.Now().After(end) {
			w.same("due", got, want)
			return
		}
	}
}

func dueFollows(w *world) {
	o := w.owner("user#alice")
	t := w.create(&o, w.dueAt(w.draft(o), time.Hour))
	other := w.create(&o, w.dueAt(w.later(w.draft(o), 1), 2*time.Hour))
	far := noon().Add(1000 * time.Hour)
	change := func(edit func(*pat.Token)) {
		w.Helper()
		edit(&t)
		w.must(w.store.UpdateToken(w.Context(), t, t.Version, pat.Standing{}))
		t.Version++
	}
	change(func(t *pat.Token) { t.Name = "renamed" })
	w.dueIs(far, 10, t.Prefix, other.Prefix)
	change(func(t *pat.Token) { t.DueAt = noon().Add(3 * time.Hour) })
	w.dueIs(far, 10, other.Prefix, t.Prefix)
	w.dueIs(noon().Add(2*time.Hour), 10, other.Prefix)
	change(func(t *pat.Token) { t.RevokedAt, t.DueAt = noon(), time.Time{} })
	w.dueIs(far, 10, other.Prefix)
	change(func(t *pat.Token) { t.DueAt = noon() })
	w.dueIs(far, 10, t.Prefix, other.Prefix)
}

// dueOfRandomChanges compares the index with what the records would say, after each of some rounds.
func dueOfRandomChanges(w *world) {
	o := w.owner("user#alice")
	var seed [32]byte
	_, err := w.rand.Read(seed[:])
	w.must(err)
	draw := rand.New(rand.NewChaCha8(seed))
	var all []pat.Token
	for round := range 6 {
		for step := range 8 {
			t := w.later(w.draft(o), 8*round+step)
			if old := len(all) > 0 && draw.IntN(3) > 0; old {
				at := draw.IntN(len(all))
				t = all[at]
				all = slices.Delete(all, at, at+1)
			}
			// No two are due at one moment, so that the order is known.
			if t.DueAt = noon().Add(time.Duration(draw.IntN(100))*time.Hour + time.Duration(8*round+step)*time.Millisecond); draw.IntN(4) == 0 {
				t.DueAt = time.Time{}
			}
			if slices.ContainsFunc(w.walk(o, 100), func(s pat.Token) bool { return s.Prefix == t.Prefix }) {
				w.must(w.store.UpdateToken(w.Context(), t, t.Version, pat.Standing{}))
				t.Version++
			} else {
				w.create(&o, t)
			}
			all = append(all, t)
		}
		at, max := noon().Add(time.Duration(draw.IntN(100))*time.Hour), 1+draw.IntN(12)
		w.dueIs(at, max, dueOf(w.walk(o, 100), at, max)...)
		w.dueIs(noon().Add(1000*time.Hour), 1000, dueOf(w.walk(o, 100), noon().Add(1000*time.Hour), 1000)...)
	}
}

// dueOf is what Due should say of these records.
func dueOf(all []pat.Token, at time.Time, max int) (due []pat.Prefix) {
	all = slices.DeleteFunc(all, func(t pat.Token) bool { return t.DueAt.IsZero() || at.Before(t.DueAt) })
	slices.SortFunc(all, func(a, b pat.Token) int { return a.DueAt.Compare(b.DueAt) })
	for _, t := range all[:min(len(all), max)] {
		due = append(due, t.Prefix)
	}
	return due
}
