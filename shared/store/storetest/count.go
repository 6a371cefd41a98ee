package storetest

import (
	"time"

	"latchkey/shared/pat"
)

func countCases() []testCase {
	return []testCase{
		{"of an owner without tokens is none", func(w *world) {
			w.live(w.owner("user#alice"), noon(), 0)
			w.live(pat.Owner{ID: "user#nobody", Tag: w.tag()}, noon(), 0)
		}},
		{"ends at the very instant of expiry", func(w *world) {
			o := w.owner("user#alice")
			t := w.addressed(o, noon())
			t.ExpiresAt = noon().Add(time.Hour)
			w.create(&o, t)
			w.made(&o, 1) // never expires
			w.live(o, noon(), 2)
			w.live(o, t.ExpiresAt.Add(-time.Millisecond), 2)
			w.live(o, t.ExpiresAt, 1)
			w.live(o, t.ExpiresAt.Add(time.Millisecond), 1)
			w.live(o, t.ExpiresAt.AddDate(100, 0, 0), 1)
		}},
		{"leaves out what is final and nothing else", func(w *world) {
			o := w.owner("user#alice")
			for i, edit := range []func(*pat.Token){
				func(t *pat.Token) { t.RevokedAt = noon() },
				func(t *pat.Token) { t.RevokedAt = time.UnixMilli(1).UTC() },
				func(t *pat.Token) { t.Compromised = true },
				func(t *pat.Token) { t.ExpiresAt = noon().Add(-time.Hour) },
			} {
				t := w.later(w.addressed(o, noon()), i)
				edit(&t)
				w.create(&o, t)
			}
			w.live(o, noon(), 0)
			for i, edit := range []func(*pat.Token){
				func(t *pat.Token) { t.Disabled = true },
				func(t *pat.Token) { t.Suspended = true },
				func(t *pat.Token) { t.NotBefore = noon().Add(time.Hour) },
				func(t *pat.Token) { t.MaxUses, t.Usage.Uses = 1, 1 },
				func(t *pat.Token) { t.PurgeAt = noon().Add(-time.Hour) },
			} {
				t := w.later(w.addressed(o, noon()), 10+i)
				edit(&t)
				w.create(&o, t)
				w.live(o, noon(), i+1)
			}
		}},
		{"moves at once with each write", func(w *world) {
			o := w.owner("user#alice")
			var all []pat.Token
			for i := range 5 {
				all = append(all, w.made(&o, i))
				w.live(o, noon(), i+1)
			}
			for i, t := range all {
				t.RevokedAt = noon()
				w.must(w.store.UpdateToken(w.Context(), t, 1, pat.Standing{}))
				w.live(o, noon(), 4-i)
			}
		}},
		{"goes beyond any page", func(w *world) {
			o := w.owner("user#alice")
			for i := range 120 {
				t := w.later(w.addressed(o, noon()), i)
				t.Description = w.largest(o).Description
				if i%3 == 0 {
					t.RevokedAt = noon()
				}
				w.create(&o, t)
			}
			w.live(o, noon(), 80)
		}},
	}
}

func (w *world) live(o pat.Owner, at time.Time, want int) {
	w.Helper()
	n, err := w.store.CountLive(w.Context(), o.ID, o.Tag, at)
	w.must(err)
	if n != want {
		w.Errorf("%d tokens live at %s, want %d", n, at, want)
	}
}
