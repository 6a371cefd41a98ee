package storetest

import (
	"slices"

	"latchkey/shared/pat"
)

func userCases() []testCase {
	return []testCase{
		{"are none at first", func(w *world) {
			w.same("users", w.names("", 10), []string{})
		}},
		{"are listed in the order of their names", func(w *world) {
			w.users()
			w.same("users", w.names("", 100), ordered())
		}},
		{"are listed from the first name above the given one", func(w *world) {
			w.users()
			names := ordered()
			for i, name := range names {
				w.same("users after "+name, w.names(name, 100), names[i+1:])
			}
			w.same("users after a name that nobody has", w.names("aa", 100), names[slices.Index(names, "ab"):])
			w.same("users after a name below all", w.names("-", 100), names)
		}},
		{"are listed at most so many at a time", func(w *world) {
			w.users()
			names := ordered()
			for _, max := range []int{1, 3, len(names), len(names) + 1} {
				var walked []string
				for after := ""; ; {
					page := w.names(after, max)
					if len(page) > max {
						w.Fatalf("%d users, at most %d wanted", len(page), max)
					}
					if len(page) == 0 {
						break
					}
					walked = append(walked, page...)
					after = page[len(page)-1]
				}
				w.same("users page by page", walked, names)
			}
		}},
		{"are listed whole, deleted ones too", func(w *world) {
			o := w.draftOwner("user#alice")
			w.must(w.store.PutOwner(w.Context(), o, 0, pat.Standing{}))
			page, err := w.store.Users(w.Context(), "", 10)
			w.must(err)
			w.same("users", page, []pat.Owner{o})
		}},
		{"are listed as they were last written", func(w *world) {
			o := w.owner("user#alice")
			w.made(&o, 0)
			o.Admin = true
			w.must(w.store.PutOwner(w.Context(), o, o.Version, pat.Standing{}))
			o.Version++
			page, err := w.store.Users(w.Context(), "", 10)
			w.must(err)
			w.same("users", page, []pat.Owner{o})
		}},
		{"are all there as soon as they are made", func(w *world) {
			for _, name := range ordered() {
				w.owner(pat.UserID(name))
				if !slices.Contains(w.names("", 100), name) {
					w.Errorf("%s is not listed", name)
				}
			}
		}},
	}
}

// ordered are names whose order is easily got wrong.
func ordered() []string {
	return []string{"0", "0a", "9", "a", "a-b", "a.b", "a0", "a_b", "ab", "abc", "b", "user", "z", "zz"}
}

// users stores a user of each of those names, in another order, and owners of other kinds.
func (w *world) users() {
	names := ordered()
	slices.Reverse(names)
	for _, name := range append(names[5:], names[:5]...) {
		w.owner(pat.UserID(name))
	}
	for _, id := range []pat.OwnerID{"group#a", "group#user", "oidc#0123456789abcdef#a", "usera#b", "users#b"} {
		w.owner(id)
	}
}

func (w *world) names(after string, max int) []string {
	w.Helper()
	page, err := w.store.Users(w.Context(), after, max)
	w.must(err)
	var names []string
	for _, o := range page {
		names = append(names, o.ID.Name())
	}
	return names
}
