package oidc_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-json-experiment/json"

	"latchkey/shared/oidc"
	"latchkey/shared/pat"
)

const audience = "latchkey"

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// issuer is an OpenID provider as far as its keys go: a discovery document and a key set, over HTTP.
type issuer struct {
	*httptest.Server
	mu       sync.Mutex
	keys     []byte           // the key set's body
	document string           // the discovery document, if it is not the right one
	before   http.HandlerFunc // if not nil, answers in place of both
	fetches  int              // of the key set
	requests int
}

func newIssuer(t testing.TB, keys ...jose.JSONWebKey) *issuer {
	t.Helper()
	i := &issuer{}
	i.publish(t, keys...)
	i.Server = httptest.NewServer(i)
	t.Cleanup(i.Close)
	return i
}

// ServeHTTP implements http.Handler.
func (i *issuer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	i.requests++
	if r.URL.Path == "/keys" {
		i.fetches++
	}
	before, document, keys := i.before, i.document, i.keys
	i.mu.Unlock()
	switch {
	case before != nil:
		before(w, r)
	case r.URL.Path == "/.well-known/openid-configuration" && document != "":
		fmt.Fprint(w, document)
	case r.URL.Path == "/.well-known/openid-configuration":
		fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q,"id_token_signing_alg_values_supported":["RS256","HS256","none"]}`, i.URL, i.URL+"/keys")
	case r.URL.Path == "/keys":
		_, _ = w.Write(keys)
	default:
		http.NotFound(w, r)
	}
}

// publish replaces the key set by the public halves of the keys.
func (i *issuer) publish(t testing.TB, keys ...jose.JSONWebKey) {
	t.Helper()
	set := jose.JSONWebKeySet{Keys: []jose.JSONWebKey{}}
	for _, k := range keys {
		set.Keys = append(set.Keys, k.Public())
	}
	i.publishRaw(string(mustJSON(t, set)))
}

func (i *issuer) publishRaw(body string) { i.set(func() { i.keys = []byte(body) }) }

// answer lets the function answer all requests; nil ends that.
func (i *issuer) answer(f http.HandlerFunc) { i.set(func() { i.before = f }) }

func (i *issuer) set(change func()) {
	i.mu.Lock()
	defer i.mu.Unlock()
	change()
}

func (i *issuer) counts() (requests, fetches int) {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.requests, i.fetches
}

func (i *issuer) verifier() *oidc.Verifier {
	return oidc.New(oidc.Config{Issuer: i.URL, Audience: audience, GroupsClaim: "groups"})
}

// claims is what a good token of the issuer says at noon.
func (i *issuer) claims() map[string]any {
	return map[string]any{"iss": i.URL, "aud": audience, "sub": "u-7", "iat": noon.Unix(), "exp": noon.Unix() + 600, "groups": []string{"dev"}}
}

// token signs good claims with the key.
func (i *issuer) token(t testing.TB, k jose.JSONWebKey) pat.Secret {
	return sign(t, k, mustJSON(t, i.claims()), nil)
}

func with(m map[string]any, name string, value any) map[string]any {
	m = maps.Clone(m)
	m[name] = value
	return m
}

func without(m map[string]any, name string) map[string]any {
	m = maps.Clone(m)
	delete(m, name)
	return m
}

func sign(t testing.TB, k jose.JSONWebKey, payload []byte, header map[jose.HeaderKey]any) pat.Secret {
	t.Helper()
	key := jose.SigningKey{Algorithm: jose.SignatureAlgorithm(k.Algorithm), Key: k}
	signer, err := jose.NewSigner(key, &jose.SignerOptions{ExtraHeaders: header})
	if err != nil {
		t.Fatal(err)
	}
	jws, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	text, err := jws.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return pat.NewSecret(text)
}

func newKey(t testing.TB, kid, alg string) jose.JSONWebKey {
	t.Helper()
	var key crypto.PrivateKey
	var err error
	switch alg {
	case "RS256", "RS384", "RS512", "PS256", "PS384", "PS512":
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	case "ES256":
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "ES384":
		key, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case "ES512":
		key, err = ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	case "EdDSA":
		_, key, err = ed25519.GenerateKey(rand.Reader)
	default:
		t.Fatalf("no key for %s", alg)
	}
	if err != nil {
		t.Fatal(err)
	}
	return jose.JSONWebKey{Key: key, KeyID: kid, Algorithm: alg, Use: "sig"}
}

func mustJSON(t testing.TB, v any) []byte {
	t.Helper()
	b, err := json.Marshal(v, json.Deterministic(true))
	if err != nil {
		t.Fatal(err)
	}
	return b
}
