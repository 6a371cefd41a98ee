package authlance

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"latchkey/shared/dialect"
)

func TestPagesOfAnyOriginReadAnswers(t *testing.T) {
	for origin, known := range map[string]bool{
		"https://app.example": true, "http://localhost:3000": true, "null": true, "http://[::1]:8080": true, "capacitor://localhost": true,
		"": false, "https://a.example/": false, "https://a.example, https://b.example": false, "https://a.example https://b.example": false,
		"x": false, "*": false, "https://caf\xe9.example": false,
	} {
		for _, method := range []string{"GET", "OPTIONS"} {
			r := httptest.NewRequest(method, "/", nil)
			r.Header.Set("Origin", origin)
			res := dialect.Empty(http.StatusNoContent)
			res.Header.Set("Allow", "GET, OPTIONS")
			openToPages(dialect.NewRequest(r), &res)
			want := map[string]string{"Vary": "Origin"}
			if known {
				want["Access-Control-Allow-Origin"], want["Access-Control-Allow-Credentials"] = origin, "true"
			}
			if known && method == "OPTIONS" {
				want["Access-Control-Allow-Methods"], want["Access-Control-Allow-Headers"] = "GET, OPTIONS", "Authorization, Content-Type"
			}
			for _, name := range []string{"Vary", "Access-Control-Allow-Origin", "Access-Control-Allow-Credentials",
				"Access-Control-Allow-Methods", "Access-Control-Allow-Headers"} {
				if got := res.Header.Get(name); got != want[name] {
					t.Errorf("%s from %q: %s is %q, want %q", method, origin, name, got, want[name])
				}
			}
		}
	}
}
