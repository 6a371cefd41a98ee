package storetest

import (
	"fmt"

	"latchkey/shared/pat"
)

func callCases() []testCase {
	return []testCase{
		{"are counted for each scope apart", callsApart},
		{"are refused for a scope without a limit", func(w *world) {
			o := w.owner("user#alice")
			t := w.create(&o, w.draft(o))
			w.spendsNot(spendCalls("repo:write"), t, 1, pat.ErrSpent)
			w.spendsNot(spendCalls(""), t, 1, pat.ErrSpent)
			w.same("token", w.stored(t.Prefix), t)
		}},
		{"are counted from the change on that limits them", func(w *world) {
			s := spendCalls("repo:read")
			o := w.owner("user#alice")
			t := w.made(&o, 0)
			w.spendsNot(s, t, 1, pat.ErrSpent)
			s.limit(&t, 2)
			w.must(w.store.UpdateToken(w.Context(), t, 1, pat.Standing{}))
			t.Version = 2
			w.spends(s, t, 1, 1)
			t.Usage = s.spent(1)
			w.same("token", w.stored(t.Prefix), t)
		}},
		{"stay spent when the limit falls below them", func(w *world) {
			s := spendCalls("repo:read")
			t := w.limited(s, 3)
			w.spends(s, t, 3, 3)
			s.limit(&t, 1)
			w.must(w.store.UpdateToken(w.Context(), t, 1, pat.Standing{}))
			t.Version, t.Usage = 2, s.spent(3)
			w.spendsNot(s, t, 1, pat.ErrSpent)
			w.same("token", w.stored(t.Prefix), t)
		}},
		{"are counted for as many scopes as are legal", callsOfMany},
		{"are exact for many scopes at once, beside the uses", callsAtOnce},
	}
}

func callsApart(w *world) {
	o := w.owner("user#alice")
	t := w.addressed(o, noon())
	t.MaxUses, t.MaxCalls = 1, map[pat.Scope]int64{"repo:read": 2, "a/b.c_d-*:x.*": 3}
	w.create(&o, t)
	read, other := spendCalls("repo:read"), spendCalls("a/b.c_d-*:x.*")
	w.spends(read, t, 2, 2)
	w.spends(other, t, 1, 1)
	w.spends(spendUses(), t, 1, 1)
	w.spendsNot(read, t, 1, pat.ErrSpent)
	w.spends(other, t, 2, 3)
	w.spendsNot(other, t, 1, pat.ErrSpent)
	t.Usage = pat.Usage{Uses: 1, Calls: map[pat.Scope]int64{"repo:read": 2, "a/b.c_d-*:x.*": 3}}
	w.same("token", w.stored(t.Prefix), t)
}

func callsOfMany(w *world) {
	o := w.owner("user#alice")
	t := w.create(&o, w.largest(o))
	t.Usage.Calls = map[pat.Scope]int64{}
	for scope, most := range t.MaxCalls {
		w.spends(spendCalls(scope), t, most, most)
		t.Usage.Calls[scope] = most
	}
	w.same("token", w.stored(t.Prefix), t)
	w.must(w.store.UpdateToken(w.Context(), t, 1, pat.Standing{}))
	t.Version = 2
	w.same("token", w.stored(t.Prefix), t)
}

func callsAtOnce(w *world) {
	o := w.owner("user#alice")
	t := w.addressed(o, noon())
	t.MaxUses, t.MaxCalls = 48, map[pat.Scope]int64{}
	spends := []spend{spendUses()}
	for i := range 3 {
		scope := pat.Scope(fmt.Sprintf("repo:read%d", i))
		t.MaxCalls[scope] = 10
		spends = append(spends, spendCalls(scope))
	}
	w.create(&o, t)
	won := make([]int64, len(spends))
	for i, err := range atOnce(48, func(i int) error {
		_, err := spends[i%len(spends)].do(w.Context(), w.store, t, 1)
		return err
	}) {
		if err == nil {
			won[i%len(spends)]++
		} else {
			w.wants("spend", err, pat.ErrSpent)
		}
	}
	w.same("spends that succeeded", won, []int64{12, 10, 10, 10})
	t.Usage = pat.Usage{Uses: 12, Calls: t.MaxCalls}
	w.same("token", w.stored(t.Prefix), t)
}
