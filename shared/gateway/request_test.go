package gateway_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"latchkey/shared/gateway"
)

func TestEventsBecomeTheRequestsThatTheyWere(t *testing.T) {
	agent := "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)"
	for name, want := range map[string]seen{
		"http-2.0.json": {"POST", "https", "tokens.example.com", "/v1/tokens?a=1&a=2&b=x%20y", "/v1/tokens", "a=1&a=2&b=x%20y",
			"203.0.113.7", `{"name":"ci"}`, http.Header{
				"Accept": {"application/json, text/plain;q=0.5"}, "Authorization": {"Bearer pat_0000000000000000-x"},
				"Content-Length": {"16"}, "Content-Type": {"application/json"}, "Cookie": {"first=1; second=2"},
				"If-Match": {`"v1", "v2"`}, "User-Agent": {agent}, "X-Amzn-Trace-Id": {"Root=1-6917c1a0-0123456789abcdef01234567"},
				"X-Forwarded-For": {"198.51.100.9, 203.0.113.7"}, "X-Forwarded-Port": {"443"}, "X-Forwarded-Proto": {"https"}}},
		"http-1.0.json": {"POST", "https", "tokens.example.com", "/v1/tokens?a=1&a=2&b=x+y", "/v1/tokens", "a=1&a=2&b=x+y",
			"203.0.113.7", `{"name":"ci"}`, http.Header{
				"Authorization": {"Bearer pat_0000000000000000-x"}, "Content-Type": {"application/json"}, "Cookie": {"first=1; second=2"},
				"If-Match": {`"v1"`, `"v2"`}, "User-Agent": {agent}, "X-Forwarded-Proto": {"https"}}},
		"rest.json": {"GET", "https", "a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com", "/v1/users/a%2Fb", "/v1/users/a/b", "",
			"2001:db8::7", "", http.Header{"Accept": {"*/*"}, "X-Forwarded-Proto": {"https"}}},
	} {
		t.Run(name, func(t *testing.T) {
			var got seen
			if res := invoke(t, observe(&got), golden(t, name)); res.StatusCode != http.StatusOK {
				t.Errorf("got %d %s", res.StatusCode, res.Body)
			}
			same(t, got, want)
		})
	}
}

func TestThePeerIsWhomTheGatewaySaw(t *testing.T) {
	for ip, want := range map[string]string{
		"203.0.113.7": "203.0.113.7", "2001:db8::1": "2001:db8::1", "::ffff:203.0.113.7": "203.0.113.7", "fe80::1%eth0": "fe80::1",
		"": "invalid IP", "test-invoke-source-ip": "invalid IP", "203.0.113.7:443": "invalid IP", "[2001:db8::1]": "invalid IP",
	} {
		var got seen
		invoke(t, observe(&got), v2(t, "GET", "/", func(e map[string]any) {
			e["requestContext"] = map[string]any{"http": map[string]any{"method": "GET", "sourceIp": ip}}
			e["headers"] = map[string]string{"x-forwarded-for": "198.51.100.1", "forwarded": "for=198.51.100.1"}
		}))
		if got.Peer != want {
			t.Errorf("%q: got %s, want %s", ip, got.Peer, want)
		}
	}
}

func TestTheSchemeIsHTTPSUnlessTheGatewaySaysOtherwise(t *testing.T) {
	for proto, want := range map[string]string{"https": "https", "http": "http", "HTTP": "http", "": "https", "ftp": "https", "http,https": "https"} {
		var got seen
		invoke(t, observe(&got), v2(t, "GET", "/", func(e map[string]any) { e["headers"] = map[string]string{"x-forwarded-proto": proto} }))
		if got.Scheme != want {
			t.Errorf("%q: got %s, want %s", proto, got.Scheme, want)
		}
	}
}

func TestTheHostIsTheOneThatTheClientUsed(t *testing.T) {
	t.Setenv("GO_API_HOST", "https://evil.example") // by which the adapter would go
	for host, want := range map[string]string{"tokens.example.com": "tokens.example.com", "127.0.0.1:8080": "127.0.0.1:8080", "": "api.example.com"} {
		var got seen
		invoke(t, observe(&got), v2(t, "GET", "/", func(e map[string]any) {
			e["headers"] = map[string]string{"host": host}
			if host == "" {
				e["headers"] = nil
			}
			e["requestContext"].(map[string]any)["domainName"] = "api.example.com"
		}))
		if got.Host != want || got.Header["Host"] != nil {
			t.Errorf("%q: got %s and the headers %v, want %s", host, got.Host, got.Header, want)
		}
	}
}

func TestTheMethodIsTakenAsItIs(t *testing.T) {
	for _, method := range []string{"GET", "get", "PROPFIND", "OPTIONS", "Post"} {
		var got seen
		invoke(t, observe(&got), v2(t, method, "/", nil))
		if got.Method != method {
			t.Errorf("%s: got %s", method, got.Method)
		}
	}
}

func TestARequestEndsBeforeItsFunctionDoes(t *testing.T) {
	end := time.Now().Add(time.Hour)
	ctx, cancel := context.WithDeadline(t.Context(), end)
	defer cancel()
	h := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		deadline, ok := r.Context().Deadline()
		if left := end.Sub(deadline); !ok || left < 100*time.Millisecond || left > time.Second {
			t.Errorf("got a deadline %v before the function's: an answer on its way needs some time, and not much", left)
		}
	})
	if _, err := gateway.New(h).Invoke(ctx, v2(t, "GET", "/", nil)); err != nil {
		t.Error(err)
	}
}
