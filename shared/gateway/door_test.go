package gateway_test

import (
	"bytes"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"latchkey/shared/behaviour"
	"latchkey/shared/gateway"
)

// What the API does, it does through events too.
func TestScripts(t *testing.T) { behaviour.Scripts(t, door) }

func TestBadInput(t *testing.T) { behaviour.BadInput(t, door(t)) }

// door opens a way in by events of payload 2.0, with what an HTTP API does to a request on the way: the path is decoded, and
// headers that are there twice are joined.
func door(t *testing.T) behaviour.Door {
	t.Helper()
	var log lines
	h := gateway.New(serviceUnder(t, behaviour.Policy, slog.New(slog.NewJSONHandler(&log, nil))))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, "the body did not arrive whole", http.StatusBadRequest)
			return
		}
		answer, err := h.Invoke(r.Context(), eventOf(t, r, body))
		if err != nil {
			t.Errorf("%s: %v", r.URL, err)
			return
		}
		res := read(t, answer)
		for name, value := range res.Headers {
			w.Header().Set(name, value)
		}
		w.WriteHeader(res.StatusCode)
		_, _ = io.WriteString(w, res.Body)
	}))
	t.Cleanup(server.Close)
	return behaviour.Door{Name: "events", BaseURL: server.URL, AdminPassword: adminPassword, Log: log.String,
		Differences: []behaviour.Difference{behaviour.OwnHTTP, behaviour.DecodedPaths, behaviour.JoinedHeaders}}
}

func eventOf(t *testing.T, r *http.Request, body []byte) []byte {
	headers := map[string]string{"host": r.Host}
	for name, values := range r.Header {
		headers[strings.ToLower(name)] = strings.Join(values, ",")
	}
	source, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		t.Error(err)
	}
	return v2(t, r.Method, r.URL.Path, func(e map[string]any) {
		e["headers"], e["rawQueryString"], e["body"], e["isBase64Encoded"] = headers, r.URL.RawQuery, body, true
		e["requestContext"] = map[string]any{"http": map[string]any{"method": r.Method, "sourceIp": source}}
	})
}

// lines keeps what is logged; many write to it at once.
type lines struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *lines) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *lines) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
