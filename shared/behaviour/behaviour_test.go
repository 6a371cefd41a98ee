package behaviour_test

import (
	"context"
	"crypto/rand"
	"log/slog"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/shared/api"
	"latchkey/shared/behaviour"
	"latchkey/shared/config"
	"latchkey/shared/pat"
	"latchkey/shared/session"
	"latchkey/shared/store/mem"
)

func TestScripts(t *testing.T) { behaviour.Scripts(t, inProcess) }

func TestBadInput(t *testing.T) { behaviour.BadInput(t, inProcess(t)) }

func TestDockerHubsClients(t *testing.T) { behaviour.DockerHub(t, inProcess(t)) }

// inProcess opens a door to a service within the test itself, put together as the one process does it.
func inProcess(t *testing.T) behaviour.Door {
	t.Helper()
	cfg, err := config.Load(func(name string) (string, bool) {
		return behaviour.Policy, name == "LATCHKEY_POLICY"
	})
	if err != nil {
		t.Fatal(err)
	}
	store := mem.New()
	ring := pat.NewKeyRing(store)
	var lines logged
	log := slog.New(slog.NewJSONHandler(&lines, nil))
	svc := pat.NewService(pat.Config{Store: store, Ring: ring, Sessions: session.New(ring, cfg.Issuer(), nil), Policy: cfg.Policy,
		Now: time.Now, Rand: rand.Reader, Log: log})
	const password = "the administrator's own password"
	created, err := svc.Bootstrap(context.Background(), "admin", func() (pat.Secret, error) { return pat.NewSecret(password), nil })
	if err != nil || !created {
		t.Fatalf("bootstrap: created %v, %v", created, err)
	}
	server := httptest.NewUnstartedServer(api.BehindProxies(cfg.TrustedProxies, api.Handler(svc, log, pat.Ops()...)))
	server.Config.ReadHeaderTimeout = 5 * time.Second
	server.Config.ReadTimeout = 15 * time.Second
	server.Config.MaxHeaderBytes = 32 << 10
	server.Config.ErrorLog = slog.NewLogLogger(log.Handler(), slog.LevelWarn)
	server.Start()
	t.Cleanup(server.Close)
	return behaviour.Door{Name: "in process", BaseURL: server.URL, AdminPassword: password, Log: lines.String}
}

// logged keeps what was logged; many write to it at once.
type logged struct {
	mu   sync.Mutex
	text strings.Builder
}

func (l *logged) Write(line []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(line)
}

func (l *logged) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.String()
}
