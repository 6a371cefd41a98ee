package gateway_test

import (
	"encoding/json"
	"io"
	"log"
	"log/slog"
	"net/http"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/shared/dialect"
	"latchkey/shared/gateway"
)

// seen is a request as it arrives behind the gateway.
type seen struct {
	Method, Scheme, Host, RequestURI, Path, Query, Peer, Body string
	Header                                                    http.Header
}

// observe returns a handler that notes the last request.
func observe(into *seen) http.Handler {
	return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		d := dialect.NewRequest(r)
		body, err := d.ReadBody()
		if err != nil {
			body = []byte(err.Error())
		}
		*into = seen{r.Method, r.URL.Scheme, r.Host, r.RequestURI, r.URL.Path, r.URL.RawQuery, d.Source.IP.String(), string(body), r.Header}
	})
}

// response is an answer, in either form.
type response struct {
	StatusCode        int
	Headers           map[string]string
	MultiValueHeaders map[string][]string
	Cookies           []string
	Body              string
	IsBase64Encoded   bool
}

// invoke sends an event through the gateway.
func invoke(t testing.TB, h http.Handler, event []byte) response {
	t.Helper()
	answer, err := gateway.New(h).Invoke(t.Context(), event)
	if err != nil {
		t.Fatalf("%.200s: %v", event, err)
	}
	return read(t, answer)
}

func read(t testing.TB, answer []byte) response {
	t.Helper()
	var res response
	if err := json.Unmarshal(answer, &res); err != nil {
		t.Fatalf("%.200s: %v", answer, err)
	}
	if res.StatusCode < 100 || res.StatusCode > 599 {
		t.Fatalf("%.200s: the status is %d", answer, res.StatusCode)
	}
	return res
}

// v2 is an event of payload 2.0, changed by what is given.
func v2(t testing.TB, method, path string, change func(map[string]any)) []byte {
	t.Helper()
	e := map[string]any{
		"version": "2.0", "rawPath": path, "rawQueryString": "", "headers": map[string]string{"host": "tokens.example.com"},
		"requestContext": map[string]any{"http": map[string]any{"method": method, "path": path, "sourceIp": "203.0.113.7"}},
	}
	return event(t, e, change)
}

// v1 is one of payload 1.0.
func v1(t testing.TB, version, method, path string, change func(map[string]any)) []byte {
	t.Helper()
	e := map[string]any{
		"httpMethod": method, "path": path, "headers": map[string]string{"Host": "tokens.example.com"},
		"requestContext": map[string]any{"identity": map[string]any{"sourceIp": "203.0.113.7"}},
	}
	if version != "" {
		e["version"] = version
	}
	return event(t, e, change)
}

func event(t testing.TB, e map[string]any, change func(map[string]any)) []byte {
	t.Helper()
	if change != nil {
		change(e)
	}
	payload, err := json.Marshal(e)
	if err != nil {
		t.Fatal(err)
	}
	return payload
}

func golden(t testing.TB, name string) []byte {
	t.Helper()
	payload, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	return payload
}

func same(t testing.TB, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// TestMain keeps what is logged out of the tests' output: most of them are about events that are refused.
func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	log.SetOutput(io.Discard)
	os.Exit(m.Run())
}
