package api_test

import (
	"crypto/rand"
	"errors"
	"log/slog"
	"testing"
	"time"

	"latchkey/shared/pat"
	"latchkey/shared/session"
	"latchkey/shared/store/mem"
)

// newService returns a service, its administrator, and a token of his with the scope.
func newService(t testing.TB, scope pat.Scope) (*pat.Service, pat.Caller, pat.CreateResult) {
	t.Helper()
	store := mem.New()
	ring := pat.NewKeyRing(store)
	svc := pat.NewService(pat.Config{Store: store, Ring: ring, Sessions: session.New(ring, "urn:latchkey", nil),
		Policy: pat.DefaultPolicy(), Now: time.Now, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler)})
	ctx := t.Context()
	password := pat.NewSecret("a long password")
	_, bootErr := svc.Bootstrap(ctx, "admin", func() (pat.Secret, error) { return password, nil })
	login, loginErr := svc.Login(ctx, pat.LoginRequest{Username: "admin", Password: password})
	caller, callerErr := svc.Authenticate(ctx, pat.Credential{Scheme: pat.SchemeBearer, Secret: login.Secret})
	made, err := svc.Create(ctx, caller, pat.CreateRequest{Name: "made here", Scopes: []pat.Scope{scope}})
	if err := errors.Join(bootErr, loginErr, callerErr, err); err != nil {
		t.Fatal(err)
	}
	return svc, caller, made
}
