package session_test

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"latchkey/shared/pat"
)

func TestHeaders(t *testing.T) {
	k1 := newKey(t, "k1")
	signer := newSigner(k1)
	good := string(mustJSON(t, goodHeader()))
	change := func(name string, value any) string { return string(mustJSON(t, with(goodHeader(), name, value))) }
	for _, c := range []struct {
		name, header string
		want         error
	}{
		{"as issued", good, nil},
		{"blanks are as good", strings.Replace(good, ":", " : ", 1), nil},
		{"alg none", change("alg", "none"), pat.ErrBadJWT},
		{"alg HS256", change("alg", "HS256"), pat.ErrBadJWT},
		{"alg ES384", change("alg", "ES384"), pat.ErrBadJWT},
		{"alg in lower case", change("alg", "es256"), pat.ErrBadJWT},
		{"no alg", change("alg", nil), pat.ErrBadJWT},
		{"alg a list", change("alg", []string{"ES256"}), pat.ErrBadJWT},
		{"typ JWT", change("typ", "JWT"), pat.ErrBadJWT},
		{"no typ", change("typ", nil), pat.ErrBadJWT},
		{"a critical header", with2(t, goodHeader(), "crit", []string{"exp"}, "exp", 1), pat.ErrBadJWT},
		{"an unencoded payload (RFC 7797)", with2(t, goodHeader(), "crit", []string{"b64"}, "b64", false), pat.ErrBadJWT},
		{"an empty crit", change("crit", []string{}), pat.ErrBadJWT},
		{"a key of its own", change("jwk", map[string]string{"kty": "oct", "k": "AAAA"}), pat.ErrBadJWT},
		{"an address of keys", change("jku", "https://evil.example.com/keys"), pat.ErrBadJWT},
		{"a repeated alg", strings.Replace(good, "{", `{"alg":"none",`, 1), pat.ErrBadJWT},
		{"a repeated kid", strings.Replace(good, "{", `{"kid":"other",`, 1), pat.ErrBadJWT},
		{"text after the end", good + " {}", pat.ErrForeign},
		{"another kid", change("kid", "k2"), pat.ErrForeign},
		{"a kid in other case", change("kid", "K1"), pat.ErrForeign},
		{"no kid", change("kid", nil), pat.ErrForeign},
		{"a kid that is a number", change("kid", 1), pat.ErrForeign},
		{"another kid, longer than any JWT of ours", change("kid", strings.Repeat("k", 5000)), pat.ErrForeign},
		{"our kid, in a header longer than any JWT of ours", change("pad", strings.Repeat("x", 5000)), pat.ErrBadJWT},
		{"no object", `"k1"`, pat.ErrForeign},
		{"nothing", ``, pat.ErrForeign},
	} {
		t.Run(c.name, func(t *testing.T) {
			jwt := signRaw(t, k1, []byte(c.header), mustJSON(t, goodClaims()))
			if _, err := signer.Read(t.Context(), pat.NewSecret(jwt), noon); !errors.Is(err, c.want) {
				t.Errorf("%v, want %v", err, c.want)
			}
		})
	}
}

func TestTampering(t *testing.T) {
	k1, k2 := newKey(t, "k1"), newKey(t, "k2")
	signer := newSigner(k1, k2)
	good := issue(t, signer, aSession()).Reveal()
	parts := strings.Split(good, ".")
	head, body, sig := parts[0], parts[1], parts[2]
	raised := b64(mustJSON(t, with(goodClaims(), "sub", "user#admin")))
	other := strings.Split(signRaw(t, k2, mustJSON(t, goodHeader()), mustJSON(t, goodClaims())), ".")[2]
	der := signRaw(t, k1, mustJSON(t, goodHeader()), append(mustJSON(t, goodClaims()), strings.Repeat(" ", 4096)...))
	for name, jwt := range map[string]string{
		"another subject":              head + "." + raised + "." + sig,
		"no signature":                 head + "." + body + ".",
		"a signature of zeros":         head + "." + body + "." + b64(make([]byte, 64)),
		"a signature cut short":        head + "." + body + "." + sig[:len(sig)-4],
		"a signature made longer":      head + "." + body + "." + sig + "AAAA",
		"another of our keys":          head + "." + body + "." + other,
		"another spelling of the end":  head + "." + body + "." + respell(sig),
		"padding":                      head + "." + body + "." + sig + "==",
		"a line break at the end":      good + "\n",
		"a line break in the payload":  head + "." + body[:8] + "\r\n" + body[8:] + "." + sig,
		"a blank at the end":           good + " ",
		"the other base64":             head + "." + body + "." + "+/" + sig[2:],
		"two parts":                    head + "." + body,
		"one part":                     head,
		"four parts":                   good + "." + sig,
		"five parts, as of encryption": good + "." + sig + "." + sig,
		"no payload":                   head + ".." + sig,
		"longer than 4 KiB":            der,
		"the public key as a secret":   hs256(t, k1),
	} {
		t.Run(name, func(t *testing.T) {
			_, err := signer.Read(t.Context(), pat.NewSecret(jwt), noon)
			if !errors.Is(err, pat.ErrBadJWT) {
				t.Error(err)
			}
			if err != nil && strings.Contains(err.Error(), body[:16]) {
				t.Errorf("the error holds the token: %v", err)
			}
		})
	}
	for name, jwt := range map[string]string{
		"nothing": "", "dots": "..", "words": "a.b.c", "a blank in front": " " + good, "JSON": `{"protected":"` + head + `"}`,
		"padding in the header": head + "=." + body + "." + sig, "a line break in the header": head[:4] + "\n" + head[4:] + "." + body + "." + sig,
		"a token": "pat_0123456789abcdef-secret",
	} {
		t.Run("foreign: "+name, func(t *testing.T) {
			if _, err := signer.Read(t.Context(), pat.NewSecret(jwt), noon); !errors.Is(err, pat.ErrForeign) {
				t.Error(err)
			}
		})
	}
}

// TestEveryByteCounts changes each character of a JWT to another one; none may read.
func TestEveryByteCounts(t *testing.T) {
	signer := newSigner(newKey(t, "k1"))
	good := issue(t, signer, aSession()).Reveal()
	for i := range len(good) {
		for _, c := range []byte("AB_.") {
			if good[i] == c {
				continue
			}
			jwt := good[:i] + string(c) + good[i+1:]
			if _, err := signer.Read(t.Context(), pat.NewSecret(jwt), noon); !isVerdict(err) {
				t.Errorf("%q at %d: %v", c, i, err)
			}
		}
	}
}

func FuzzRead(f *testing.F) {
	k1 := newKey(f, "k1")
	signer := newSigner(k1)
	good := issue(f, signer, aSession()).Reveal()
	f.Add(good)
	f.Add(strings.TrimRight(good, "abcdefghijklmnopqrstuvwxyz"))
	f.Add(signRaw(f, k1, []byte(`{"alg":"none","kid":"k1"}`), []byte(`{}`)))
	f.Add("..")
	f.Fuzz(func(t *testing.T, jwt string) {
		_, err := signer.Read(context.Background(), pat.NewSecret(jwt), noon.Add(time.Second))
		if jwt == good && err != nil || jwt != good && !isVerdict(err) {
			t.Errorf("%q: %v", jwt, err)
		}
	})
}
