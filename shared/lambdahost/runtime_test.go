package lambdahost

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// runtimeAPI stands in for the Lambda Runtime API: it hands out events one by one and takes the answers.
type runtimeAPI struct {
	*httptest.Server
	mu      sync.Mutex
	events  []string
	answers []string
	errors  []string
}

func newRuntimeAPI(t *testing.T, events ...string) *runtimeAPI {
	api := &runtimeAPI{events: events}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /2018-06-01/runtime/invocation/next", func(w http.ResponseWriter, _ *http.Request) {
		api.mu.Lock()
		defer api.mu.Unlock()
		if len(api.events) == 0 { // ends the function's loop, as nothing but a kill does in Lambda
			w.WriteHeader(http.StatusGone)
			return
		}
		w.Header().Set("Lambda-Runtime-Aws-Request-Id", "8476a536-e9f4-11e8-9739-2dfe598c3fcd")
		w.Header().Set("Lambda-Runtime-Deadline-Ms", "9999999999999")
		_, _ = io.WriteString(w, api.events[0])
		api.events = api.events[1:]
	})
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/response", api.take(&api.answers))
	mux.HandleFunc("POST /2018-06-01/runtime/invocation/{id}/error", api.take(&api.errors))
	api.Server = httptest.NewServer(mux)
	t.Cleanup(api.Close)
	return api
}

func (a *runtimeAPI) take(into *[]string) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		a.mu.Lock()
		defer a.mu.Unlock()
		*into = append(*into, string(body))
		w.WriteHeader(http.StatusAccepted)
	}
}

// taken returns what has come in, and how many events are left.
func (a *runtimeAPI) taken() (answers, errors []string, left int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.answers, a.errors, len(a.events)
}

func (a *runtimeAPI) address() string { return strings.TrimPrefix(a.URL, "http://") }

// httpEvent is what an HTTP API sends for a request without a body.
func httpEvent(method, path string) string {
	return `{"version":"2.0","rawPath":"` + path + `","headers":{"host":"tokens.example.com"},"requestContext":{"http":{"method":"` +
		method + `","sourceIp":"203.0.113.7"}}}`
}

const patience = 30 * time.Second
