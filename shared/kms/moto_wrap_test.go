package kms_test

import (
	"bytes"
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

// vault bootstraps the store with a sealing key of moto's and returns all there are.
func vault(t *testing.T, store pat.Store, wrapper pat.KeyWrapper, sealing string) []pat.VaultKey {
	t.Helper()
	ring := pat.NewKeyRing(store)
	svc := pat.NewService(pat.Config{Store: store, Ring: ring, Sessions: session.New(ring, "urn:latchkey", nil),
		SealingKey: &pat.SealingKey{KMS: sealing}, Wrapper: wrapper,
		Policy: pat.DefaultPolicy(), Now: time.Now, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler)})
	if _, err := svc.Bootstrap(t.Context(), "admin", func() (pat.Secret, error) { return pat.NewSecret(password), nil }); err != nil {
		t.Fatal(err)
	}
	keys, err := store.Keys(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return keys.Vault
}

// TestMotoWraps keeps the sealing keys of one store by a KMS that is not ours.
func TestMotoWraps(t *testing.T) {
	server := moto.Start(t)
	t.Setenv("AWS_ENDPOINT_URL_KMS", server.URL)
	t.Setenv("AWS_ACCESS_KEY_ID", moto.Credentials)
	t.Setenv("AWS_SECRET_ACCESS_KEY", moto.Credentials)
	client := kms.NewLater(kms.Options{Call: time.Minute})
	first, second := server.NewKey(t, types.KeySpecSymmetricDefault), server.NewKey(t, types.KeySpecSymmetricDefault)

	store := mem.New()
	plain := vault(t, store, client, "")[0]
	vault(t, store, client, first)
	keys := vault(t, store, client, second)
	if len(keys) != 3 || keys[0].KMS != second || keys[1].KMS != first || keys[2].KMS != first || keys[2].ID != plain.ID {
		t.Fatalf("the keys are %+v", keys)
	}
	for _, k := range keys {
		got, err := client.Unwrap(t.Context(), k.KMS, k.ID, k.Wrapped)
		if err != nil || len(got) != 32 || k.ID == plain.ID && !bytes.Equal(got, plain.Key) || bytes.Contains(k.Wrapped, got) {
			t.Errorf("%s unwraps to %d bytes, %v", k.ID, len(got), err)
		}
	}
	k := keys[0]
	for name, c := range map[string]struct {
		arn, id string
		wrapped []byte
		cure    string
	}{
		"under another name":       {k.KMS, keys[1].ID, k.Wrapped, "restore the record"},
		"by another key":           {first, k.ID, k.Wrapped, "allow the action"},
		"damaged":                  {k.KMS, k.ID, append(bytes.Clone(k.Wrapped[:len(k.Wrapped)-1]), k.Wrapped[len(k.Wrapped)-1]^1), "restore the record"},
		"by a key that is missing": {first[:len(first)-1] + "x", k.ID, k.Wrapped, "check the ARN in LATCHKEY_SEALING_KEY"},
	} {
		if got, err := client.Unwrap(t.Context(), c.arn, c.id, c.wrapped); err == nil || len(got) > 0 || !strings.Contains(err.Error(), c.cure) {
			t.Errorf("%s: got %d bytes, %v", name, len(got), err)
		}
	}
}
