package pat_test

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"latchkey/shared/pat"
	"latchkey/shared/store/mem"
)

// remote is a key that KMS has, under that name.
func remote(t *testing.T, arn string) *pat.RemoteKey {
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return withPublic(t, arn, &private.PublicKey)
}

func withPublic(t *testing.T, arn string, public any) *pat.RemoteKey {
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return &pat.RemoteKey{KMS: arn, Public: func(context.Context) ([]byte, error) { return der, nil }}
}

// starting is a world on the store, whose starts want that key to sign.
func starting(t *testing.T, store pat.Store, key *pat.RemoteKey) *world {
	return newWorld(t, func(c *pat.Config) {
		c.Store.(*spyStore).Store = store
		c.RemoteKey = key
		if key != nil {
			c.Rand = newSeeded(key.KMS) // or all worlds of a test would draw the same names
		}
	})
}

// start bootstraps, an hour after the start before it, and returns the keys that can sign or once did.
func (w *world) start(hour int) []pat.SigningKey {
	w.t.Helper()
	w.clock.advance(time.Duration(hour) * time.Hour)
	_, err := w.Bootstrap(w.ctx, "admin", given(password))
	w.must(err)
	keys, err := w.store.Store.Keys(w.ctx)
	w.must(err)
	return keys.Signing
}

func TestAStoreWhoseKeyIsInKMSNeverHoldsAPrivateHalf(t *testing.T) {
	key := remote(t, "arn:one")
	w := starting(t, mem.New(), key)
	signing := w.start(0)
	public, err := key.Public(w.ctx)
	w.must(err)
	if len(signing) != 1 || len(signing[0].ID) != 12 || !signing[0].CreatedAt.Equal(morning) {
		t.Fatalf("the keys are %+v", signing)
	}
	want := pat.SigningKey{ID: signing[0].ID, Public: public, KMS: "arn:one", CreatedAt: morning}
	if diff := compare(want, signing[0]); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	w.must(w.Ready(w.ctx))
}

func TestAStartAsksKMSNothingThatTheStoreKnows(t *testing.T) {
	store := mem.New()
	was := starting(t, store, remote(t, "arn:one")).start(0)
	down := &pat.RemoteKey{KMS: "arn:one", Public: func(context.Context) ([]byte, error) { return nil, errors.New("KMS is down") }}
	w := starting(t, store, down)
	if diff := compare(was, w.start(1)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	if n := w.store.calls("PutKeys"); n != 0 {
		t.Errorf("the keys were written %d times", n)
	}
}

func TestMovingToKMSTakesThePrivateHalfOutOfTheStore(t *testing.T) {
	store := mem.New()
	was := starting(t, store, nil).start(0)[0]
	signing := starting(t, store, remote(t, "arn:one")).start(1)
	if len(signing) != 2 || signing[0].KMS != "arn:one" || !signing[0].CreatedAt.Equal(morning.Add(time.Hour)) {
		t.Fatalf("the keys are %+v", signing)
	}
	before, err := was.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	after, err := signing[1].PublicKey()
	if err != nil || !before.Equal(after) || signing[1].ID != was.ID || signing[1].Private != nil || !signing[1].CreatedAt.Equal(was.CreatedAt) {
		t.Errorf("the older key is now %+v, %v", signing[1], err)
	}
}

func TestAStartThatNamesNoKeyBringsNoneBack(t *testing.T) {
	store := mem.New()
	was := starting(t, store, remote(t, "arn:one")).start(0)
	if diff := compare(was, starting(t, store, nil).start(1)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestKeysThatReplaceEachOtherAreBounded(t *testing.T) {
	store := mem.New()
	named := func(n int) string { return fmt.Sprintf("arn:%d", n) }
	for n := range 6 {
		starting(t, store, remote(t, named(n))).start(n)
	}
	arns := func(signing []pat.SigningKey) (out []string) {
		for _, k := range signing {
			out = append(out, k.KMS)
		}
		return out
	}
	was := starting(t, store, nil).start(6)
	if got := arns(was); !slices.Equal(got, []string{"arn:5", "arn:4", "arn:3", "arn:2"}) {
		t.Errorf("the keys are %v", got)
	}
	again := starting(t, store, &pat.RemoteKey{KMS: "arn:3"}).start(7) // it is known, so KMS is not asked
	if got := arns(again); !slices.Equal(got, []string{"arn:3", "arn:5", "arn:4", "arn:2"}) {
		t.Errorf("the keys are %v", got)
	}
	if again[0].ID != was[2].ID || !again[0].CreatedAt.Equal(morning.Add(7*time.Hour)) {
		t.Errorf("the key that signs again is %+v", again[0])
	}
}

func TestAStartWithoutItsKeyWritesNothing(t *testing.T) {
	down := errors.New("KMS is down")
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		key  *pat.RemoteKey
		code pat.Code
	}{
		"KMS is down":     {&pat.RemoteKey{KMS: "arn:one", Public: func(context.Context) ([]byte, error) { return nil, down }}, pat.CodeUnavailable},
		"the key is RSA":  {withPublic(t, "arn:one", rsaKey.Public()), pat.CodeInternal},
		"it is no key":    {&pat.RemoteKey{KMS: "arn:one", Public: func(context.Context) ([]byte, error) { return []byte("?"), nil }}, pat.CodeInternal},
		"it is no answer": {&pat.RemoteKey{KMS: "arn:one", Public: func(context.Context) ([]byte, error) { return nil, nil }}, pat.CodeInternal},
	} {
		t.Run(name, func(t *testing.T) {
			w := starting(t, mem.New(), c.key)
			e := w.refused(errOf(w.Bootstrap(w.ctx, "admin", notAsked(t))), c.code)
			if c.code == pat.CodeUnavailable && !errors.Is(e, down) {
				t.Errorf("the log is told %v", e.Err)
			}
			if n := w.store.calls("PutKeys"); n != 0 {
				t.Errorf("keys were written %d times", n)
			}
		})
	}
}

func TestTwoStartsAtOnceEndWithOneSigningKey(t *testing.T) {
	store := mem.New()
	starting(t, store, nil).start(0)
	key := remote(t, "arn:one")
	w := starting(t, store, key)
	var other []pat.SigningKey
	w.store.first("PutKeys", func() { other = starting(t, store, key).start(0) })
	if diff := compare(other, w.start(1)); diff != "" || len(other) != 2 {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestAServiceThatMovesItsKeyUsesItAtOnce(t *testing.T) {
	store := mem.New()
	starting(t, store, nil).start(0)
	var ring *pat.KeyRing
	w := newWorld(t, func(c *pat.Config) {
		c.Store.(*spyStore).Store = store
		c.RemoteKey = remote(t, "arn:one")
		ring = c.Ring
	})
	before, err := ring.Get(w.ctx)
	w.must(err)
	signing := w.start(1)
	after, err := ring.Get(w.ctx)
	w.must(err)
	if before.Signing[0].ID == signing[0].ID || after.Signing[0].ID != signing[0].ID || !bytes.Equal(before.Tag[0], after.Tag[0]) {
		t.Errorf("the ring holds %+v", after.Signing)
	}
}
