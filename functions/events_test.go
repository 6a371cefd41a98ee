package functions_test

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"latchkey/shared/api"
	"latchkey/shared/gateway"
	"latchkey/shared/pat"
	"latchkey/shared/session"
	"latchkey/shared/store/mem"
)

// service returns one that has its keys and nothing else.
func service(t *testing.T) *pat.Service {
	t.Helper()
	store := mem.New()
	ring := pat.NewKeyRing(store)
	svc := pat.NewService(pat.Config{Store: store, Ring: ring, Sessions: session.New(ring, "urn:latchkey", nil), Policy: pat.DefaultPolicy(),
		Now: time.Now, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler)})
	if _, err := svc.Bootstrap(t.Context(), "admin", func() (pat.Secret, error) { return pat.RandomPassword(rand.Reader) }); err != nil {
		t.Fatal(err)
	}
	return svc
}

// TestEachEventReachesItsFunctionsRoute sends each function's event.json through the gateway to the function's own routes. The
// event names the route that API Gateway would choose; the log must name the same one. The examples of the functions without routes
// are taken by the compiled ones: TestCleanupTellsItsExample, TestOnlyAnEventWakesNotify.
func TestEachEventReachesItsFunctionsRoute(t *testing.T) {
	for _, op := range pat.Ops() {
		t.Run(string(op), func(t *testing.T) {
			payload, err := os.ReadFile(string(op) + "/event.json")
			if err != nil {
				t.Fatal(err)
			}
			var event struct {
				Version, RouteKey string
				RequestContext    struct {
					RouteKey string
					HTTP     struct{ Method, Path string }
				}
				RawPath string
			}
			if err := json.Unmarshal(payload, &event); err != nil {
				t.Fatal(err)
			}
			if event.Version != "2.0" || event.RouteKey != event.RequestContext.RouteKey || event.RawPath != event.RequestContext.HTTP.Path {
				t.Errorf("the event does not agree with itself: %+v", event)
			}
			var log bytes.Buffer
			answer, err := gateway.New(api.Handler(service(t), slog.New(slog.NewJSONHandler(&log, nil)), op)).Invoke(t.Context(), payload)
			if err != nil {
				t.Fatal(err)
			}
			var line struct{ Route string }
			if err := json.Unmarshal(log.Bytes(), &line); err != nil {
				t.Fatal(err)
			}
			switch refused := strings.Contains(string(answer), "no_such_path"); {
			case op == pat.OpFallback && (!refused || line.Route != "" || event.RouteKey != "$default"):
				t.Errorf("got %s by the route %q", answer, line.Route)
			case op != pat.OpFallback && (refused || line.Route != event.RouteKey):
				t.Errorf("got %s by the route %q, want %q", answer, line.Route, event.RouteKey)
			}
		})
	}
}
