package storetest

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strconv"
	"strings"
	"time"

	"latchkey/shared/pat"
)

// site is a service over the case's store, and the people who use it.
type site struct {
	*world
	*pat.Service
	faults *Faulty
}

// most is the limit of live tokens an owner under the policy of a site.
const most = 10

// site starts a service. Several of one world are like several processes that share the store.
func (w *world) site() *site { w.Helper(); return w.siteOn(w.store) }

// siteOn starts one that has a store of its own on the world's records.
func (w *world) siteOn(store pat.Store) *site {
	w.Helper()
	if _, err := w.store.Keys(w.Context()); err != nil {
		w.wants("read the keys", err, pat.ErrNotFound)
		w.must(w.store.PutKeys(w.Context(), draftKeys(), 0))
	}
	policy := pat.DefaultPolicy()
	policy.TokensPerOwner = most
	policy.Creates = pat.Rate{PerMinute: 1_000_000, Burst: 1_000_000}
	faults := NewFaulty(store)
	return &site{w, pat.NewService(pat.Config{
		Store: faults, Ring: pat.NewKeyRing(faults), Sessions: sessions{}, Superuser: pat.NewSecret(superuser), Policy: policy,
		Now: w.clock.Now, Rand: w.rand, Log: slog.New(slog.DiscardHandler),
	}), faults}
}

// sites starts as many services.
func (w *world) sites(n int) []*site {
	var all []*site
	for range n {
		all = append(all, w.site())
	}
	return all
}

// sessions takes "session.<owner>.<epoch>" for a JWT. It stands in for signatures, which no store knows.
type sessions struct{}

func (sessions) Issue(context.Context, pat.Session) (pat.Secret, error) {
	return pat.Secret{}, fmt.Errorf("no session is issued here")
}

func (sessions) Read(_ context.Context, jwt pat.Secret, now time.Time) (pat.Session, error) {
	parts := strings.Split(jwt.Reveal(), ".")
	epoch, err := strconv.ParseInt(parts[2], 10, 64)
	if err != nil || parts[0] != "session" {
		return pat.Session{}, pat.ErrBadJWT
	}
	return pat.Session{ID: "s", Owner: pat.OwnerID(parts[1]), Epoch: epoch, IssuedAt: now, ExpiresAt: now.Add(time.Hour)}, nil
}

func sessionOf(o pat.Owner) pat.Credential {
	return pat.Credential{Scheme: pat.SchemeBearer, Secret: pat.NewSecret(fmt.Sprintf("session.%s.%d", o.ID, o.Epoch))}
}

// caller logs the owner in, as his row stands.
func (s *site) caller(id pat.OwnerID) pat.Caller {
	s.Helper()
	c, err := s.Authenticate(s.Context(), sessionOf(s.row(id)))
	s.must(err)
	return c
}

// admin makes an administrator, who can suspend and delete others.
func (s *site) admin() pat.Caller {
	s.Helper()
	o := pat.Owner{ID: "user#root", Tag: s.tag(), Epoch: 1, Admin: true}
	s.must(s.store.PutOwner(s.Context(), o, 0, pat.Standing{}))
	return s.caller(o.ID)
}

// request asks for a token that anybody may have.
func request() pat.CreateRequest {
	return pat.CreateRequest{Name: "deploy", Scopes: []pat.Scope{"repo:read"}}
}

// replay asks the same with an idempotency key.
func replayed(key string) pat.CreateRequest {
	r := request()
	r.Replay = &pat.Replay{Key: key, Body: pat.NewSecret("body").Hash()}
	return r
}

// issue makes tokens for the caller.
func (s *site) issue(c pat.Caller, n int) []pat.CreateResult {
	s.Helper()
	var made []pat.CreateResult
	for range n {
		r, err := s.Create(s.Context(), c, request())
		s.must(err)
		made = append(made, r)
	}
	return made
}

// verdict judges a token at a cost of one use.
func (s *site) verdict(secret pat.Secret) pat.VerifyCode {
	s.Helper()
	r, err := s.Verify(s.Context(), pat.VerifyRequest{Token: secret, Cost: 1})
	if err != nil {
		s.Errorf("verify: %v", err)
	}
	return r.Code
}

// verdicts checks that all the tokens get one verdict.
func (s *site) verdicts(made []pat.CreateResult, want pat.VerifyCode) {
	s.Helper()
	for i, m := range made {
		if got := s.verdict(m.Secret); got != want {
			s.Errorf("token %d: %s, want %s", i, got, want)
		}
	}
}

// refused notes an error of another code.
func (w *world) refused(doing string, err error, want ...pat.Code) {
	w.Helper()
	if got := pat.CodeOf(err); !slices.Contains(want, got) {
		w.Errorf("%s: %q (%v), want %q", doing, got, err, want)
	}
}
