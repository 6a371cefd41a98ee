package storetest

import (
	"errors"
	"time"

	"latchkey/shared/pat"
)

// ungatedCases are creates for which no limit was judged, so that the owner's row only has to be at an epoch.
func ungatedCases() []testCase {
	return []testCase{
		{"leaves the owner's row as it is", func(w *world) {
			o := w.owner("service#hoprd")
			t := w.draft(o)
			w.must(w.ungated(t))
			w.same("token", w.stored(t.Prefix), t)
			w.same("owner", w.row(o.ID), o)
		}},
		{"needs the owner at the epoch, at whatever version", func(w *world) {
			o := w.owner("service#hoprd")
			w.must(w.store.PutOwner(w.Context(), o, 1, pat.Standing{})) // a change that leaves the epoch
			w.must(w.ungated(w.draft(o)))
			for _, epoch := range []int64{0, 2} {
				t := w.draft(o)
				t.OwnerEpoch = epoch
				w.wants("create at another epoch", w.ungated(t), pat.ErrOwnerMoved)
				w.absent(t.Prefix)
			}
		}},
		{"needs an owner", func(w *world) {
			t := w.draft(pat.Owner{ID: "service#hoprd", Tag: w.tag()})
			w.wants("create for nobody", w.store.CreateToken(w.Context(), pat.NewToken{Token: t}), pat.ErrOwnerMoved)
			w.absent(t.Prefix)
		}},
		{"needs the maker to stand", func(w *world) {
			o := w.owner("service#hoprd")
			maker := w.made(&o, 0)
			by := pat.Standing{Token: maker.Prefix, Version: maker.Version}
			w.must(w.store.CreateToken(w.Context(), pat.NewToken{Token: w.draft(o), By: by}))
			w.must(w.store.UpdateToken(w.Context(), maker, 1, pat.Standing{}))
			t := w.draft(o)
			w.wants("create by a maker that has moved", w.store.CreateToken(w.Context(), pat.NewToken{Token: t, By: by}), pat.ErrCallerMoved)
			w.absent(t.Prefix)
			by = pat.Standing{Owner: o.ID, Epoch: o.Epoch}
			w.must(w.store.CreateToken(w.Context(), pat.NewToken{Token: t, By: by}))
			by.Epoch++
			err := w.store.CreateToken(w.Context(), pat.NewToken{Token: w.draft(o), By: by})
			w.wants("create by the owner at another epoch", err, pat.ErrCallerMoved)
		}},
		{"happens for all of many at once", func(w *world) {
			o := w.owner("service#hoprd")
			drafts := make([]pat.Token, 32)
			for i := range drafts {
				drafts[i] = w.addressed(o, noon().Add(time.Duration(i)*time.Second)) // of one second, two may have one prefix
				drafts[i].OwnerEpoch = o.Epoch
			}
			for _, err := range atOnce(len(drafts), func(i int) error { return w.ungated(drafts[i]) }) {
				w.must(err)
			}
			w.same("number of tokens", len(w.walk(o, 10)), len(drafts))
			w.same("owner", w.row(o.ID), o)
		}},
		{"happens before the owner's epoch moves, or not at all", ungatedAgainstPut},
	}
}

// ungated stores a token without a limit.
func (w *world) ungated(t pat.Token) error {
	w.Helper()
	return w.store.CreateToken(w.Context(), pat.NewToken{Token: t})
}

// ungatedAgainstPut: who reads the owner's tokens once his epoch has moved sees all that there ever will be of the old one.
func ungatedAgainstPut(w *world) {
	for range 8 {
		o := w.owner(pat.GroupID(string(w.tag())))
		t := w.draft(o)
		var seen int
		results := atOnce(2, func(i int) error {
			if i == 0 {
				return w.ungated(t)
			}
			moved := o
			moved.Epoch++
			err := w.store.PutOwner(w.Context(), moved, 1, pat.Standing{})
			page, _, readErr := w.store.Tokens(w.Context(), o.ID, o.Tag, "", 10)
			seen = len(page)
			return errors.Join(err, readErr)
		})
		w.must(results[1])
		if results[0] != nil {
			w.wants("who came later", results[0], pat.ErrOwnerMoved)
		}
		w.same("number of tokens seen", seen == 1, results[0] == nil)
	}
}
