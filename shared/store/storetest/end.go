package storetest

import (
	"context"
	"errors"
	"time"

	"latchkey/shared/pat"
)

func endCases() []testCase {
	return []testCase{
		{"of a context is an error of every method", func(w *world) {
			ctx, cancel := context.WithCancel(w.Context())
			cancel()
			w.everyMethod(ctx, func(method string, err error) {
				w.fails(method, err)
				if !errors.Is(err, context.Canceled) {
					w.Errorf("%s: %v, which does not say that the context has ended", method, err)
				}
			})
		}},
		{"of a context's time is an error of every method", func(w *world) {
			ctx, cancel := context.WithDeadline(w.Context(), time.Now().Add(-time.Second))
			defer cancel()
			w.everyMethod(ctx, w.fails)
		}},
		{"of the store is an error of every method", func(w *world) {
			o := w.owner("user#alice")
			w.made(&o, 0)
			w.must(w.store.Close())
			w.everyMethod(w.Context(), w.fails)
		}},
		{"of the store may come twice", func(w *world) {
			w.must(w.store.Close())
			w.must(w.store.Close())
		}},
		{"of the store does not undo what came before", func(w *world) {
			o := w.owner("user#alice")
			results := atOnce(16, func(i int) error {
				if i == 8 {
					return w.store.Close()
				}
				return w.store.PutOwner(w.Context(), pat.Owner{ID: pat.UserID(string(rune('a' + i))), Tag: o.Tag}, 0, pat.Standing{})
			})
			for _, err := range results {
				if conflicts(err) || errors.Is(err, pat.ErrNotFound) {
					w.Errorf("a write at the end: %v", err)
				}
			}
			w.must(results[8])
		}},
	}
}

// everyMethod calls each method with arguments that would otherwise do.
func (w *world) everyMethod(ctx context.Context, check func(method string, err error)) {
	w.Helper()
	s, o := w.store, w.draftOwner("user#zoe")
	t := w.draft(o)
	only := func(_ any, err error) error { return err }
	_, _, tokensErr := s.Tokens(ctx, o.ID, o.Tag, "", 1)
	for method, err := range map[string]error{
		"Keys":        only(s.Keys(ctx)),
		"PutKeys":     s.PutKeys(ctx, draftKeys(), 0),
		"Owner":       only(s.Owner(ctx, o.ID)),
		"PutOwner":    s.PutOwner(ctx, o, 0, pat.Standing{}),
		"Users":       only(s.Users(ctx, "", 1)),
		"Token":       only(s.Token(ctx, t.Prefix)),
		"CreateToken": s.CreateToken(ctx, pat.NewToken{Token: t, OwnerVersion: 1}),
		"UpdateToken": s.UpdateToken(ctx, t, 1, pat.Standing{}),
		"TouchToken":  s.TouchToken(ctx, t.Prefix, time.Time{}, pat.Usage{LastUsedAt: noon()}),
		"SpendUses":   only(s.SpendUses(ctx, t, 1)),
		"SpendCalls":  only(s.SpendCalls(ctx, t, "repo:read", 1)),
		"Tokens":      tokensErr,
		"CountLive":   only(s.CountLive(ctx, o.ID, o.Tag, noon())),
		"FindTokens":  only(s.FindTokens(ctx, string(o.Tag), "", 1)),
		"Due":         only(s.Due(ctx, noon(), 1)),
		"Answer":      only(s.Answer(ctx, o.Tag, "key")),
	} {
		check(method, err)
	}
}
