package storetest

import (
	"errors"
	"net/netip"
	"slices"
	"time"

	"latchkey/shared/pat"
)

func touchCases() []testCase {
	return []testCase{
		{"notes a use and nothing else", touchNotes},
		{"notes a use without an address", func(w *world) {
			o := w.owner("user#alice")
			t := w.made(&o, 0)
			w.must(w.store.TouchToken(w.Context(), t.Prefix, time.Time{}, usedFrom(noon(), "192.0.2.1")))
			later := noon().Add(time.Minute)
			w.must(w.store.TouchToken(w.Context(), t.Prefix, noon(), pat.Usage{LastUsedAt: later}))
			w.same("usage", w.stored(t.Prefix).Usage, pat.Usage{LastUsedAt: later})
		}},
		{"fails if another use was noted first", func(w *world) {
			o := w.owner("user#alice")
			t := w.made(&o, 0)
			later := noon().Add(time.Minute)
			w.wants("touch, as if used", w.store.TouchToken(w.Context(), t.Prefix, noon(), usedFrom(later, "::1")), pat.ErrConflict)
			w.same("usage", w.stored(t.Prefix).Usage, pat.Usage{})
			first := usedFrom(noon(), "192.0.2.1")
			w.must(w.store.TouchToken(w.Context(), t.Prefix, time.Time{}, first))
			for _, was := range []time.Time{{}, noon().Add(time.Millisecond), noon().Add(-time.Millisecond)} {
				w.wants("touch", w.store.TouchToken(w.Context(), t.Prefix, was, usedFrom(later, "::1")), pat.ErrConflict)
			}
			w.same("usage", w.stored(t.Prefix).Usage, first)
		}},
		{"fails where there is no record", func(w *world) {
			t := w.draft(w.owner("user#alice"))
			w.wants("touch nothing", w.store.TouchToken(w.Context(), t.Prefix, time.Time{}, usedFrom(noon(), "::1")), pat.ErrConflict)
			w.absent(t.Prefix)
		}},
		{"happens once for many who saw one use", func(w *world) {
			o := w.owner("user#alice")
			t := w.made(&o, 0)
			w.oneWins(atOnce(16, func(i int) error {
				at := noon().Add(time.Duration(i) * time.Millisecond)
				return w.store.TouchToken(w.Context(), t.Prefix, time.Time{}, pat.Usage{LastUsedAt: at})
			}), pat.ErrConflict)
		}},
	}
}

func usedFrom(at time.Time, ips ...string) pat.Usage {
	u := pat.Usage{LastUsedAt: at}
	for _, ip := range ips {
		u.LastUsedIPs = append(u.LastUsedIPs, netip.MustParseAddr(ip))
	}
	return u
}

func touchNotes(w *world) {
	o := w.owner("user#alice")
	t := w.create(&o, w.draft(o))
	_, err := w.store.SpendUses(w.Context(), t, 3)
	w.must(err)
	use := usedFrom(noon().Add(time.Millisecond), "192.0.2.1", "2001:db8::1", "192.0.2.2", "192.0.2.3", "192.0.2.4")
	use.Uses = 99 // not its affair
	w.must(w.store.TouchToken(w.Context(), t.Prefix, time.Time{}, use))
	t.Usage = use
	t.Usage.Uses = 3
	w.same("token", w.stored(t.Prefix), t)
	w.same("owner", w.row(o.ID), o)
}

func spendCases() []testCase {
	return []testCase{
		{"adds to the uses and nothing else", func(w *world) {
			o := w.owner("user#alice")
			t := w.create(&o, w.draft(o))
			use := usedFrom(noon(), "192.0.2.1")
			w.must(w.store.TouchToken(w.Context(), t.Prefix, time.Time{}, use))
			for i, n := range []int64{1, 1000, 1} {
				uses, err := w.store.SpendUses(w.Context(), t, n)
				w.must(err)
				w.same("uses", uses, []int64{1, 1001, 1002}[i])
			}
			t.Usage, t.Usage.Uses = use, 1002
			w.same("token", w.stored(t.Prefix), t)
			w.same("owner", w.row(o.ID), o)
		}},
		{"goes up to the limit and not beyond", spendToTheLimit},
		{"fails at another version and where there is no record", func(w *world) {
			o := w.owner("user#alice")
			t := w.create(&o, w.draft(o))
			for _, version := range []int64{0, 2} {
				moved := t
				moved.Version = version
				_, err := w.store.SpendUses(w.Context(), moved, 1)
				w.wants("spend at another version", err, pat.ErrConflict)
			}
			w.same("token", w.stored(t.Prefix), t)
			_, err := w.store.SpendUses(w.Context(), w.draft(o), 1)
			w.wants("spend of nothing", err, pat.ErrConflict)
		}},
		{"fails once the record has changed", func(w *world) {
			o := w.owner("user#alice")
			t := w.create(&o, w.draft(o))
			t.RevokedAt = noon()
			w.must(w.store.UpdateToken(w.Context(), t, 1, pat.Standing{}))
			_, err := w.store.SpendUses(w.Context(), t, 1)
			w.wants("spend of a token that was revoked", err, pat.ErrConflict)
			w.same("uses", w.stored(t.Prefix).Usage.Uses, int64(0))
		}},
		{"is exact for many at once", func(w *world) { w.spendAtOnce(30, 1, 30) }},
		{"is exact for many at once who want several", func(w *world) { w.spendAtOnce(30, 7, 4) }},
		{"loses nothing to touches, nor they to it", spendAndTouch},
	}
}

func spendToTheLimit(w *world) {
	o := w.owner("user#alice")
	t := w.addressed(o, noon())
	t.MaxUses = 3
	w.create(&o, t)
	spend := func(n, want int64) {
		w.Helper()
		uses, err := w.store.SpendUses(w.Context(), t, n)
		if want == 0 {
			w.wants("spend too much", err, pat.ErrSpent)
		} else if err != nil || uses != want {
			w.Errorf("spend %d: %d, %v, want %d", n, uses, err, want)
		}
	}
	spend(4, 0)
	spend(2, 2)
	spend(2, 0)
	spend(1, 3)
	spend(1, 0)
	w.same("uses", w.stored(t.Prefix).Usage.Uses, int64(3))
}

// spendAtOnce checks that of 48 calls exactly so many succeed, and that no two saw the same count.
func (w *world) spendAtOnce(limit, n int64, want int) {
	o := w.owner("user#alice")
	t := w.addressed(o, noon())
	t.MaxUses = limit
	w.create(&o, t)
	counts := make([]int64, 48)
	for i, err := range atOnce(len(counts), func(i int) (err error) {
		counts[i], err = w.store.SpendUses(w.Context(), t, n)
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
	w.same("uses", w.stored(t.Prefix).Usage.Uses, n*int64(want))
}

func spendAndTouch(w *world) {
	o := w.owner("user#alice")
	t := w.create(&o, w.draft(o))
	touches := 0
	for i, err := range atOnce(24, func(i int) error {
		if i%2 == 0 {
			_, err := w.store.SpendUses(w.Context(), t, 1)
			return err
		}
		for {
			was, err := w.store.Token(w.Context(), t.Prefix)
			if err != nil {
				return err
			}
			next := noon()
			if !was.Usage.LastUsedAt.IsZero() {
				next = was.Usage.LastUsedAt.Add(time.Minute)
			}
			err = w.store.TouchToken(w.Context(), t.Prefix, was.Usage.LastUsedAt, usedFrom(next, "192.0.2.1"))
			if !errors.Is(err, pat.ErrConflict) {
				return err
			}
		}
	}) {
		w.must(err)
		touches += i % 2
	}
	t.Usage = usedFrom(noon().Add(time.Duration(touches-1)*time.Minute), "192.0.2.1")
	t.Usage.Uses = 12
	w.same("token", w.stored(t.Prefix), t)
}
