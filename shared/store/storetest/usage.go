package storetest

import (
	"net/netip"
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
	for _, s := range spends() {
		w.spends(s, t, 3, 3)
	}
	use := usedFrom(noon().Add(time.Millisecond), "192.0.2.1", "2001:db8::1", "192.0.2.2", "192.0.2.3", "192.0.2.4")
	use.Uses, use.Calls = 99, map[pat.Scope]int64{"repo:read": 99, "a:b": 1} // not its affair
	w.must(w.store.TouchToken(w.Context(), t.Prefix, time.Time{}, use))
	t.Usage = use
	t.Usage.Uses, t.Usage.Calls = 3, map[pat.Scope]int64{"repo:read": 3}
	w.same("token", w.stored(t.Prefix), t)
	w.same("owner", w.row(o.ID), o)
}
