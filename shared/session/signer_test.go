package session_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/shared/pat"
	"latchkey/shared/session"
)

const issuer = "https://tokens.example.com"

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

func TestRoundTrip(t *testing.T) {
	full := aSession()
	sparse := full
	sparse.Scopes, sparse.Epoch = nil, 0
	oidc := full
	oidc.Owner = "oidc#0123456789abcdef#auth0|7"
	hub := full
	hub.Scopes, hub.Product, hub.Tag = nil, pat.DockerHub, "k3v9b2mq"
	exchanged := full
	exchanged.Token, exchanged.Product, exchanged.Tag = tokenID, pat.DockerHub, "k3v9b2mq"
	for name, want := range map[string]pat.Session{"with scopes": full, "all scopes, epoch zero": sparse, "an OIDC subject": oidc,
		"Docker Hub's": hub, "got with a token": exchanged} {
		t.Run(name, func(t *testing.T) {
			signer := newSigner(newKey(t, "k1"))
			got, err := signer.Read(t.Context(), issue(t, signer, want), noon)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestWireForm(t *testing.T) {
	parts := strings.Split(issue(t, newSigner(newKey(t, "k1")), aSession()).Reveal(), ".")
	const head = `{"alg":"ES256","kid":"k1","typ":"session+jwt"}`
	const body = `{"iss":"https://tokens.example.com","aud":"https://tokens.example.com","sub":"user#alice",` +
		`"iat":1772366400,"exp":1772370000,"jti":"0f1e2d","epoch":3,"scope":"tokens:read repo:write"}`
	for i, want := range []string{head, body} {
		if got, err := base64.RawURLEncoding.DecodeString(parts[i]); err != nil || string(got) != want {
			t.Errorf("part %d: %s (%v)\nwant %s", i, got, err, want)
		}
	}
}

func TestTimesAreWholeSecondsRoundedDown(t *testing.T) {
	s := aSession()
	s.IssuedAt, s.ExpiresAt = s.IssuedAt.Add(999*time.Millisecond), s.ExpiresAt.Add(999*time.Millisecond)
	signer := newSigner(newKey(t, "k1"))
	got, err := signer.Read(t.Context(), issue(t, signer, s), noon)
	if err != nil || !got.IssuedAt.Equal(noon) || !got.ExpiresAt.Equal(noon.Add(time.Hour)) {
		t.Errorf("%v to %v, %v", got.IssuedAt, got.ExpiresAt, err)
	}
}

func TestWithoutKeysNothingIsDecided(t *testing.T) {
	jwt := issue(t, newSigner(newKey(t, "k1")), aSession())
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	p384, err := ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	for name, store := range map[string]stub{
		"the store fails":        {err: errors.New("the disk is gone")},
		"no keys were ever made": {err: pat.ErrNotFound},
		"a key is not PKCS #8":   {keys: pat.Keys{Signing: []pat.SigningKey{{ID: "k1", Private: []byte("?")}}}},
		"a key is RSA":           {keys: pat.Keys{Signing: []pat.SigningKey{{ID: "k1", Private: pkcs8(t, rsaKey)}}}},
		"a key is on P-384":      {keys: pat.Keys{Signing: []pat.SigningKey{{ID: "k1", Private: pkcs8(t, p384)}}}},
		"a key has no half":      {keys: pat.Keys{Signing: []pat.SigningKey{{ID: "k1", KMS: "arn"}}}},
		"a public half is RSA":   {keys: pat.Keys{Signing: []pat.SigningKey{{ID: "k1", Public: pkix(t, rsaKey.Public()), KMS: "arn"}}}},
		"a public half is P-384": {keys: pat.Keys{Signing: []pat.SigningKey{{ID: "k1", Public: pkix(t, p384.Public()), KMS: "arn"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			signer := session.New(pat.NewKeyRing(store), issuer, nil)
			if _, err := signer.Read(t.Context(), jwt, noon); err == nil || isVerdict(err) {
				t.Errorf("read: %v", err)
			}
			if _, err := signer.Issue(t.Context(), aSession()); err == nil || isVerdict(err) {
				t.Errorf("issue: %v", err)
			}
		})
	}
	t.Run("the ring's own error passes through", func(t *testing.T) {
		signer := session.New(pat.NewKeyRing(stub{err: errors.New("gone")}), issuer, nil)
		if _, err := signer.Read(t.Context(), jwt, noon); pat.CodeOf(err) != pat.CodeUnavailable {
			t.Error(err)
		}
	})
	t.Run("there is no signing key", func(t *testing.T) {
		signer := newSigner()
		if _, err := signer.Issue(t.Context(), aSession()); err == nil {
			t.Error("signed")
		}
		if _, err := signer.Read(t.Context(), jwt, noon); !errors.Is(err, pat.ErrForeign) {
			t.Error(err)
		}
	})
}

func TestIssueSignsNothingThatReadRefuses(t *testing.T) {
	for name, change := range map[string]func(*pat.Session){
		"no owner":                  func(s *pat.Session) { s.Owner = "" },
		"no id":                     func(s *pat.Session) { s.ID = "" },
		"no lifetime":               func(s *pat.Session) { s.ExpiresAt = s.IssuedAt },
		"an empty scope":            func(s *pat.Session) { s.Scopes = []pat.Scope{""} },
		"a scope with a space":      func(s *pat.Session) { s.Scopes = []pat.Scope{"a:b c:d"} },
		"more scopes than there be": func(s *pat.Session) { s.Scopes = slice("a:b", pat.MaxScopes+1) },
	} {
		t.Run(name, func(t *testing.T) {
			s := aSession()
			change(&s)
			if jwt, err := newSigner(newKey(t, "k1")).Issue(t.Context(), s); err == nil || isVerdict(err) || !jwt.IsZero() {
				t.Errorf("%v, %v", jwt, err)
			}
		})
	}
}

func TestIssueRefusesScopesThatMakeTheJWTTooLong(t *testing.T) {
	signer, s := newSigner(newKey(t, "k1")), aSession()
	s.Scopes = slice(pat.Scope(strings.Repeat("a", 60)+":b"), 40)
	if jwt := issue(t, signer, s).Reveal(); len(jwt) > 4096 {
		t.Errorf("%d bytes", len(jwt))
	} else if _, err := signer.Read(t.Context(), pat.NewSecret(jwt), noon); err != nil {
		t.Error(err)
	}
	s.Scopes = slice(pat.Scope(strings.Repeat("a", 60)+":b"), 50)
	if _, err := signer.Issue(t.Context(), s); pat.CodeOf(err) != pat.CodeInvalid {
		t.Error(err)
	}
}

func TestASessionThatWouldReadAsAnotherIsNotIssued(t *testing.T) {
	signer := newSigner(newKey(t, "k1"))
	for name, edit := range map[string]func(*pat.Session){
		"a token's without scopes": func(s *pat.Session) { s.Token, s.Scopes = tokenID, nil },
		"of a token that is none":  func(s *pat.Session) { s.Token = "x" },
		"of a user without a tag":  func(s *pat.Session) { s.Product = pat.DockerHub },
	} {
		s := aSession()
		edit(&s)
		if _, err := signer.Issue(t.Context(), s); err == nil {
			t.Errorf("%s: issued", name)
		}
	}
}

// tokenID is one that a session was got with.
const tokenID = "b30bb30b-b30b-8b30-8b30-b30bb30bb30b"

func aSession() pat.Session {
	return pat.Session{ID: "0f1e2d", Owner: "user#alice", Epoch: 3, Scopes: []pat.Scope{"tokens:read", "repo:write"},
		IssuedAt: noon, ExpiresAt: noon.Add(time.Hour)}
}

// stub is a store that holds service keys and nothing else.
type stub struct {
	pat.Store
	keys pat.Keys
	err  error
}

func (s stub) Keys(context.Context) (pat.Keys, error) { return s.keys, s.err }

func newSigner(keys ...pat.SigningKey) *session.Signer {
	return session.New(pat.NewKeyRing(stub{keys: pat.Keys{Signing: keys}}), issuer, nil)
}

func newKey(t testing.TB, id string) pat.SigningKey {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return pat.SigningKey{ID: id, Private: pkcs8(t, key)}
}

func pkcs8(t testing.TB, key any) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func pkix(t testing.TB, key any) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return der
}

func issue(t testing.TB, signer *session.Signer, s pat.Session) pat.Secret {
	t.Helper()
	jwt, err := signer.Issue(context.Background(), s)
	if err != nil {
		t.Fatal(err)
	}
	return jwt
}

func isVerdict(err error) bool {
	return errors.Is(err, pat.ErrForeign) || errors.Is(err, pat.ErrBadJWT)
}

func slice(s pat.Scope, n int) []pat.Scope {
	out := make([]pat.Scope, n)
	for i := range out {
		out[i] = s
	}
	return out
}
