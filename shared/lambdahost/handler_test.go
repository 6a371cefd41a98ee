package lambdahost

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"latchkey/shared/config"
	"latchkey/shared/pat"
	"latchkey/shared/session"
	"latchkey/shared/store/mem"
)

func environment(pairs ...string) func(string) (string, bool) {
	values := map[string]string{"LATCHKEY_STORE": "dynamodb://table"}
	for i := 0; i < len(pairs); i += 2 {
		values[pairs[i]] = pairs[i+1]
	}
	return func(name string) (string, bool) { value, ok := values[name]; return value, ok }
}

func opening(store pat.Store, err error) opener {
	return func(context.Context, string, *slog.Logger) (pat.Store, error) { return store, err }
}

// bootstrap gives a store its keys and an administrator.
func bootstrap(t *testing.T, store pat.Store) {
	t.Helper()
	ring := pat.NewKeyRing(store)
	svc := pat.NewService(pat.Config{Store: store, Ring: ring, Sessions: session.New(ring, "urn:latchkey", nil), Policy: pat.DefaultPolicy(),
		Now: time.Now, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler)})
	if _, err := svc.Bootstrap(t.Context(), "admin", func() (pat.Secret, error) { return pat.NewSecret("a long password"), nil }); err != nil {
		t.Fatal(err)
	}
}

func TestAFunctionServesItsOwnRoutesAndNoOthers(t *testing.T) {
	store := mem.New()
	bootstrap(t, store)
	for op, want := range map[pat.Op]map[string]string{
		pat.OpGet:      {"/healthz": "200", "/v1/self": "401", "/v1/tokens": "404", "/v1/nothing": "404"},
		pat.OpList:     {"/v1/tokens": "401", "/healthz": "404"},
		pat.OpFallback: {"/healthz": "404", "/v1/nothing": "404"},
	} {
		handler, err := newHandler(t.Context(), op, environment(), opening(store, nil), slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		for path, status := range want {
			answer, err := handler.Invoke(t.Context(), []byte(httpEvent("GET", path)))
			if err != nil || !strings.Contains(string(answer), `"statusCode":`+status) {
				t.Errorf("%s: %s: got %s, %v, want %s", op, path, answer, err, status)
			}
		}
	}
}

func TestWithoutKeysAFunctionStartsAnswers503AndLogsTheCure(t *testing.T) {
	var log bytes.Buffer
	store := mem.New()
	handler, err := newHandler(t.Context(), pat.OpGet, environment(), opening(store, nil), slog.New(slog.NewJSONHandler(&log, nil)))
	if err != nil || !strings.Contains(log.String(), "latchkey admin bootstrap") {
		t.Fatalf("got %v and the log %s", err, log.String())
	}
	answer, err := handler.Invoke(t.Context(), []byte(httpEvent("GET", "/healthz")))
	if err != nil || !strings.Contains(string(answer), `"statusCode":503`) || !strings.Contains(string(answer), "Retry-After") {
		t.Errorf("got %s, %v", answer, err)
	}
	bootstrap(t, store)
	if answer, err = handler.Invoke(t.Context(), []byte(httpEvent("GET", "/healthz"))); !strings.Contains(string(answer), `"statusCode":200`) {
		t.Errorf("with keys: got %s, %v", answer, err)
	}
}

// stuck is a store that answers when its caller has given up.
type stuck struct{ pat.Store }

func (stuck) Keys(ctx context.Context) (pat.Keys, error) { <-ctx.Done(); return pat.Keys{}, ctx.Err() }

func TestAStoreThatDoesNotAnswerHoldsNoInitUp(t *testing.T) {
	if left := 10*time.Second - warmTimeout; left < 5*time.Second {
		t.Errorf("of the 10 s that Lambda gives an init, %v are left for all the rest", left)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel() // in place of two seconds
	if _, err := newHandler(ctx, pat.OpVerify, environment(), opening(stuck{}, nil), slog.New(slog.DiscardHandler)); err != nil {
		t.Errorf("got %v", err)
	}
}

func TestAStoreThatCannotBeOpenedEndsTheInit(t *testing.T) {
	_, err := newHandler(t.Context(), pat.OpVerify, environment(), opening(nil, errors.New("no region")), slog.New(slog.DiscardHandler))
	if err == nil || !strings.Contains(err.Error(), "LATCHKEY_STORE") {
		t.Errorf("got %v", err)
	}
}

func TestOnlySessionAsksKMSToSign(t *testing.T) {
	t.Setenv("AWS_REGION", "eu-central-1")
	for _, op := range pat.Ops() {
		for arn, want := range map[string]bool{"": false, "arn:aws:kms:eu-central-1:123456789012:key/1": op == pat.OpSession} {
			signer, err := signWith(t.Context(), op, config.SigningKey{KMS: arn})
			if err != nil || (signer != nil) != want {
				t.Errorf("%s with the key %q: got %v, %v", op, arn, signer, err)
			}
		}
	}
}

func TestOnlyCreateAndGetAskKMSToUnwrap(t *testing.T) {
	t.Setenv("AWS_REGION", "eu-central-1")
	for _, op := range pat.Ops() {
		for key, want := range map[*pat.SealingKey]bool{nil: false, {}: false, {KMS: "arn:aws:kms:eu-central-1:123456789012:key/1"}: op == pat.OpCreate || op == pat.OpGet} {
			wrapper, err := unwrapWith(t.Context(), op, key)
			if err != nil || (wrapper != nil) != want {
				t.Errorf("%s with the key %+v: got %v, %v", op, key, wrapper, err)
			}
		}
	}
}
