package gateway_test

import (
	"crypto/rand"
	"log/slog"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"latchkey/shared/api"
	"latchkey/shared/config"
	"latchkey/shared/pat"
	"latchkey/shared/session"
	"latchkey/shared/store/mem"
)

const adminPassword = "the administrator's own password"

// service returns the whole API on an empty store that has its keys.
func service(t testing.TB) http.Handler {
	t.Helper()
	return serviceUnder(t, "", slog.New(slog.DiscardHandler))
}

func serviceUnder(t testing.TB, policy string, log *slog.Logger) http.Handler {
	t.Helper()
	cfg, err := config.Load(func(name string) (string, bool) { return policy, name == "LATCHKEY_POLICY" })
	if err != nil {
		t.Fatal(err)
	}
	store := mem.New()
	ring := pat.NewKeyRing(store)
	svc := pat.NewService(pat.Config{Store: store, Ring: ring, Sessions: session.New(ring, cfg.Issuer(), nil), Policy: cfg.Policy,
		Now: time.Now, Rand: rand.Reader, Log: log})
	if _, err := svc.Bootstrap(t.Context(), "admin", func() (pat.Secret, error) { return pat.NewSecret(adminPassword), nil }); err != nil {
		t.Fatal(err)
	}
	return api.Handler(svc, log, pat.Ops()...)
}

// TestTheServiceJudgesAnEventAsItJudgesARequest holds what the process answers (behaviour's table of bad input) against
// what comes through the gateway.
func TestTheServiceJudgesAnEventAsItJudgesARequest(t *testing.T) {
	authorization := func(value string) func(map[string]any) {
		return func(e map[string]any) { e["headers"] = map[string]string{"authorization": value} }
	}
	body := func(text, contentType string) func(map[string]any) {
		return func(e map[string]any) { e["body"], e["headers"] = text, map[string]string{"content-type": contentType} }
	}
	h := service(t)
	for name, c := range map[string]struct {
		payload []byte
		want    string
	}{
		"health":                            {v2(t, "GET", "/healthz", nil), "200"},
		"a verdict":                         {v2(t, "POST", "/v1/tokens/verify", body(`{"token":"x"}`, "application/json")), "200"},
		"no credential":                     {v2(t, "GET", "/v1/tokens", nil), "401 unauthenticated"},
		"a bad credential":                  {v2(t, "GET", "/v1/tokens", authorization("Bearer x")), "401 unauthenticated"},
		"two, joined by the gateway":        {v2(t, "GET", "/v1/tokens", authorization("Bearer a,Bearer b")), "400 unreadable"},
		"one and an empty one":              {v2(t, "GET", "/v1/tokens", authorization("Bearer a,")), "400 unreadable"},
		"two in a list":                     {v1(t, "", "GET", "/v1/tokens", func(e map[string]any) { e["multiValueHeaders"] = map[string][]string{"Authorization": {"a", "b"}} }), "400 unreadable"},
		"letters beyond ASCII":              {v2(t, "GET", "/v1/tokens", authorization("Bearer caf\u00e9")), "401 unauthenticated"},
		"a media type joined":               {v2(t, "POST", "/v1/sessions", body(`{}`, "application/json,application/json")), "415 unsupported_media_type"},
		"a body too large":                  {v2(t, "POST", "/v1/sessions", body(strings.Repeat("x", 70000), "application/json")), "413 too_large"},
		"no body":                           {v2(t, "POST", "/v1/sessions", body("", "application/json")), "400 unreadable"},
		"nowhere":                           {v2(t, "GET", "/v1/nothing", nil), "404 no_such_path"},
		"a slash too many":                  {v2(t, "GET", "/v1/tokens/", nil), "404 no_such_path"},
		"a doubled slash":                   {v2(t, "GET", "//v1/tokens", nil), "404 no_such_path"},
		"dots":                              {v2(t, "GET", "/v1/x/../tokens", nil), "404 no_such_path"},
		"a question mark that was escaped":  {v2(t, "GET", "/v1/tokens?limit=1", nil), "404 no_such_path"},
		"a hash that was escaped":           {v2(t, "GET", "/v1/tokens#", nil), "404 no_such_path"},
		"a zero byte":                       {v2(t, "GET", "/v1/tokens\x00", nil), "404 no_such_path"},
		"a stage":                           {v2(t, "GET", "/live/healthz", nil), "404 no_such_path"},
		"another method":                    {v2(t, "PUT", "/v1/tokens", nil), "405 method_not_allowed"},
		"a method in small letters":         {v2(t, "get", "/v1/tokens", nil), "405 method_not_allowed"},
		"what there is":                     {v2(t, "OPTIONS", "/v1/tokens", nil), "204"},
		"a query parameter that is no such": {v2(t, "GET", "/healthz", func(e map[string]any) { e["rawQueryString"] = "x=%zz" }), "200"},
	} {
		t.Run(name, func(t *testing.T) {
			res := invoke(t, h, c.payload)
			status, code, _ := strings.Cut(c.want, " ")
			if strconv.Itoa(res.StatusCode) != status || !strings.Contains(res.Body, code) {
				t.Errorf("got %d %s, want %s", res.StatusCode, res.Body, c.want)
			}
		})
	}
}
