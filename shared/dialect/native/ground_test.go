package native_test

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"latchkey/shared/api"
	"latchkey/shared/pat"
	"latchkey/shared/session"
	"latchkey/shared/store/mem"
)

// ground is a whole service in memory with a clock that stands, and what was seen of its answers.
type ground struct {
	spec
	t      *testing.T
	now    time.Time
	store  *mem.Store
	svc    *pat.Service
	served http.Handler
	// broken is the same service with a store that panics, so that every operation that asks it is our fault.
	broken http.Handler

	statuses map[string]bool // "createToken 201"
	members  map[string]bool // of answers' bodies: "code", "code=VALID"

	admin, alice string // Authorization headers: sessions of an administrator, and of the admin of group "build"
}

const (
	adminPassword = "a password of the tests"
	alicePassword = "correct horse battery" // as in the document's example
)

func newGround(t *testing.T) *ground {
	t.Helper()
	g := &ground{spec: published(t), t: t, now: time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC), store: mem.New(),
		statuses: map[string]bool{}, members: map[string]bool{}}
	policy := pat.DefaultPolicy()
	policy.TokensPerOwner = 12
	policy.Creates = pat.Rate{PerMinute: 60, Burst: 40}
	policy.LoginsByAccount = pat.Rate{PerMinute: 6, Burst: 1}
	ring := pat.NewKeyRing(g.store)
	cfg := pat.Config{Store: g.store, Ring: ring, Sessions: session.New(ring, "https://pat.example"), Policy: policy,
		Now: func() time.Time { return g.now }, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler)}
	g.svc = pat.NewService(cfg)
	g.served = api.Handler(g.svc, cfg.Log, pat.Ops()...)
	cfg.Store = struct{ pat.Store }{}
	g.broken = api.Handler(pat.NewService(cfg), cfg.Log, pat.Ops()...)

	password := func() (pat.Secret, error) { return pat.NewSecret(adminPassword), nil }
	if _, err := g.svc.Bootstrap(t.Context(), "admin", password); err != nil {
		t.Fatal(err)
	}
	g.admin = g.session("admin")
	g.ask(201, g.admin, "POST /v1/users", `{"username":"alice","password":"`+alicePassword+`","groups":[{"id":"build","role":"admin"}]}`)
	g.alice = g.session("alice")
	return g
}

// session opens a session as a log-in does, but for the password: hashing is slow.
func (g *ground) session(name string, scopes ...pat.Scope) string {
	return g.sessionFrom("", name, scopes...)
}

// sessionFrom opens one as a log-in with a token does.
func (g *ground) sessionFrom(token pat.ID, name string, scopes ...pat.Scope) string {
	g.t.Helper()
	row, err := g.store.Owner(g.t.Context(), pat.UserID(name))
	if err != nil {
		g.t.Fatal(err)
	}
	signer := session.New(pat.NewKeyRing(g.store), "https://pat.example")
	jwt, err := signer.Issue(g.t.Context(), pat.Session{ID: "1", Owner: row.ID, Epoch: row.Epoch, Scopes: scopes, Token: token,
		IssuedAt: g.now, ExpiresAt: g.now.Add(24 * time.Hour)})
	if err != nil {
		g.t.Fatal(err)
	}
	return "Bearer " + jwt.Reveal()
}

// user makes a user who has no password.
func (g *ground) user(name string) {
	g.t.Helper()
	tag, err := pat.NewTag(rand.Reader)
	if err == nil {
		err = g.store.PutOwner(g.t.Context(), pat.Owner{ID: pat.UserID(name), Tag: tag, CreatedAt: g.now, UpdatedAt: g.now}, 0, pat.Standing{})
	}
	if err != nil {
		g.t.Fatal(err)
	}
}
