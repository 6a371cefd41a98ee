package api

import (
	"bytes"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// echo is a dialect of one path that shows what the pipe does around a route.
func echo(serve func(*dialect.Request) (dialect.Response, error)) (*handler, *bytes.Buffer) {
	d := &dialect.Dialect{Name: "echo", Fault: func(_ *dialect.Request, err error) dialect.Response {
		status := http.StatusInternalServerError
		if errors.Is(err, dialect.ErrNoRoute) {
			status = http.StatusNotFound
		}
		if method, ok := errors.AsType[*dialect.MethodError](err); ok {
			return dialect.Response{Status: http.StatusMethodNotAllowed, Header: http.Header{"Allow": {strings.Join(method.Allow, ", ")}}}
		}
		if errors.Is(err, dialect.ErrTooLarge) {
			status = http.StatusRequestEntityTooLarge
		}
		return dialect.Response{Status: status, Header: http.Header{}}
	}}
	var log bytes.Buffer
	routes := []dialect.Route{
		{Dialect: d, Op: pat.OpGet, Pattern: "GET /things/{id}", Serve: serve},
		{Dialect: d, Op: pat.OpCreate, Pattern: "POST /things", Serve: serve},
		{Dialect: d, Op: pat.OpVerify, Pattern: "POST /things/{id}", Serve: serve},
		{Dialect: d, Op: pat.OpGet, Pattern: "GET /both", Serve: serve},
		{Dialect: d, Op: pat.OpGet, Pattern: "GET /both/", Serve: serve},
		{Dialect: d, Op: pat.OpGet, Pattern: "GET /both/{id}", Serve: serve},
		{Dialect: d, Op: pat.OpGet, Pattern: "GET /both/{id}/", Serve: serve},
	}
	return newHandler(routes, []pat.Op{pat.OpGet, pat.OpCreate, pat.OpVerify}, slog.New(slog.NewJSONHandler(&log, nil))), &log
}

func fine(*dialect.Request) (dialect.Response, error) {
	return dialect.Response{Status: http.StatusOK, Header: http.Header{}, Body: []byte("fine")}, nil
}

func send(h http.Handler, method, path string, body string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
	return w
}

func TestPathsAreTakenStrictlyAndNeverRedirected(t *testing.T) {
	h, _ := echo(fine)
	for _, c := range []struct {
		method, path string
		status       int
		allow        string
	}{
		{"GET", "/things/7", 200, ""},
		{"GET", "/things/a%2Fb", 200, ""},
		{"GET", "/things/7/", 404, ""},
		{"GET", "/things/", 404, ""},
		{"POST", "/things/", 404, ""},
		{"GET", "//things/7", 404, ""},
		{"GET", "/things//7", 404, ""},
		{"GET", "/things/../things/7", 404, ""},
		{"GET", "/things/%2e%2e/7", 404, ""},
		{"GET", "/./things/7", 404, ""},
		{"GET", "/", 404, ""},
		{"GET", "/both", 200, ""},
		{"GET", "/both/", 200, ""},
		{"GET", "/both//", 404, ""},
		{"GET", "/both/7", 200, ""},
		{"GET", "/both/7/", 200, ""},
		{"GET", "/both/7//", 404, ""},
		{"GET", "/both/7/x", 404, ""},
		{"POST", "/both/", 405, "GET, OPTIONS"},
		{"GET", "/things", 405, "OPTIONS, POST"},
		{"HEAD", "/things/7", 405, "GET, OPTIONS, POST"},
		{"FOO", "/things/7", 405, "GET, OPTIONS, POST"},
		{"OPTIONS", "/things/7", 204, "GET, OPTIONS, POST"},
		{"OPTIONS", "/nothing", 404, ""},
	} {
		w := send(h, c.method, c.path, "")
		if w.Code != c.status || w.Header().Get("Allow") != c.allow || w.Header().Get("Location") != "" {
			t.Errorf("%s %s: got %d, Allow %q, want %d, %q", c.method, c.path, w.Code, w.Header().Get("Allow"), c.status, c.allow)
		}
	}
}

func TestTheBodyIsBounded(t *testing.T) {
	read := func(r *dialect.Request) (dialect.Response, error) {
		body, err := r.ReadBody()
		if err != nil {
			return dialect.Response{}, err
		}
		return dialect.Response{Status: http.StatusOK, Header: http.Header{}, Body: body}, nil
	}
	h, _ := echo(read)
	if w := send(h, "POST", "/things", strings.Repeat("x", MaxBody)); w.Code != http.StatusOK || w.Body.Len() != MaxBody {
		t.Errorf("%d bytes: got %d with %d", MaxBody, w.Code, w.Body.Len())
	}
	if w := send(h, "POST", "/things", strings.Repeat("x", MaxBody+1)); w.Code != http.StatusRequestEntityTooLarge {
		t.Errorf("%d bytes: got %d", MaxBody+1, w.Code)
	}
}

func TestAPanicIsOneRequestsFault(t *testing.T) {
	h, log := echo(func(*dialect.Request) (dialect.Response, error) { panic("a bug") })
	if w := send(h, "GET", "/things/7", ""); w.Code != http.StatusInternalServerError || strings.Contains(w.Body.String(), "bug") {
		t.Errorf("got %d %q", w.Code, w.Body)
	}
	if !strings.Contains(log.String(), "panic in GET /things/{id}: a bug") {
		t.Errorf("the log has %s", log)
	}
}

func TestTheLogNamesTheRouteAndNeverThePathOrAHeader(t *testing.T) {
	h, log := echo(fine)
	r := httptest.NewRequest("GET", "/things/pat_secret?token=pat_secret", strings.NewReader("pat_secret"))
	r.Header.Set("Authorization", "Bearer pat_secret")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	send(h, "pat_secret", "/things/7", "")
	send(h, "GET", "/pat_secret", "")
	if strings.Contains(log.String(), "pat_secret") {
		t.Errorf("the log has the secret: %s", log)
	}
	var line struct {
		Request, Route, Dialect, Peer string
		Status                        int
	}
	first, _, _ := strings.Cut(log.String(), "\n")
	if err := json.Unmarshal([]byte(first), &line); err != nil {
		t.Fatal(err)
	}
	if line.Route != "GET /things/{id}" || line.Status != 200 || line.Dialect != "echo" || line.Peer != "192.0.2.1" {
		t.Errorf("got %+v", line)
	}
	if line.Request == "" || line.Request != w.Header().Get("X-Request-Id") {
		t.Errorf("the answer names request %q, the log %q", w.Header().Get("X-Request-Id"), line.Request)
	}
	if w.Header().Get("Cache-Control") != "no-store" || w.Header().Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("got the headers %v", w.Header())
	}
}

func TestTheSchemeIsATrustedProxysToSay(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for _, c := range []struct{ name, peer, target, forwarded, want string }{
		{"a proxy's", "10.0.0.1:1", "/", "https", "https"},
		{"of two proxies, the first one's", "10.0.0.1:1", "/", "https, http", "https"},
		{"in capitals", "10.0.0.1:1", "/", "HTTPS", "https"},
		{"one that is none", "10.0.0.1:1", "/", "gopher", ""},
		{"a proxy that says nothing", "10.0.0.1:1", "/", "", ""},
		{"a stranger's header", "203.0.113.9:1", "/", "https", ""},
		{"a stranger's request line", "203.0.113.9:1", "https://x.example/", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got := "none"
			h := BehindProxies(trusted, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.URL.Scheme }))
			r := httptest.NewRequest("GET", c.target, nil)
			r.RemoteAddr = c.peer
			if c.forwarded != "" {
				r.Header.Set("X-Forwarded-Proto", c.forwarded)
			}
			h.ServeHTTP(httptest.NewRecorder(), r)
			if got != c.want {
				t.Errorf("the scheme is %q, want %q", got, c.want)
			}
		})
	}
}

func TestThePeerBehindProxiesIsTheLastThatIsNotOne(t *testing.T) {
	trusted := []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}
	for _, c := range []struct {
		name, peer string
		forwarded  []string
		want       string
	}{
		{"a stranger's header means nothing", "203.0.113.9:1", []string{"192.0.2.1"}, "203.0.113.9"},
		{"a proxy without the header is the peer", "10.0.0.1:1", nil, "10.0.0.1"},
		{"one hop", "10.0.0.1:1", []string{"192.0.2.1"}, "192.0.2.1"},
		{"what a client made up stands further left", "10.0.0.1:1", []string{"198.51.100.7, 192.0.2.1"}, "192.0.2.1"},
		{"through two proxies", "10.0.0.1:1", []string{"198.51.100.7, 192.0.2.1, 10.0.0.2"}, "192.0.2.1"},
		{"in two headers", "10.0.0.1:1", []string{"198.51.100.7", "192.0.2.1"}, "192.0.2.1"},
		{"junk ends the walk", "10.0.0.1:1", []string{"192.0.2.1, junk, 10.0.0.2"}, "10.0.0.2"},
		{"an address of IPv6", "[::ffff:10.0.0.1]:1", []string{"2001:db8::1"}, "2001:db8::1"},
		{"only proxies", "10.0.0.1:1", []string{"10.0.0.3, 10.0.0.2"}, "10.0.0.3"},
	} {
		t.Run(c.name, func(t *testing.T) {
			var got netip.Addr
			h := BehindProxies(trusted, http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				got = dialect.NewRequest(r).Source.IP
			}))
			r := httptest.NewRequest("GET", "/", nil)
			r.RemoteAddr = c.peer
			r.Header["X-Forwarded-For"] = c.forwarded
			h.ServeHTTP(httptest.NewRecorder(), r)
			if got.String() != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}
