package api

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestThePublicAddressesSchemeIsThatOfRequestsToItsHost(t *testing.T) {
	for _, c := range []struct{ public, host, want string }{
		{"https://tokens.example.com", "tokens.example.com", "https"},
		{"https://tokens.example.com", "TOKENS.example.com", "https"},
		{"https://tokens.example.com", "127.0.0.1:8080", ""},
		{"https://tokens.example.com:8443", "tokens.example.com", ""},
		{"http://tokens.example.com", "tokens.example.com", "http"},
		{"", "tokens.example.com", ""},
	} {
		var got string
		h := At(c.public, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.URL.Scheme }))
		r := httptest.NewRequest("GET", "/", nil)
		r.Host = c.host
		h.ServeHTTP(httptest.NewRecorder(), r)
		if got != c.want {
			t.Errorf("%s asked at %s: the scheme is %q, want %q", c.public, c.host, got, c.want)
		}
	}
}
