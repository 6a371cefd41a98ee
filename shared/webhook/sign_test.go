package webhook

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// verify is a receiver's side of Standard Webhooks 1.0.0, "Verifying signatures", written from that text alone.
func verify(secret string, h http.Header, body []byte, now time.Time) error {
	key, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(secret, "whsec_"))
	if err != nil {
		return err
	}
	id, stamp := h.Get("webhook-id"), h.Get("webhook-timestamp")
	sent, err := strconv.ParseInt(stamp, 10, 64)
	if err != nil || id == "" {
		return errors.New("no id or no time")
	}
	if age := now.Sub(time.Unix(sent, 0)); age > 5*time.Minute || age < -5*time.Minute {
		return fmt.Errorf("sent %s ago", age)
	}
	want := hmac.New(sha256.New, key)
	fmt.Fprintf(want, "%s.%s.%s", id, stamp, body)
	for signature := range strings.SplitSeq(h.Get("webhook-signature"), " ") {
		version, text, _ := strings.Cut(signature, ",")
		got, err := base64.StdEncoding.DecodeString(text)
		if version == "v1" && err == nil && hmac.Equal(got, want.Sum(nil)) {
			return nil
		}
	}
	return errors.New("no signature fits")
}

// The vector is that of Standard Webhooks' own libraries.
func TestASignatureIsThatOfTheSpecificationsVector(t *testing.T) {
	key, err := base64.StdEncoding.DecodeString("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	got := sign(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", time.Unix(1614265330, 0), []byte(`{"test": 2432232314}`))
	if want := "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

func TestAReceiverCanVerifyWhatIsSent(t *testing.T) {
	r := newReceiver(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	if err := r.client(t, Options{AllowPrivate: true}, "127.0.0.1").Send(t.Context(), r.endpoint, message()); err != nil {
		t.Fatal(err)
	}
	asks := r.seen()
	if len(asks) != 1 {
		t.Fatalf("got %d requests", len(asks))
	}
	got := asks[0]
	if got.method != "POST" || got.path != "/a-secret-path" || got.body != string(message().Body) || got.header.Get("Webhook-Id") != message().ID ||
		got.header.Get("Content-Type") != "application/cloudevents+json; charset=UTF-8" {
		t.Errorf("got %+v", got)
	}
	secret := "whsec_" + base64.StdEncoding.EncodeToString(key())
	if err := verify(secret, got.header, []byte(got.body), noon().Add(time.Minute)); err != nil {
		t.Error(err)
	}
	for name, err := range map[string]error{
		"another body":   verify(secret, got.header, []byte(got.body+" "), noon()),
		"another secret": verify("whsec_"+base64.StdEncoding.EncodeToString([]byte("another key of 24 bytes!")), got.header, []byte(got.body), noon()),
		"another day":    verify(secret, got.header, []byte(got.body), noon().Add(24*time.Hour)),
	} {
		if err == nil {
			t.Errorf("%s is verified", name)
		}
	}
}
