package oidc_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"latchkey/shared/oidc"

	"latchkey/shared/pat"
)

func TestKeysRotate(t *testing.T) {
	older, newer := newKey(t, "older", "ES256"), newKey(t, "newer", "ES256")
	i := newIssuer(t, older)
	v := i.verifier()
	identify := func(k jose.JSONWebKey, at time.Time) error {
		_, err := v.Identify(t.Context(), i.token(t, k), at)
		return err
	}
	if err := identify(older, noon); err != nil {
		t.Fatal(err)
	}
	i.publish(t, newer, older)
	if err := identify(newer, noon.Add(9*time.Second)); !errors.Is(err, pat.ErrBadJWT) {
		t.Errorf("a new key within the pause: %v", err)
	}
	if err := identify(newer, noon.Add(10*time.Second)); err != nil {
		t.Errorf("a new key after it: %v", err)
	}
	if err := identify(older, noon.Add(11*time.Second)); err != nil {
		t.Errorf("the older key: %v", err)
	}
	if _, fetches := i.counts(); fetches != 2 {
		t.Errorf("%d fetches, want 2", fetches)
	}
}

func TestAFloodOfUnknownKeysCostsOneFetchAPause(t *testing.T) {
	key := newKey(t, "k1", "ES256")
	i := newIssuer(t, key)
	v := i.verifier()
	stranger := newKey(t, "", "ES256")
	var group sync.WaitGroup
	for second := range 30 {
		for n := range 20 {
			k := stranger
			k.KeyID = fmt.Sprintf("random-%d-%d", second, n)
			jwt := i.token(t, k)
			group.Go(func() {
				if _, err := v.Identify(t.Context(), jwt, noon.Add(time.Duration(second)*time.Second)); !errors.Is(err, pat.ErrBadJWT) {
					t.Error(err)
				}
			})
		}
		group.Wait()
	}
	if requests, fetches := i.counts(); fetches != 3 || requests != 6 {
		t.Errorf("%d fetches (%d requests) in 30 s, want 3", fetches, requests)
	}
	for range 100 { // a known kid with a wrong signature costs none at all
		k := stranger
		k.KeyID = "k1"
		if _, err := v.Identify(t.Context(), i.token(t, k), noon.Add(time.Minute)); !errors.Is(err, pat.ErrBadJWT) {
			t.Error(err)
		}
	}
	if _, fetches := i.counts(); fetches != 3 {
		t.Errorf("%d fetches", fetches)
	}
	if _, err := v.Identify(t.Context(), i.token(t, key), noon.Add(time.Minute)); err != nil {
		t.Errorf("a good token after the flood: %v", err)
	}
}

func TestAClockThatIsSetBackDoesNotStopRotation(t *testing.T) {
	older, newer := newKey(t, "older", "ES256"), newKey(t, "newer", "ES256")
	i := newIssuer(t, older)
	v := i.verifier()
	jwt := i.token(t, older)
	if _, err := v.Identify(t.Context(), jwt, noon); err != nil {
		t.Fatal(err)
	}
	i.publish(t, newer)
	back := noon.Add(-time.Hour)
	claims := with(with(i.claims(), "iat", back.Unix()), "exp", noon.Unix())
	if _, err := v.Identify(t.Context(), sign(t, newer, mustJSON(t, claims), nil), back); err != nil {
		t.Error(err)
	}
}

func TestTheFirstCallersShareOneFetch(t *testing.T) {
	key := newKey(t, "k1", "ES256")
	i := newIssuer(t, key)
	v, jwt := i.verifier(), i.token(t, key)
	var group sync.WaitGroup
	for range 50 {
		group.Go(func() {
			if _, err := v.Identify(t.Context(), jwt, noon); err != nil {
				t.Error(err)
			}
		})
	}
	group.Wait()
	if requests, fetches := i.counts(); requests != 2 || fetches != 1 {
		t.Errorf("%d requests, %d fetches", requests, fetches)
	}
}

func TestTheIssuerIsDownAndComesBack(t *testing.T) {
	key := newKey(t, "k1", "ES256")
	i := newIssuer(t, key)
	v, jwt := i.verifier(), i.token(t, key)
	i.answer(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) })
	for _, c := range []struct {
		after time.Duration
		want  int
	}{{0, 1}, {time.Second, 1}, {2 * time.Second, 2}, {3 * time.Second, 2}} {
		if _, err := v.Identify(t.Context(), jwt, noon.Add(c.after)); !undecided(err) {
			t.Errorf("after %v: %v", c.after, err)
		}
		if requests, _ := i.counts(); requests != c.want {
			t.Errorf("after %v: %d requests, want %d", c.after, requests, c.want)
		}
	}
	i.answer(nil)
	if _, err := v.Identify(t.Context(), jwt, noon.Add(4*time.Second)); err != nil {
		t.Errorf("when it is up again: %v", err)
	}
}

// lasting identifies by a JWT that is good for a day, some time after noon.
func lasting(t *testing.T, i *issuer, v *oidc.Verifier) func(k jose.JSONWebKey, after time.Duration) error {
	return func(k jose.JSONWebKey, after time.Duration) error {
		claims := with(i.claims(), "exp", noon.Add(24*time.Hour).Unix())
		_, err := v.Identify(t.Context(), sign(t, k, mustJSON(t, claims), nil), noon.Add(after))
		return err
	}
}

func TestKnownKeysOutliveAnOutageForAnHour(t *testing.T) {
	key, unknown := newKey(t, "k1", "ES256"), newKey(t, "k2", "ES256")
	i := newIssuer(t, key)
	v := i.verifier()
	identify := lasting(t, i, v)
	if err := identify(key, 0); err != nil {
		t.Fatal(err)
	}
	i.answer(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusInternalServerError) })
	for _, after := range []time.Duration{5 * time.Minute, 15 * time.Minute, 59 * time.Minute} {
		if err := identify(key, after); err != nil {
			t.Errorf("after %v: %v", after, err)
		}
	}
	if err := identify(unknown, 59*time.Minute); !undecided(err) {
		t.Errorf("a key that may be new: %v", err)
	}
	if err := identify(key, time.Hour); !undecided(err) {
		t.Errorf("after an hour: %v", err)
	}
	i.answer(nil)
	if err := identify(key, time.Hour+time.Minute); err != nil {
		t.Errorf("when it is up again: %v", err)
	}
}

func TestAKeyThatIsWithdrawnIsSoonRefused(t *testing.T) {
	withdrawn, kept := newKey(t, "withdrawn", "ES256"), newKey(t, "kept", "ES256")
	i := newIssuer(t, withdrawn, kept)
	v := i.verifier()
	identify := lasting(t, i, v)
	if err := identify(withdrawn, 0); err != nil {
		t.Fatal(err)
	}
	i.publish(t, kept)
	if err := identify(kept, 10*time.Minute); err != nil { // begins a fetch, and does not wait for it
		t.Fatal(err)
	}
	if err := identify(newKey(t, "unknown", "ES256"), 10*time.Minute); !errors.Is(err, pat.ErrBadJWT) { // waits for it
		t.Fatal(err)
	}
	if err := identify(withdrawn, 10*time.Minute+time.Second); !errors.Is(err, pat.ErrBadJWT) {
		t.Error(err)
	}
	if _, fetches := i.counts(); fetches != 2 {
		t.Errorf("%d fetches, want 2", fetches)
	}
}

func TestACallerDoesNotWaitLongerThanItMeansTo(t *testing.T) {
	key := newKey(t, "k1", "ES256")
	i := newIssuer(t, key)
	v, jwt := i.verifier(), i.token(t, key)
	asked, release := make(chan struct{}, 1), make(chan struct{})
	i.answer(func(w http.ResponseWriter, _ *http.Request) {
		asked <- struct{}{}
		<-release
		w.WriteHeader(http.StatusBadGateway)
	})
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		<-asked
		cancel()
	}()
	if _, err := v.Identify(ctx, jwt, noon); !errors.Is(err, context.Canceled) || !undecided(err) {
		t.Error(err)
	}
	i.answer(nil)
	close(release)
	if _, err := v.Identify(t.Context(), jwt, noon); !undecided(err) { // waits for the fetch that is under way
		t.Error(err)
	}
	if _, err := v.Identify(t.Context(), jwt, noon.Add(2*time.Second)); err != nil {
		t.Error(err)
	}
}

// TestAFetchThatWasFrozenIsGivenUp has Lambda stop a function in the middle of a fetch, and go on with it much later.
func TestAFetchThatWasFrozenIsGivenUp(t *testing.T) {
	withdrawn, kept := newKey(t, "withdrawn", "ES256"), newKey(t, "kept", "ES256")
	i := newIssuer(t, withdrawn)
	v := i.verifier()
	identify := lasting(t, i, v)
	if err := identify(withdrawn, 0); err != nil {
		t.Fatal(err)
	}
	asked, thaw, old := make(chan struct{}), make(chan struct{}), i.keys
	i.answer(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/keys" {
			fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q}`, i.URL, i.URL+"/keys")
			return
		}
		close(asked)
		<-thaw
		_, _ = w.Write(old)
	})
	var frozen sync.WaitGroup
	frozen.Go(func() { _ = identify(kept, 10*time.Minute) }) // it comes too early, and waits
	<-asked
	i.publish(t, kept)
	i.answer(nil)
	if err := identify(kept, 30*time.Minute); err != nil {
		t.Errorf("after the thaw: %v", err)
	}
	close(thaw)
	frozen.Wait()
	if err := identify(withdrawn, 30*time.Minute+time.Second); !errors.Is(err, pat.ErrBadJWT) {
		t.Errorf("what the frozen fetch brought is believed: %v", err)
	}
}

// undecided reports whether the error is neither a verdict nor absent.
func undecided(err error) bool {
	return err != nil && !errors.Is(err, pat.ErrBadJWT) && !errors.Is(err, pat.ErrForeign)
}
