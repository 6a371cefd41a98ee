package session_test

import (
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"maps"
	"strings"
	"testing"

	"github.com/go-json-experiment/json"

	"latchkey/shared/pat"
)

// goodHeader and goodClaims are what Issue writes for aSession under the key k1.
func goodHeader() map[string]any {
	return map[string]any{"alg": "ES256", "kid": "k1", "typ": "session+jwt"}
}

func goodClaims() map[string]any {
	return map[string]any{"iss": issuer, "aud": issuer, "sub": "user#alice", "iat": noon.Unix(), "exp": noon.Unix() + 3600,
		"jti": "0f1e2d", "epoch": 3, "scope": "tokens:read repo:write"}
}

func with(m map[string]any, name string, value any) map[string]any {
	m = maps.Clone(m)
	if value == nil {
		delete(m, name)
	} else {
		m[name] = value
	}
	return m
}

// signRaw signs any header and any payload with the key, as nobody but an attacker with the key could.
func signRaw(t testing.TB, k pat.SigningKey, header, payload []byte) string {
	t.Helper()
	private, err := x509.ParsePKCS8PrivateKey(k.Private)
	if err != nil {
		t.Fatal(err)
	}
	input := b64(header) + "." + b64(payload)
	sum := sha256.Sum256([]byte(input))
	r, s, err := ecdsa.Sign(rand.Reader, private.(*ecdsa.PrivateKey), sum[:])
	if err != nil {
		t.Fatal(err)
	}
	var sig [64]byte
	r.FillBytes(sig[:32])
	s.FillBytes(sig[32:])
	return input + "." + b64(sig[:])
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

func with2(t testing.TB, m map[string]any, n1 string, v1 any, n2 string, v2 any) string {
	return string(mustJSON(t, with(with(m, n1, v1), n2, v2)))
}

// respell changes a spare bit of the last character, which no byte of the signature depends on.
func respell(sig string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, sig[len(sig)-1])
	return sig[:len(sig)-1] + string(alphabet[last^1])
}

// hs256 signs with our public key as if it were a shared secret.
func hs256(t testing.TB, k pat.SigningKey) string {
	private, err := x509.ParsePKCS8PrivateKey(k.Private)
	if err != nil {
		t.Fatal(err)
	}
	public, err := x509.MarshalPKIXPublicKey(&private.(*ecdsa.PrivateKey).PublicKey)
	if err != nil {
		t.Fatal(err)
	}
	input := b64(mustJSON(t, with(goodHeader(), "alg", "HS256"))) + "." + b64(mustJSON(t, goodClaims()))
	mac := hmac.New(sha256.New, public)
	mac.Write([]byte(input))
	return input + "." + b64(mac.Sum(nil))
}

func mustJSON(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
