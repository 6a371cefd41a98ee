package pat_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"

	"latchkey/shared/pat"
)

// Another issuer may call somebody alice; his tokens are not the local user's.
func TestAnotherIssuersSubjectDoesNotLogInAsALocalUser(t *testing.T) {
	w := newWorld(t)
	w.user("alice", withPassword)
	w.identities["foreign.sub.x"] = pat.Identity{Issuer: "https://issuer.example", Subject: "alice"}
	credential := bearer(pat.NewSecret("foreign.sub.x"))
	credential.Product = hubAPI
	other, err := w.Authenticate(w.ctx, credential)
	w.must(err)
	made := w.create(other)
	_, err = w.Login(w.ctx, hubLogin("alice", made.Secret))
	w.refused(err, pat.CodeUnauthenticated)
}

func TestAnOutageCountsAsNoFailedLogIn(t *testing.T) {
	w := newWorld(t)
	w.user("bob", withPassword)
	made := w.create(w.through(hubAPI, "alice"))
	for method, login := range map[string]pat.LoginRequest{"Token": hubLogin("alice", made.Secret), "Owner": hubLogin("bob", pat.NewSecret("a password"))} {
		w.store.fail(method, errors.New("down"))
		for range 2 * pat.DefaultPolicy().LoginsBySource.Burst {
			_, err := w.Login(w.ctx, login)
			w.refused(err, pat.CodeUnavailable)
		}
		w.store.fail(method, nil)
	}
	_, err := w.Login(w.ctx, hubLogin("alice", made.Secret))
	w.must(err)
}

func TestWhoGuessesAPasswordDoesNotKeepTheUsersTokensOut(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.through(hubAPI, "alice"))
	for range 2 * pat.DefaultPolicy().LoginsByAccount.Burst {
		guess := hubLogin("alice", pat.NewSecret("is it this one?"))
		guess.Source = from("198.51.100.1")
		_, _ = w.Login(w.ctx, guess) // refused, sooner or later for its number
	}
	_, err := w.Login(w.ctx, hubLogin("alice", made.Secret))
	w.must(err)
}

// A session of a token has as many of its scopes as a header has room for.
func TestATokenWithManyLongScopesLogsInToo(t *testing.T) {
	w := newWorld(t)
	alice := w.through(hubAPI, "alice")
	made := w.create(alice, func(r *pat.CreateRequest) {
		r.Scopes = nil
		for i := range 60 {
			r.Scopes = append(r.Scopes, pat.Scope(fmt.Sprintf("r%02d/%s:x", i, strings.Repeat("y", 100))))
		}
	})
	got, err := w.Login(w.ctx, hubLogin("alice", made.Secret))
	w.must(err)
	if n := len(got.Session.Scopes); n < 10 || n >= 60 {
		t.Errorf("the session has %d scopes", n)
	}
}
