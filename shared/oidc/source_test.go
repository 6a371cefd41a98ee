package oidc_test

import (
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/go-jose/go-jose/v4"

	"latchkey/shared/oidc"
)

func TestKeySetsThatAreNone(t *testing.T) {
	key := newKey(t, "k1", "ES256")
	private := string(mustJSON(t, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{key}}))
	public := string(mustJSON(t, key.Public()))
	for name, body := range map[string]string{
		"nothing":                   "",
		"a page":                    "<html>Sign in</html>",
		"an object":                 "{}",
		"no keys":                   `{"keys":[]}`,
		"keys of null":              `{"keys":null}`,
		"keys that are none":        `{"keys":{}}`,
		"private keys alone":        private,
		"two lists of keys":         `{"keys":[],"keys":[` + public + `]}`,
		"cut short":                 `{"keys":[` + public,
		"more than 1 MiB":           `{"keys":[` + public + strings.Repeat(" ", 1<<20) + `]}`,
		"more than a hundred keys":  `{"keys":[` + strings.Repeat(public+",", 100) + public + `]}`,
		"more than 1 MiB of nobody": strings.Repeat("x", 4<<20),
	} {
		t.Run(name, func(t *testing.T) {
			i := newIssuer(t)
			i.publishRaw(body)
			_, err := i.verifier().Identify(t.Context(), i.token(t, key), noon)
			if !undecided(err) || len(err.Error()) > 500 {
				t.Error(err)
			}
		})
	}
	t.Run("1 MiB is taken", func(t *testing.T) {
		i := newIssuer(t)
		i.publishRaw(`{"keys":[` + public + strings.Repeat(" ", 1<<20-len(public)-11) + `]}`)
		if _, err := i.verifier().Identify(t.Context(), i.token(t, key), noon); err != nil {
			t.Error(err)
		}
	})
}

func TestDiscoveryThatFails(t *testing.T) {
	key := newKey(t, "k1", "ES256")
	for name, document := range map[string]func(i *issuer) string{
		"another issuer":   func(i *issuer) string { return fmt.Sprintf(`{"issuer":"https://x","jwks_uri":%q}`, i.URL+"/keys") },
		"a slash more":     func(i *issuer) string { return fmt.Sprintf(`{"issuer":%q,"jwks_uri":%q}`, i.URL+"/", i.URL+"/keys") },
		"a very long name": func(i *issuer) string { return `{"issuer":"` + strings.Repeat("x", 100000) + `"}` },
		"no key set":       func(i *issuer) string { return fmt.Sprintf(`{"issuer":%q}`, i.URL) },
		"keys in a file":   func(i *issuer) string { return fmt.Sprintf(`{"issuer":%q,"jwks_uri":"file:///etc/hosts"}`, i.URL) },
		"a path alone":     func(i *issuer) string { return fmt.Sprintf(`{"issuer":%q,"jwks_uri":"/keys"}`, i.URL) },
		"no address":       func(i *issuer) string { return fmt.Sprintf(`{"issuer":%q,"jwks_uri":"http://%%zz"}`, i.URL) },
		"a page":           func(*issuer) string { return "<html>Sign in</html>" },
		"too long":         func(*issuer) string { return strings.Repeat(" ", 2<<20) },
	} {
		t.Run(name, func(t *testing.T) {
			i := newIssuer(t, key)
			i.set(func() { i.document = document(i) })
			_, err := i.verifier().Identify(t.Context(), i.token(t, key), noon)
			if !undecided(err) || len(err.Error()) > 500 || name == "no key set" && !strings.Contains(err.Error(), "no jwks_uri") {
				t.Error(err)
			}
			if _, fetches := i.counts(); fetches != 0 {
				t.Error("the keys were fetched")
			}
		})
	}
}

func TestStatuses(t *testing.T) {
	key := newKey(t, "k1", "ES256")
	for _, status := range []int{201, 204, 301, 304, 400, 401, 404, 429, 500, 503} { // 301 without a Location
		t.Run(fmt.Sprint(status), func(t *testing.T) {
			i := newIssuer(t, key)
			i.answer(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(status)
				_, _ = w.Write([]byte("a secret of the issuer's"))
			})
			_, err := i.verifier().Identify(t.Context(), i.token(t, key), noon)
			if !undecided(err) || strings.Contains(err.Error(), "secret") || !strings.Contains(err.Error(), fmt.Sprint(status)) {
				t.Error(err)
			}
		})
	}
}

func TestRedirects(t *testing.T) {
	key := newKey(t, "k1", "ES256")
	elsewhere := newIssuer(t, key)
	for _, c := range []struct {
		name string
		to   func(i *issuer, n int) string
		good bool
	}{
		{"on the same host", func(i *issuer, n int) string { return map[bool]string{true: "/keys?2", false: "/done"}[n < 2] }, true},
		{"to another port", func(*issuer, int) string { return elsewhere.URL + "/keys" }, false},
		{"to another name of the host", func(i *issuer, _ int) string {
			return strings.Replace(i.URL, "127.0.0.1", "localhost", 1) + "/done"
		}, false},
		{"in a circle", func(*issuer, int) string { return "/keys" }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			i := newIssuer(t, key)
			n := 0
			i.answer(func(w http.ResponseWriter, r *http.Request) {
				switch r.URL.Path {
				case "/keys":
					n++
					http.Redirect(w, r, c.to(i, n), http.StatusFound)
				case "/done":
					_, _ = w.Write(i.keys)
				default:
					fmt.Fprintf(w, `{"issuer":%q,"jwks_uri":%q}`, i.URL, i.URL+"/keys")
				}
			})
			_, err := i.verifier().Identify(t.Context(), i.token(t, key), noon)
			if c.good && err != nil || !c.good && !undecided(err) {
				t.Errorf("%v, good: %t", err, c.good)
			}
			if n > 4 {
				t.Errorf("%d redirects", n)
			}
		})
	}
	if requests, _ := elsewhere.counts(); requests != 0 {
		t.Error("a redirect to another host was followed")
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func TestIssuersMustBeHTTPS(t *testing.T) {
	key := newKey(t, "k1", "ES256")
	for address, asks := range map[string]bool{
		"https://issuer.example.com":       true,
		"https://issuer.example.com/realm": true,
		"http://127.0.0.1:8080":            true,
		"http://[::1]":                     true,
		"http://localhost":                 true,
		"http://issuer.example.com":        false,
		"http://localhost.example.com":     false,
		"http://10.0.0.1":                  false,
		"ftp://127.0.0.1":                  false,
		"issuer.example.com":               false,
		"":                                 false,
	} {
		t.Run(address, func(t *testing.T) {
			asked := false
			client := &http.Client{Transport: roundTrip(func(*http.Request) (*http.Response, error) {
				asked = true
				return nil, errors.New("no network here")
			})}
			v := oidc.New(oidc.Config{Issuer: address, Audience: audience, Client: client})
			jwt := sign(t, key, mustJSON(t, with((&issuer{Server: &httptest.Server{}}).claims(), "iss", address)), nil)
			if _, err := v.Identify(t.Context(), jwt, noon); !undecided(err) {
				t.Error(err)
			}
			if asked != asks {
				t.Errorf("asked: %t, want %t", asked, asks)
			}
		})
	}
}

func TestKeysAreNotFetchedInTheOpen(t *testing.T) {
	key := newKey(t, "k1", "ES256")
	i := newIssuer(t, key)
	i.set(func() { i.document = fmt.Sprintf(`{"issuer":%q,"jwks_uri":"http://keys.example.com/"}`, i.URL) })
	client := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
		if r.URL.Host == "keys.example.com" {
			t.Error("asked by plain http")
		}
		return http.DefaultTransport.RoundTrip(r)
	})}
	v := oidc.New(oidc.Config{Issuer: i.URL, Audience: audience, Client: client})
	if _, err := v.Identify(t.Context(), i.token(t, key), noon); !undecided(err) {
		t.Error(err)
	}
}

// An issuer that is reached by https must not send us to plain http, not even on this machine.
func TestAnIssuerOverTLSHasItsKeysBehindTLS(t *testing.T) {
	key := newKey(t, "k1", "ES256")
	plain := newIssuer(t, key)
	i := newIssuer(t, key)
	i.Server = httptest.NewTLSServer(i)
	t.Cleanup(i.Close)
	i.set(func() { i.document = fmt.Sprintf(`{"issuer":%q,"jwks_uri":%q}`, i.URL, plain.URL+"/keys") })
	v := oidc.New(oidc.Config{Issuer: i.URL, Audience: audience, Client: i.Client()})
	if _, err := v.Identify(t.Context(), i.token(t, key), noon); !undecided(err) {
		t.Error(err)
	}
	if requests, _ := plain.counts(); requests != 0 {
		t.Error("asked by plain http")
	}
}

func TestAnIssuerThatNeverAnswersIsGivenUp(t *testing.T) {
	key := newKey(t, "k1", "ES256")
	synctest.Test(t, func(t *testing.T) {
		client := &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		})}
		const address = "https://issuer.example.com"
		v := oidc.New(oidc.Config{Issuer: address, Audience: audience, Client: client})
		jwt := sign(t, key, mustJSON(t, with((&issuer{Server: &httptest.Server{}}).claims(), "iss", address)), nil)
		began := time.Now()
		_, err := v.Identify(t.Context(), jwt, noon)
		if waited := time.Since(began); !undecided(err) || waited != 5*time.Second {
			t.Errorf("%v after %v", err, waited)
		}
	})
}
