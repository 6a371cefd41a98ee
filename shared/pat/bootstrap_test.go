package pat_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"errors"
	"fmt"
	"strings"
	"testing"

	"latchkey/shared/pat"
	"latchkey/shared/store/mem"
)

// empty is a world whose store holds nothing yet.
func empty(t *testing.T) *world {
	return newWorld(t, func(c *pat.Config) {
		spy := c.Store.(*spyStore)
		spy.Store = mem.New()
	})
}

func given(word string) func() (pat.Secret, error) {
	return func() (pat.Secret, error) { return pat.NewSecret(word), nil }
}

func notAsked(t *testing.T) func() (pat.Secret, error) {
	return func() (pat.Secret, error) {
		t.Error("a password was asked for")
		return pat.Secret{}, nil
	}
}

func TestTheFirstStartMakesKeysAndAnAdministrator(t *testing.T) {
	w := empty(t)
	w.refused(w.Ready(w.ctx), pat.CodeUnavailable)
	created, err := w.Bootstrap(w.ctx, "admin", given(password))
	if w.must(err); !created {
		t.Error("it says that nobody was made")
	}
	w.must(w.Ready(w.ctx))
	keys, err := w.store.Store.Keys(w.ctx)
	w.must(err)
	if keys.Version != 1 || len(keys.Tag) != 1 || len(keys.Tag[0]) != 32 || len(keys.Seal) != 32 || bytes.Equal(keys.Tag[0], keys.Seal) || len(keys.Signing) != 1 {
		t.Fatalf("the keys are %d and %d bytes, and %d to sign", len(keys.Tag), len(keys.Seal), len(keys.Signing))
	}
	private, err := x509.ParsePKCS8PrivateKey(keys.Signing[0].Private)
	w.must(err)
	if key, ok := private.(*ecdsa.PrivateKey); !ok || key.Curve != elliptic.P256() || len(keys.Signing[0].ID) != 12 || !keys.Signing[0].CreatedAt.Equal(morning) {
		t.Errorf("the signing key is a %T, %q of %s", private, keys.Signing[0].ID, keys.Signing[0].CreatedAt)
	}
	session, err := w.Login(w.ctx, login("admin", password))
	w.must(err)
	made := w.create(w.by(session.Secret), withScopes("admin:all"))
	w.wantVerdict(made.Secret, pat.VerifyValid)

	created, err = w.Bootstrap(w.ctx, "admin", notAsked(t))
	if w.must(err); created {
		t.Error("the second start made somebody")
	}
	again, err := w.store.Store.Keys(w.ctx)
	if w.must(err); again.Version != 1 || !bytes.Equal(again.Tag[0], keys.Tag[0]) {
		t.Error("the second start made other keys")
	}
}

func TestAStartMakesNobodyOfANameThatIsThere(t *testing.T) {
	w := newWorld(t)
	was := w.user("admin") // no administrator
	created, err := w.Bootstrap(w.ctx, "admin", notAsked(t))
	if w.must(err); created {
		t.Error("somebody was made")
	}
	if diff := compare(was, w.row("user#admin")); diff != "" {
		t.Errorf("the user was changed: %s", diff)
	}
}

func TestTwoFirstStartsAgreeOnTheKeys(t *testing.T) {
	w := empty(t)
	w.store.first("PutKeys", func() {
		w.must(w.store.Store.PutKeys(w.ctx, pat.Keys{Tag: [][]byte{tagKey(3)}, Seal: tagKey(4)}, 0))
	})
	_, err := w.Bootstrap(w.ctx, "admin", given(password))
	w.must(err)
	keys, err := w.store.Store.Keys(w.ctx)
	if w.must(err); !bytes.Equal(keys.Tag[0], tagKey(3)) {
		t.Error("the keys of the other start were overwritten")
	}
}

func TestAStartThatFailsSaysSo(t *testing.T) {
	down := errors.New("the store is down")
	for _, method := range []string{"Keys", "PutKeys", "Owner", "PutOwner"} {
		t.Run(method, func(t *testing.T) {
			w := empty(t)
			w.store.fail(method, down)
			created, err := w.Bootstrap(w.ctx, "admin", given(password))
			if e := w.refused(err, pat.CodeUnavailable); created || !errors.Is(e, down) {
				t.Errorf("made: %t, for the log %v", created, e.Err)
			}
		})
	}
	t.Run("without randomness", func(t *testing.T) {
		w := newWorld(t, func(c *pat.Config) {
			c.Store.(*spyStore).Store = mem.New()
			c.Rand = exhausted{}
		})
		w.refused(errOf(w.Bootstrap(w.ctx, "admin", given(password))), pat.CodeInternal)
		if w.store.calls("PutKeys") != 0 {
			t.Error("weak keys were stored")
		}
	})
	t.Run("without a password", func(t *testing.T) {
		w := empty(t)
		none := errors.New("no password is given")
		if _, err := w.Bootstrap(w.ctx, "admin", func() (pat.Secret, error) { return pat.Secret{}, none }); !errors.Is(err, none) {
			t.Errorf("got %v", err)
		}
		w.refusedFields(errOf(w.Bootstrap(w.ctx, "admin", given("hush"))), pat.CodeInvalid, "password: at least 8 characters")
		w.refused(errOf(w.Bootstrap(w.ctx, "Not A Name", given(password))), pat.CodeInvalid)
	})
}

func TestAForgottenPasswordIsResetAtTheStore(t *testing.T) {
	w := newWorld(t)
	w.user(root, admin, withPassword)
	w.user("idle", func(o *pat.Owner) { o.Suspended = true })
	jwt := w.jwt(root)
	const next = "hush-new-horse"
	w.must(w.ResetPassword(w.ctx, root, pat.NewSecret(next), false))
	w.must(errOf(w.Login(w.ctx, login(root, next))))
	w.refused(errOf(w.Login(w.ctx, login(root, password))), pat.CodeUnauthenticated)
	w.refused(errOf(w.Authenticate(w.ctx, bearer(jwt))), pat.CodeUnauthenticated)
	if row := w.row("user#root"); row.Epoch != 2 || !row.Admin {
		t.Errorf("the row is %+v", row)
	}
	w.must(w.ResetPassword(w.ctx, "idle", pat.NewSecret(next), false))
	if row := w.row("user#idle"); !row.Suspended || row.Password == "" {
		t.Errorf("a suspended user is now %+v", row)
	}
	w.refusedFields(w.ResetPassword(w.ctx, root, pat.NewSecret("hush"), false), pat.CodeInvalid, "password: at least 8 characters")
	w.refused(w.ResetPassword(w.ctx, "nobody", pat.NewSecret(next), false), pat.CodeNotFound)
	ended, end := context.WithCancel(w.ctx)
	end()
	w.refused(w.ResetPassword(ended, root, pat.NewSecret(next), false), pat.CodeUnavailable)
}

func TestWhoHoldsTheStoreMakesAnAdministratorAgain(t *testing.T) {
	w := newWorld(t)
	w.user("alice")
	made := w.create(w.as("alice"))
	jwt := w.jwt("alice")
	w.patchUser(pat.PatchUserRequest{Name: "alice", Suspended: ptr(true)})
	w.wantVerdict(made.Secret, pat.VerifySuspended)

	w.must(w.ResetPassword(w.ctx, "alice", pat.NewSecret("hush-new-horse"), true))
	w.wantVerdict(made.Secret, pat.VerifyValid)
	if row := w.row("user#alice"); !row.Admin || row.Suspended {
		t.Errorf("got %+v", row)
	}
	w.refused(errOf(w.Authenticate(w.ctx, bearer(jwt))), pat.CodeUnauthenticated)
}

func TestAPasswordsHashIsNeverPrinted(t *testing.T) {
	row := pat.Owner{Password: pat.PasswordHash(phc())}
	for _, verb := range []string{"%v", "%+v", "%#v", "%s"} {
		if text := fmt.Sprintf(verb, row); strings.Contains(text, "argon2id") {
			t.Errorf("%s prints %s", verb, text)
		}
	}
}
