package storetest

import (
	"net/netip"
	"sync/atomic"
	"time"

	"latchkey/shared/pat"
)

func updateCases() []testCase {
	return []testCase{
		{"replaces all but the usage", updateReplaces},
		{"takes away what it leaves out", func(w *world) {
			o := w.owner("user#alice")
			full := w.create(&o, w.draft(o))
			bare := w.addressed(o, noon())
			bare.Prefix, bare.ID = full.Prefix, full.ID
			w.must(w.store.UpdateToken(w.Context(), bare, 1, pat.Standing{}))
			bare.Version = 2
			w.same("token", w.stored(full.Prefix), bare)
		}},
		{"counts the version itself", func(w *world) {
			o := w.owner("user#alice")
			t := w.create(&o, w.draft(o))
			t.Version = 77
			w.must(w.store.UpdateToken(w.Context(), t, 1, pat.Standing{}))
			t.Version = 2
			w.same("token", w.stored(t.Prefix), t)
		}},
		{"keeps the stored usage, whatever it is given", updateKeepsUsage},
		{"fails at another version and writes nothing", func(w *world) {
			o := w.owner("user#alice")
			t := w.create(&o, w.draft(o))
			other := t.Clone()
			other.Name, other.RevokedAt = "another", noon()
			for _, was := range []int64{0, 2, -1} {
				w.wants("update at another version", w.store.UpdateToken(w.Context(), other, was, pat.Standing{}), pat.ErrConflict)
			}
			w.same("token", w.stored(t.Prefix), t)
		}},
		{"fails where there is no record", func(w *world) {
			o := w.owner("user#alice")
			t := w.draft(o)
			for _, was := range []int64{0, 1} {
				w.wants("update nothing", w.store.UpdateToken(w.Context(), t, was, pat.Standing{}), pat.ErrNotFound)
			}
			w.absent(t.Prefix)
		}},
		{"leaves the owner and his other tokens alone", func(w *world) {
			o := w.owner("user#alice")
			t, other := w.made(&o, 0), w.made(&o, 1)
			w.must(w.store.UpdateToken(w.Context(), t, 1, pat.Standing{}))
			w.same("owner", w.row(o.ID), o)
			w.same("token", w.stored(other.Prefix), other)
		}},
		{"lets a limit of uses rise and keeps what is spent", func(w *world) { updateRaisesLimit(w, spendUses()) }},
		{"lets a limit of calls rise and keeps what is spent", func(w *world) { updateRaisesLimit(w, spendCalls("repo:read")) }},
		{"happens once for many at one version", func(w *world) {
			o := w.owner("user#alice")
			t := w.create(&o, w.draft(o))
			var winner atomic.Int64
			w.oneWins(atOnce(16, func(i int) error {
				mine := t.Clone()
				mine.OwnerEpoch = int64(100 + i)
				err := w.store.UpdateToken(w.Context(), mine, 1, pat.Standing{})
				if err == nil {
					winner.Store(mine.OwnerEpoch)
				}
				return err
			}), pat.ErrConflict)
			t.Version, t.OwnerEpoch = 2, winner.Load()
			w.same("token", w.stored(t.Prefix), t)
		}},
		{"loses none of many that each try again", updateManyTimes},
	}
}

// changed is a token with all that can change on a record changed.
func changed(t pat.Token) pat.Token {
	t = t.Clone()
	t.Hash[0]++
	t.Name, t.Description = "renamed", ""
	t.Scopes = []pat.Scope{"repo:public_read"}
	t.AllowedIPs = []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}
	t.Sealed, t.MaxUses = []byte("sealed anew"), 7
	t.MaxCalls = map[pat.Scope]int64{"repo:read": 5, "repo:public_read": 2}
	t.NotBefore, t.ExpiresAt = time.Time{}, noon().Add(time.Hour)
	t.Disabled, t.Suspended, t.Compromised, t.RevokedAt = true, true, true, noon().Add(time.Second)
	t.UpdatedAt, t.OwnerEpoch, t.PurgeAt, t.DueAt = noon().Add(time.Second), 9, noon().Add(2*time.Hour), noon().Add(time.Minute)
	t.LastChange = pat.Change{Kind: pat.ChangeRevoked, By: t.Owner, Via: "token:" + string(t.ID), At: noon().Add(time.Second), Notice: 7 * 24 * time.Hour}
	return t
}

func updateReplaces(w *world) {
	o := w.owner("user#alice")
	t := changed(w.create(&o, w.draft(o)))
	w.must(w.store.UpdateToken(w.Context(), t, 1, pat.Standing{}))
	t.Version = 2
	w.same("token", w.stored(t.Prefix), t)
	page, _, err := w.store.Tokens(w.Context(), o.ID, o.Tag, "", 10)
	w.must(err)
	w.same("listing", page, []pat.Token{t})
}

func updateKeepsUsage(w *world) {
	o := w.owner("user#alice")
	t := w.create(&o, w.draft(o))
	used := pat.Usage{LastUsedAt: noon(), LastUsedIPs: []netip.Addr{netip.MustParseAddr("192.0.2.1")}, Uses: 2,
		Calls: map[pat.Scope]int64{"repo:read": 2}}
	w.must(w.store.TouchToken(w.Context(), t.Prefix, time.Time{}, used))
	for _, s := range spends() {
		w.spends(s, t, 2, 2)
	}
	other := pat.Usage{LastUsedAt: noon().Add(time.Hour), LastUsedIPs: []netip.Addr{netip.MustParseAddr("::1")}, Uses: 99,
		Calls: map[pat.Scope]int64{"repo:read": 99, "a/b.c_d-*:x.*": 1, "a:b": 1}}
	for i, given := range []pat.Usage{{}, other} {
		t.Usage = given
		w.must(w.store.UpdateToken(w.Context(), t, int64(1+i), pat.Standing{}))
		w.same("usage", w.stored(t.Prefix).Usage, used)
	}
}

func updateRaisesLimit(w *world, s spend) {
	t := w.limited(s, 2)
	w.spends(s, t, 2, 2)
	s.limit(&t, 3)
	w.must(w.store.UpdateToken(w.Context(), t, 1, pat.Standing{}))
	t.Version = 2
	w.spends(s, t, 1, 3)
	w.spendsNot(s, t, 1, pat.ErrSpent)
}

func updateManyTimes(w *world) {
	o := w.owner("user#alice")
	p := w.made(&o, 0).Prefix
	for _, err := range atOnce(8, func(int) error {
		for {
			t, err := w.store.Token(w.Context(), p)
			if err != nil {
				return err
			}
			t.OwnerEpoch++
			if err = w.store.UpdateToken(w.Context(), t, t.Version, pat.Standing{}); !conflicts(err) {
				return err
			}
		}
	}) {
		w.must(err)
	}
	got := w.stored(p)
	if got.OwnerEpoch != 8 || got.Version != 9 {
		w.Errorf("after 8 changes: count %d, version %d", got.OwnerEpoch, got.Version)
	}
}
