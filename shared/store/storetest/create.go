package storetest

import (
	"fmt"
	"time"

	"latchkey/shared/pat"
)

func createCases() []testCase {
	return []testCase{
		{"moves the owner's version and nothing else of his", func(w *world) {
			o := w.draftOwner("user#alice")
			w.must(w.store.PutOwner(w.Context(), o, 0, pat.Standing{}))
			for range 3 {
				w.create(&o, w.draft(o))
				w.same("owner", w.row(o.ID), o)
			}
			if o.Version != 4 {
				w.Errorf("the owner is at version %d", o.Version)
			}
		}},
		{"leaves other owners and tokens alone", func(w *world) {
			alice, bob := w.owner("user#alice"), w.owner("user#bob")
			first := w.made(&alice, 0)
			w.made(&bob, 0)
			w.made(&bob, 1)
			w.same("owner", w.row(alice.ID), alice)
			w.same("token", w.stored(first.Prefix), first)
		}},
		{"needs the maker at his epoch, at whatever version", createByMaker},
		{"takes no prefix that the maker's own token has", func(w *world) {
			o := w.owner("user#alice")
			maker := w.made(&o, 0)
			n := pat.NewToken{Token: maker, OwnerVersion: o.Version, By: pat.Standing{Token: maker.Prefix, Version: maker.Version}}
			n.Token.Name = "another"
			w.wants("create", w.store.CreateToken(w.Context(), n), pat.ErrPrefixTaken)
			w.same("token", w.stored(maker.Prefix), maker)
			w.same("owner", w.row(o.ID), o)
		}},
		{"stores the answer beside", func(w *world) {
			o := w.owner("user#alice")
			a := w.draftAnswer(o, "key")
			t := w.draft(o)
			w.must(w.store.CreateToken(w.Context(), pat.NewToken{Token: t, OwnerVersion: 1, Answer: &a}))
			got, err := w.store.Answer(w.Context(), o.Tag, "key")
			w.must(err)
			w.same("answer", got, a)
			w.same("token", w.stored(t.Prefix), t)
		}},
		{"replaces an answer from the moment of its end", createReplacesAnswer},
		{"happens once for many at one version of the owner", func(w *world) {
			o := w.owner("user#alice")
			var drafts []pat.Token
			for range 16 {
				drafts = append(drafts, w.draft(o))
			}
			w.oneWins(atOnce(16, func(i int) error {
				return w.store.CreateToken(w.Context(), pat.NewToken{Token: drafts[i], OwnerVersion: 1})
			}), pat.ErrConflict)
			w.same("number of tokens", len(w.walk(o, 5)), 1)
			w.same("version of the owner", w.row(o.ID).Version, int64(2))
		}},
		{"happens once for many at one prefix", func(w *world) {
			tag := w.tag()
			p := w.addressed(pat.Owner{Tag: tag, ID: "user#alice"}, noon())
			results := atOnce(8, func(i int) error {
				o := w.ownerTagged(pat.GroupID(fmt.Sprint(i)), tag)
				t := p
				t.Owner = o.ID
				return w.store.CreateToken(w.Context(), pat.NewToken{Token: t, OwnerVersion: o.Version})
			})
			w.oneWins(results, pat.ErrConflict)
			for i, err := range results {
				if owner := pat.GroupID(fmt.Sprint(i)); (err == nil) != (w.stored(p.Prefix).Owner == owner) {
					w.Errorf("%s: %v, and the token is %s's", owner, err, w.stored(p.Prefix).Owner)
				}
			}
		}},
		{"happens once for many with one answer", createOnceWithAnswer},
		{"happens before a change of the owner, or not at all", createAgainstPut},
	}
}

func createByMaker(w *world) {
	group, maker := w.owner("group#7"), w.owner("user#alice")
	maker.Groups = []pat.Membership{{Group: "7", Role: pat.RoleAdmin}}
	w.must(w.store.PutOwner(w.Context(), maker, 1, pat.Standing{})) // a change that leaves the epoch
	maker.Version = 2
	t := w.draft(group)
	t.CreatedBy = maker.ID
	n := pat.NewToken{Token: t, OwnerVersion: 1, By: pat.Standing{Owner: maker.ID, Epoch: maker.Epoch}}
	w.must(w.store.CreateToken(w.Context(), n))
	w.same("token", w.stored(t.Prefix), t)
	w.same("maker", w.row(maker.ID), maker)
	w.same("version of the owner", w.row(group.ID).Version, int64(2))
}

func createReplacesAnswer(w *world) {
	o := w.owner("user#alice")
	first := w.draftAnswer(o, "key")
	w.must(w.store.CreateToken(w.Context(), pat.NewToken{Token: w.draft(o), OwnerVersion: 1, Answer: &first}))

	second := w.draftAnswer(o, "key")
	second.Sealed, second.Body, second.Until = []byte("second"), pat.Hash{2}, first.Until.Add(time.Hour)
	t := w.draft(o)
	t.CreatedAt = first.Until
	w.must(w.store.CreateToken(w.Context(), pat.NewToken{Token: t, OwnerVersion: 2, Answer: &second}))
	got, err := w.store.Answer(w.Context(), o.Tag, "key")
	w.must(err)
	w.same("answer", got, second)
	w.same("number of tokens", len(w.walk(o, 5)), 2)
}

func createOnceWithAnswer(w *world) {
	caller := w.owner("user#alice")
	var owners []pat.Owner
	for i := range 8 {
		owners = append(owners, w.owner(pat.GroupID(fmt.Sprint(i))))
	}
	results := atOnce(8, func(i int) error {
		a := w.draftAnswer(caller, "key")
		a.Sealed = []byte{byte(i)}
		return w.store.CreateToken(w.Context(), pat.NewToken{Token: w.draft(owners[i]), OwnerVersion: 1, Answer: &a})
	})
	w.oneWins(results, pat.ErrConflict)
	got, err := w.store.Answer(w.Context(), caller.Tag, "key")
	w.must(err)
	for i, err := range results {
		made := len(w.walk(owners[i], 5))
		if won := err == nil; won != (made == 1) || won != (got.Sealed[0] == byte(i)) || !won && made != 0 {
			w.Errorf("owner %d: %v, %d tokens, and the answer is of %d", i, err, made, got.Sealed[0])
		}
	}
}

func createAgainstPut(w *world) {
	for range 8 {
		o := w.owner(pat.GroupID(string(w.tag())))
		t := w.draft(o)
		results := atOnce(2, func(i int) error {
			if i == 0 {
				return w.store.CreateToken(w.Context(), pat.NewToken{Token: t, OwnerVersion: 1})
			}
			suspended := o
			suspended.Suspended = true
			return w.store.PutOwner(w.Context(), suspended, 1, pat.Standing{})
		})
		w.oneWins(results, pat.ErrConflict)
		w.same("is suspended", w.row(o.ID).Suspended, results[1] == nil)
		w.same("is made", len(w.walk(o, 5)) == 1, results[0] == nil)
	}
}
