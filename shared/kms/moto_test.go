package kms_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"latchkey/localstack/moto"
	"latchkey/shared/kms"
	"latchkey/shared/pat"
	"latchkey/shared/session"
	"latchkey/shared/store/mem"
)

const password = "correct horse battery"

// newService is a service on the store that signs by a key in moto. All of a test's have one clock.
func newService(t *testing.T, client *kms.Client, store pat.Store, signing string, clock *time.Time) *pat.Service {
	ring := pat.NewKeyRing(store)
	key := &pat.RemoteKey{KMS: signing, Public: func(ctx context.Context) ([]byte, error) { return client.PublicKey(ctx, signing) }}
	svc := pat.NewService(pat.Config{Store: store, Ring: ring, Sessions: session.New(ring, "urn:latchkey", client), RemoteKey: key,
		Policy: pat.DefaultPolicy(), Now: func() time.Time { return *clock }, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler)})
	if _, err := svc.Bootstrap(t.Context(), "admin", func() (pat.Secret, error) { return pat.NewSecret(password), nil }); err != nil {
		t.Fatal(err)
	}
	return svc
}

func logIn(t *testing.T, svc *pat.Service) pat.Secret {
	t.Helper()
	got, err := svc.Login(t.Context(), pat.LoginRequest{Username: "admin", Password: pat.NewSecret(password)})
	if err != nil {
		t.Fatal(err)
	}
	return got.Secret
}

func authenticate(t *testing.T, svc *pat.Service, jwt pat.Secret) error {
	_, err := svc.Authenticate(t.Context(), pat.Credential{Scheme: pat.SchemeBearer, Secret: jwt})
	return err
}

// TestMotoSigns is the whole way with a KMS that is not ours: a key made there, its public half in the store, a
// log-in signed there, and what it may do decided without it.
func TestMotoSigns(t *testing.T) {
	server := moto.Start(t)
	t.Setenv("AWS_ENDPOINT_URL_KMS", server.URL)
	t.Setenv("AWS_ACCESS_KEY_ID", moto.Credentials)
	t.Setenv("AWS_SECRET_ACCESS_KEY", moto.Credentials)
	client, err := kms.New(t.Context(), kms.Options{Call: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	first, second := server.NewKey(t, types.KeySpecEccNistP256), server.NewKey(t, types.KeySpecEccNistP256)

	store, clock := mem.New(), noon
	svc := newService(t, client, store, first, &clock)
	jwt := logIn(t, svc)
	if err := authenticate(t, svc, jwt); err != nil {
		t.Errorf("a session that moto signed: %v", err)
	}
	t.Run("a session of another service's key is refused", func(t *testing.T) {
		other := newService(t, client, mem.New(), second, &clock)
		if err := authenticate(t, svc, logIn(t, other)); pat.CodeOf(err) != pat.CodeUnauthenticated {
			t.Errorf("got %v", err)
		}
	})
	t.Run("the key may be replaced without ending sessions", func(t *testing.T) {
		clock = clock.Add(10 * time.Second) // for so long what a service has just read is new to it
		moved := newService(t, client, store, second, &clock)
		for name, session := range map[string]pat.Secret{"older": jwt, "newer": logIn(t, moved)} {
			for reader, svc := range map[string]*pat.Service{"restarted": moved, "running": svc} {
				if err := authenticate(t, svc, session); err != nil {
					t.Errorf("the %s session, by the %s service: %v", name, reader, err)
				}
			}
		}
	})
	t.Run("an ARN that names another key than the store's signs no session", func(t *testing.T) {
		keys, err := store.Keys(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		keys.Signing[0].KMS = first
		if err := store.PutKeys(t.Context(), keys, keys.Version); err != nil {
			t.Fatal(err)
		}
		signer := session.New(pat.NewKeyRing(store), "urn:latchkey", client)
		if _, err := signer.Issue(t.Context(), aSession()); err == nil || !strings.Contains(err.Error(), "does not fit its public half") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a key of another kind is refused", func(t *testing.T) {
		if _, err := client.PublicKey(t.Context(), server.NewKey(t, types.KeySpecRsa2048)); err == nil || !strings.Contains(err.Error(), "make one of the kind ECC_NIST_P256") {
			t.Errorf("got %v", err)
		}
	})
	t.Run("a key that is not there is named", func(t *testing.T) {
		gone := first[:len(first)-1] + "x"
		if _, err := client.PublicKey(t.Context(), gone); err == nil || !strings.Contains(err.Error(), "check the ARN in LATCHKEY_SIGNING_KEY") {
			t.Errorf("got %v", err)
		}
	})
}
