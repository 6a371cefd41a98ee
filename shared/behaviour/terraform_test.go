package behaviour

import "testing"

func TestTheProviderCutsItsBaseOffHTTPSAlone(t *testing.T) {
	const base = "https://hub.example:8443/v2"
	for next, want := range map[string]string{
		"https://hub.example:8443/v2/access-tokens?page=2&page_size=10": "/access-tokens?page=2&page_size=10",
		"http://hub.example:8443/v2/access-tokens?page=2":               "http://hub.example:8443/v2/access-tokens?page=2",
		"https://other.example/v2/access-tokens?page=2":                 "https://other.example/v2/access-tokens?page=2",
		"/v2/access-tokens?page=2":                                      "/v2/access-tokens?page=2",
	} {
		if got := cutBase(base, next); got != want {
			t.Errorf("%s: got %s, want %s", next, got, want)
		}
	}
}
