package oidc_test

import (
	"crypto/ecdsa"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"strings"
	"testing"

	"github.com/go-jose/go-jose/v4"

	"latchkey/shared/pat"
)

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// hs256 signs with a shared secret, under any header.
func hs256(header string, payload, secret []byte) pat.Secret {
	input := b64([]byte(header)) + "." + b64(payload)
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte(input))
	return pat.NewSecret(input + "." + b64(mac.Sum(nil)))
}

// respell changes a spare bit of the last character, which no byte of the signature depends on.
func respell(jwt string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, jwt[len(jwt)-1])
	return jwt[:len(jwt)-1] + string(alphabet[last^1])
}

func TestAlgorithmsThatAreNotTaken(t *testing.T) {
	key := newKey(t, "k1", "RS256")
	i := newIssuer(t, key)
	v := i.verifier()
	if _, err := v.Identify(t.Context(), i.token(t, key), noon); err != nil {
		t.Fatal(err)
	}
	public := &key.Key.(*rsa.PrivateKey).PublicKey
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	pkcs1 := x509.MarshalPKCS1PublicKey(public)
	armour := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	payload := mustJSON(t, i.claims())
	const symmetric = `{"alg":"HS256","kid":"k1"}`
	unsigned := func(header string) pat.Secret { return pat.NewSecret(b64([]byte(header)) + "." + b64(payload) + ".") }
	for name, jwt := range map[string]pat.Secret{
		"none":                            unsigned(`{"alg":"none","kid":"k1"}`),
		"none in capitals":                unsigned(`{"alg":"NONE","kid":"k1"}`),
		"none, and a kid of nobody":       unsigned(`{"alg":"none","kid":"k9"}`),
		"an algorithm that is not there":  unsigned(`{"kid":"k1"}`),
		"an empty algorithm":              unsigned(`{"alg":"","kid":"k1"}`),
		"HS256 with the public key (DER)": hs256(symmetric, payload, der),
		"HS256 with the PKCS #1 key":      hs256(symmetric, payload, pkcs1),
		"HS256 with the public key (PEM)": hs256(symmetric, payload, armour),
		"HS256 with the modulus":          hs256(symmetric, payload, public.N.Bytes()),
		"HS256 with nothing":              hs256(symmetric, payload, nil),
		"two algorithms, the bad first":   hs256(`{"alg":"none","alg":"RS256","kid":"k1"}`, payload, der),
		"two algorithms, the bad last":    hs256(`{"alg":"RS256","alg":"HS256","kid":"k1"}`, payload, der),
		"RS256 over a shared secret":      hs256(`{"alg":"RS256","kid":"k1"}`, payload, der),
	} {
		t.Run(name, func(t *testing.T) {
			before, _ := i.counts()
			if _, err := v.Identify(t.Context(), jwt, noon); !errors.Is(err, pat.ErrBadJWT) {
				t.Error(err)
			}
			if after, _ := i.counts(); after != before {
				t.Errorf("%d requests", after-before)
			}
		})
	}
}

func TestHeaders(t *testing.T) {
	key := newKey(t, "k1", "ES256")
	i := newIssuer(t, key)
	v := i.verifier()
	for _, c := range []struct {
		name   string
		header map[jose.HeaderKey]any
		good   bool
	}{
		{"no typ", nil, true},
		{"JWT", map[jose.HeaderKey]any{"typ": "JWT"}, true},
		{"jwt", map[jose.HeaderKey]any{"typ": "jwt"}, true},
		{"an access token", map[jose.HeaderKey]any{"typ": "at+jwt"}, true},
		{"an access token, at length", map[jose.HeaderKey]any{"typ": "application/at+jwt"}, true},
		{"a header that need not be understood", map[jose.HeaderKey]any{"x5t": "abc"}, true},
		{"a log-out token", map[jose.HeaderKey]any{"typ": "logout+jwt"}, false},
		{"a proof of possession", map[jose.HeaderKey]any{"typ": "dpop+jwt"}, false},
		{"one of our own sessions", map[jose.HeaderKey]any{"typ": "session+jwt"}, false},
		{"a critical header", map[jose.HeaderKey]any{"crit": []string{"x"}, "x": 1}, false},
		{"an empty crit", map[jose.HeaderKey]any{"crit": []string{}}, false},
		{"a payload in base64 all the same", map[jose.HeaderKey]any{"b64": true}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := v.Identify(t.Context(), sign(t, key, mustJSON(t, i.claims()), c.header), noon)
			if c.good && err != nil || !c.good && !errors.Is(err, pat.ErrBadJWT) {
				t.Errorf("%v, good: %t", err, c.good)
			}
		})
	}
}

func TestSignatures(t *testing.T) {
	key, other := newKey(t, "k1", "ES256"), newKey(t, "k1", "ES256")
	r := newKey(t, "r1", "RS256")
	i := newIssuer(t, key, r)
	v := i.verifier()
	good := i.token(t, key).Reveal()
	parts := strings.Split(good, ".")
	head, body, sig := parts[0], parts[1], parts[2]
	as := func(k jose.JSONWebKey, kid, alg string) string {
		k.KeyID, k.Algorithm = kid, alg
		return i.token(t, k).Reveal()
	}
	embedded, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: other}, &jose.SignerOptions{EmbedJWK: true})
	if err != nil {
		t.Fatal(err)
	}
	jws, err := embedded.Sign(mustJSON(t, i.claims()))
	if err != nil {
		t.Fatal(err)
	}
	own, err := jws.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Identify(t.Context(), pat.NewSecret(good), noon); err != nil {
		t.Fatal(err)
	}
	for name, jwt := range map[string]string{
		"another key under that kid":       i.token(t, other).Reveal(),
		"a key that the token brings":      own,
		"another subject":                  head + "." + b64(mustJSON(t, with(i.claims(), "sub", "root"))) + "." + sig,
		"no signature":                     head + "." + body + ".",
		"a signature of zeros":             head + "." + body + "." + b64(make([]byte, 64)),
		"a key's kid with another's type":  as(r, "k1", "RS256"),
		"an algorithm that the key is not": as(r, "r1", "PS256"),
		"another spelling of the end":      respell(good),
		"a line break":                     head + "." + body + "." + sig + "\n",
		"a blank":                          " " + good,
		"padding":                          good + "==",
		"two parts":                        head + "." + body,
		"four parts":                       good + ".x",
		"JSON serialization":               jws.FullSerialize(),
		"longer than 8 KiB":                sign(t, key, append(mustJSON(t, i.claims()), strings.Repeat(" ", 8192)...), nil).Reveal(),
		"nothing":                          "",
		"dots":                             "..",
	} {
		t.Run(name, func(t *testing.T) {
			_, err := v.Identify(t.Context(), pat.NewSecret(jwt), noon)
			if !errors.Is(err, pat.ErrBadJWT) {
				t.Error(err)
			}
			if err != nil && (strings.Contains(err.Error(), body[:16]) || strings.Contains(err.Error(), "u-7")) {
				t.Errorf("the error holds the token: %v", err)
			}
		})
	}
}

// TestKeysThatAreNotUsed publishes one key that must not verify next to one that may.
func TestKeysThatAreNotUsed(t *testing.T) {
	short, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	rs, es, secret := newKey(t, "k1", "RS256"), newKey(t, "k1", "ES256"), make([]byte, 32)
	encryption := es
	encryption.Use = "enc"
	noAlg := rs
	noAlg.Algorithm = ""
	public := func(k jose.JSONWebKey) string { return string(mustJSON(t, k.Public())) }
	for _, c := range []struct {
		name, published string
		signer          jose.JSONWebKey
		good            bool
	}{
		{"one as it should be", public(rs), rs, true},
		{"one that does not say its algorithm", public(noAlg), rs, true},
		{"one for encryption", public(encryption), es, false},
		{"a private one", string(mustJSON(t, es)), es, false},
		{"one of another algorithm", public(rs), jose.JSONWebKey{Key: rs.Key, KeyID: "k1", Algorithm: "RS512"}, false},
		{"one of another curve", strings.Replace(public(newKey(t, "k1", "ES384")), `"alg":"ES384",`, "", 1), es, false},
		{"a shared secret", string(mustJSON(t, jose.JSONWebKey{Key: secret, KeyID: "k1"})),
			jose.JSONWebKey{Key: secret, KeyID: "k1", Algorithm: "HS256"}, false},
		{"a short one", public(jose.JSONWebKey{Key: &short.PublicKey, KeyID: "k1"}),
			jose.JSONWebKey{Key: short, KeyID: "k1", Algorithm: "RS256"}, false},
		{"one of an unknown kind", `{"kty":"OKP","crv":"X448","kid":"k1","x":"AA"}`, es, false},
		{"a number", `7`, es, false},
		{"one of the same kid and kind", public(newKey(t, "k1", "ES256")) + "," + public(es), es, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			i := newIssuer(t)
			i.publishRaw(`{"keys":[` + c.published + `,` + public(newKey(t, "bystander", "EdDSA")) + `]}`)
			_, err := i.verifier().Identify(t.Context(), i.token(t, c.signer), noon)
			if c.good && err != nil || !c.good && !errors.Is(err, pat.ErrBadJWT) {
				t.Errorf("%v, good: %t", err, c.good)
			}
		})
	}
}

func TestTokensWithoutAKid(t *testing.T) {
	first, second, other := newKey(t, "", "ES256"), newKey(t, "", "ES256"), newKey(t, "", "RS256")
	anyAlg := other
	anyAlg.Algorithm = ""
	for _, c := range []struct {
		name      string
		published []jose.JSONWebKey
		good      bool
	}{
		{"a single key", []jose.JSONWebKey{first}, true},
		{"a single key of that kind", []jose.JSONWebKey{other, first}, true},
		{"a single key of that kind, by its form alone", []jose.JSONWebKey{anyAlg, first}, true},
		{"two keys of that kind", []jose.JSONWebKey{first, second}, false},
		{"another key", []jose.JSONWebKey{second}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			i := newIssuer(t, c.published...)
			_, err := i.verifier().Identify(t.Context(), i.token(t, first), noon)
			if c.good && err != nil || !c.good && !errors.Is(err, pat.ErrBadJWT) {
				t.Errorf("%v, good: %t", err, c.good)
			}
		})
	}
}

// FuzzIdentify has no key of the issuer's, so nothing may ever be taken.
func FuzzIdentify(f *testing.F) {
	key, stranger := newKey(f, "k1", "ES256"), newKey(f, "k1", "ES256")
	i := newIssuer(f, key)
	v := i.verifier()
	f.Add(i.token(f, stranger).Reveal())
	f.Add(hs256(`{"alg":"HS256","kid":"k1"}`, mustJSON(f, i.claims()), key.Key.(*ecdsa.PrivateKey).X.Bytes()).Reveal())
	f.Add("..")
	f.Fuzz(func(t *testing.T, jwt string) {
		if _, err := v.Identify(t.Context(), pat.NewSecret(jwt), noon); !errors.Is(err, pat.ErrBadJWT) {
			t.Errorf("%q: %v", jwt, err)
		}
	})
}
