package storetest

import (
	"net/netip"
	"strings"
	"time"

	"latchkey/shared/pat"
)

func tokenCases() []testCase {
	return []testCase{
		{"are not found where there is none", func(w *world) {
			o := w.owner("user#alice")
			w.made(&o, 0)
			w.absent(w.addressed(o, noon()).Prefix)
			w.absent(w.addressed(w.owner("user#bob"), noon()).Prefix)
		}},
		{"come back whole", func(w *world) {
			o := w.owner("user#alice")
			t := w.create(&o, w.draft(o))
			w.same("token", w.stored(t.Prefix), t)
		}},
		{"come back bare", func(w *world) {
			o := w.owner("user#alice")
			t := w.made(&o, 0)
			w.same("token", w.stored(t.Prefix), t)
		}},
		{"come back as large as is legal", func(w *world) {
			o := w.owner(pat.OwnerID("oidc#0123456789abcdef#" + strings.Repeat("s", 255)))
			t := w.create(&o, w.largest(o))
			w.same("token", w.stored(t.Prefix), t)
		}},
		{"take an empty list for none", func(w *world) {
			o := w.owner("user#alice")
			t := w.addressed(o, noon())
			t.Scopes, t.AllowedIPs, t.Usage.LastUsedIPs = []pat.Scope{}, []netip.Prefix{}, []netip.Addr{}
			t.Wire, t.Sealed, t.MaxCalls, t.Usage.Calls = []byte{}, []byte{}, map[pat.Scope]int64{}, map[pat.Scope]int64{}
			w.create(&o, t)
			got := w.stored(t.Prefix)
			w.same("token", got, t)
			w.same("counts are none", got.MaxCalls == nil && got.Usage.Calls == nil, true)
		}},
		{"keep every millisecond, in UTC", tokenTimes},
		{"keep every character", func(w *world) {
			o := w.owner("user#alice")
			for i, text := range texts() {
				t := w.addressed(o, noon().Add(time.Duration(i)*time.Second))
				t.Name, t.Description, t.LastChange.Via = text, text, text
				w.create(&o, t)
				w.same("token", w.stored(t.Prefix), t)
			}
		}},
		{"keep every kind of address", tokenAddresses},
		{"are copies", tokensAreCopies},
	}
}

// times are those that are easily lost, from the first to the last that a request can name. A zero time is "not set";
// the first instant of Unix is not.
func times() []time.Time {
	return []time.Time{
		{},
		time.Unix(0, 0).UTC(),
		time.Date(2026, 3, 14, 12, 0, 0, 1e6, time.UTC),
		time.Date(2026, 3, 14, 12, 0, 0, 999e6, time.UTC),
		time.Date(2126, 12, 31, 23, 59, 59, 999e6, time.UTC),
		time.Date(9999, 12, 31, 23, 59, 59, 999e6, time.UTC),
	}
}

func tokenTimes(w *world) {
	o := w.owner("user#alice")
	for i, at := range times() {
		t := w.addressed(o, noon().Add(time.Duration(i)*time.Second))
		t.NotBefore, t.ExpiresAt, t.RevokedAt, t.PurgeAt, t.DueAt, t.UpdatedAt, t.LastChange.At = at, at, at, at, at, at, at
		w.create(&o, t)
		w.must(w.store.TouchToken(w.Context(), t.Prefix, time.Time{}, pat.Usage{LastUsedAt: at}))
		t.Usage.LastUsedAt = at
		got := w.stored(t.Prefix)
		w.same("token", got, t)
		w.utc("a time", got.NotBefore, got.ExpiresAt, got.RevokedAt, got.PurgeAt, got.DueAt, got.CreatedAt, got.UpdatedAt,
			got.LastChange.At, got.Usage.LastUsedAt)
	}
}

func (w *world) utc(what string, times ...time.Time) {
	w.Helper()
	for _, at := range times {
		if at.Location() != time.UTC {
			w.Errorf("%s is in the zone %s", what, at.Location())
		}
	}
}

// texts are those that are easily spoilt: composed and decomposed, right to left, beyond 16 bits, what JSON
// and HTML escape, and what looks like nothing.
func texts() []string {
	return []string{"é", "e\u0301", "שלום", "日本語", "👩‍👩‍👧", `"\/<>&'`, "a\tb\nc", " ", "null", "0", "\u00a0", "\ufffd", "\u007f"}
}

func tokenAddresses(w *world) {
	o := w.owner("user#alice")
	t := w.addressed(o, noon())
	for _, rule := range []string{"0.0.0.0/0", "::/0", "192.0.2.1/32", "10.0.0.0/8", "2001:db8::1/128", "fe80::/10"} {
		t.AllowedIPs = append(t.AllowedIPs, netip.MustParsePrefix(rule))
	}
	w.create(&o, t)
	for _, ip := range []string{"192.0.2.1", "2001:db8::1", "::", "0.0.0.0", "255.255.255.255"} {
		t.Usage.LastUsedIPs = append(t.Usage.LastUsedIPs, netip.MustParseAddr(ip))
	}
	t.Usage.LastUsedAt = noon()
	w.must(w.store.TouchToken(w.Context(), t.Prefix, time.Time{}, t.Usage))
	w.same("token", w.stored(t.Prefix), t)
	for _, ip := range t.Usage.LastUsedIPs {
		t.LastChange.IP = ip
		w.must(w.store.UpdateToken(w.Context(), t, t.Version, pat.Standing{}))
		t.Version++
		w.same("token", w.stored(t.Prefix), t)
	}
}

func tokensAreCopies(w *world) {
	o := w.owner("user#alice")
	given := w.draft(o)
	want := given.Clone()
	w.create(&o, given)
	spoil := func(t pat.Token) {
		t.Wire[0]++
		t.Sealed[0]++
		t.MaxCalls["repo:read"] = 99
		for scope := range t.Usage.Calls {
			t.Usage.Calls[scope] = 99
		}
		t.Scopes[0], t.AllowedIPs[0] = "spoilt:it", netip.MustParsePrefix("0.0.0.0/0")
		if len(t.Usage.LastUsedIPs) > 0 {
			t.Usage.LastUsedIPs[0] = netip.MustParseAddr("0.0.0.0")
		}
	}
	spoil(given)
	w.same("token after what was given to create has changed", w.stored(want.Prefix), want)

	use := pat.Usage{LastUsedAt: noon(), LastUsedIPs: []netip.Addr{netip.MustParseAddr("192.0.2.1")}}
	w.must(w.store.TouchToken(w.Context(), want.Prefix, time.Time{}, use))
	want.Usage = pat.Usage{LastUsedAt: noon(), LastUsedIPs: []netip.Addr{netip.MustParseAddr("192.0.2.1")}}
	use.LastUsedIPs[0] = netip.MustParseAddr("0.0.0.0")
	w.same("token after what was given to touch has changed", w.stored(want.Prefix), want)

	given = want.Clone()
	w.must(w.store.UpdateToken(w.Context(), given, 1, pat.Standing{}))
	want.Version = 2
	spoil(given)
	w.same("token after what was given to update has changed", w.stored(want.Prefix), want)

	given = want.Clone()
	w.spends(spendCalls("repo:read"), given, 1, 1)
	want.Usage.Calls = map[pat.Scope]int64{"repo:read": 1}
	spoil(given)
	w.same("token after what was given to spend has changed", w.stored(want.Prefix), want)

	spoil(w.stored(want.Prefix))
	page, _, err := w.store.Tokens(w.Context(), o.ID, o.Tag, "", 10)
	w.must(err)
	for _, t := range append(page, w.found(string(o.Tag), 1)...) {
		spoil(t)
	}
	w.same("token after what was returned has changed", w.stored(want.Prefix), want)
}
