package storetest

import (
	"fmt"
	"strings"

	"latchkey/shared/pat"
)

func ownerCases() []testCase {
	return []testCase{
		{"are not found before the first write", func(w *world) {
			w.owner("user#alice")
			for _, id := range []pat.OwnerID{"user#bob", "user#alic", "user#alice2", "group#alice"} {
				_, err := w.store.Owner(w.Context(), id)
				w.wants("read "+string(id), err, pat.ErrNotFound)
			}
		}},
		{"come back whole, deleted ones too", func(w *world) {
			o := w.draftOwner("user#alice")
			w.must(w.store.PutOwner(w.Context(), o, 0, pat.Standing{}))
			w.same("owner", w.row(o.ID), o)
			w.utc("when he was made", w.row(o.ID).CreatedAt)
		}},
		{"come back bare", func(w *world) {
			o := pat.Owner{ID: "group#7", Tag: w.tag(), Version: 1}
			w.must(w.store.PutOwner(w.Context(), o, 0, pat.Standing{}))
			w.same("owner", w.row(o.ID), o)
		}},
		{"come back with as many groups as are legal", func(w *world) {
			o := w.draftOwner("user#" + pat.OwnerID(strings.Repeat("a", 64)))
			for i := len(o.Groups); i < pat.MaxGroups; i++ {
				group := fmt.Sprintf("%02d%s", i, strings.Repeat("G", 62))
				o.Groups = append(o.Groups, pat.Membership{Group: group, Role: pat.RoleMember})
			}
			w.must(w.store.PutOwner(w.Context(), o, 0, pat.Standing{}))
			w.same("owner", w.row(o.ID), o)
		}},
		{"of every kind are kept apart", ownersOfEveryKind},
		{"are written at the version that was seen", ownerAtVersion},
		{"count their version themselves", func(w *world) {
			o := w.draftOwner("user#alice")
			o.Version = 77
			w.must(w.store.PutOwner(w.Context(), o, 0, pat.Standing{}))
			o.Version = 1
			w.same("owner", w.row(o.ID), o)
		}},
		{"lose what a write leaves out", func(w *world) {
			o := w.draftOwner("user#alice")
			w.must(w.store.PutOwner(w.Context(), o, 0, pat.Standing{}))
			bare := pat.Owner{ID: o.ID, Tag: o.Tag}
			w.must(w.store.PutOwner(w.Context(), bare, 1, pat.Standing{}))
			bare.Version = 2
			w.same("owner", w.row(o.ID), bare)
		}},
		{"are made once by many at once", func(w *world) {
			w.oneWins(atOnce(16, func(i int) error {
				return w.store.PutOwner(w.Context(), pat.Owner{ID: "group#7", Tag: "0123456v", Epoch: int64(i)}, 0, pat.Standing{})
			}), pat.ErrConflict)
		}},
		{"are changed once by many who saw one version", func(w *world) {
			o := w.owner("user#alice")
			w.oneWins(atOnce(16, func(int) error {
				changed := o
				changed.Epoch++
				return w.store.PutOwner(w.Context(), changed, o.Version, pat.Standing{})
			}), pat.ErrConflict)
			o.Version, o.Epoch = o.Version+1, o.Epoch+1
			w.same("owner", w.row(o.ID), o)
		}},
		{"are copies", ownersAreCopies},
	}
}

func ownersOfEveryKind(w *world) {
	subject := pat.OwnerID("oidc#0123456789abcdef#" + strings.Repeat("~|#:/", 51))
	ids := []pat.OwnerID{"user#7", "group#7", "group#A.b_C:d-7", "oidc#0123456789abcdef#7", "oidc#0123456789abcdee#7", subject}
	want := map[pat.OwnerID]pat.Owner{}
	for _, id := range ids {
		want[id] = w.owner(id)
	}
	for _, id := range ids {
		w.same("owner", w.row(id), want[id])
	}
}

func ownerAtVersion(w *world) {
	o := w.draftOwner("user#alice")
	w.wants("write a row that is not there", w.store.PutOwner(w.Context(), o, 1, pat.Standing{}), pat.ErrConflict)
	_, err := w.store.Owner(w.Context(), o.ID)
	w.wants("read the row", err, pat.ErrNotFound)

	w.must(w.store.PutOwner(w.Context(), o, 0, pat.Standing{}))
	other := o
	other.Epoch, other.Deleted, other.Groups = 4, false, nil
	for _, was := range []int64{0, 2} {
		w.wants("write a row at another version", w.store.PutOwner(w.Context(), other, was, pat.Standing{}), pat.ErrConflict)
	}
	w.same("owner after writes that failed", w.row(o.ID), o)

	w.must(w.store.PutOwner(w.Context(), other, 1, pat.Standing{}))
	other.Version = 2
	w.same("owner after a write", w.row(o.ID), other)
}

func ownersAreCopies(w *world) {
	o := w.draftOwner("user#alice")
	want := o.Groups[0]
	w.must(w.store.PutOwner(w.Context(), o, 0, pat.Standing{}))
	o.Groups[0] = pat.Membership{}
	w.same("membership after what was given has changed", w.row(o.ID).Groups[0], want)
	w.row(o.ID).Groups[0] = pat.Membership{}
	page, err := w.store.Users(w.Context(), "", 1)
	w.must(err)
	page[0].Groups[0] = pat.Membership{}
	w.same("membership after what was returned has changed", w.row(o.ID).Groups[0], want)
}
