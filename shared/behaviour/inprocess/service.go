// Package inprocess opens the door that leads to a service within the test itself, put together as the one process does
// it, on a store in memory. Its clock and its store can be had, which no other door gives away.
package inprocess

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

// Service is a service, and the door to it.
type Service struct {
	Door  behaviour.Door
	Store *mem.Store
}

const adminPassword = "the administrator's own password"

// Noon is where the clock of a service apart stands at first.
var Noon = time.Date(2026, 7, 1, 12, 0, 0, 123_000_000, time.UTC)

// Open opens a door on the machine's own time. Services apart have a clock that the test moves.
func Open(t testing.TB) behaviour.Door {
	t.Helper()
	door := start(t, nil, nil).Door
	door.Apart = func(t testing.TB, settings ...string) behaviour.Door { return Apart(t, settings...).Door }
	return door
}

// Apart starts a service whose clock stands at noon, under settings such as LATCHKEY_POLICY={}.
func Apart(t testing.TB, settings ...string) Service {
	t.Helper()
	return start(t, behaviour.NewClock(Noon), nil, settings...)
}

// Over starts one as Apart does, whose store is what over makes of its own, such as one that can fail.
func Over(t testing.TB, over func(pat.Store) pat.Store, settings ...string) Service {
	t.Helper()
	return start(t, behaviour.NewClock(Noon), over, settings...)
}

func start(t testing.TB, clock *behaviour.Clock, over func(pat.Store) pat.Store, settings ...string) Service {
	t.Helper()
	values := map[string]string{"LATCHKEY_POLICY": behaviour.Policy, "LATCHKEY_HOPRD_SUPERUSER": behaviour.Superuser}
	for _, setting := range settings {
		name, value, _ := strings.Cut(setting, "=")
		values[name] = value
	}
	cfg, err := config.Load(func(name string) (string, bool) { value, ok := values[name]; return value, ok })
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now
	if clock != nil {
		now = clock.Now
	}
	own := mem.New()
	store := pat.Store(own)
	if over != nil {
		store = over(own)
	}
	ring := pat.NewKeyRing(store)
	var lines logged
	log := slog.New(slog.NewJSONHandler(&lines, nil))
	svc := pat.NewService(pat.Config{Store: store, Ring: ring, Sessions: session.New(ring, cfg.Issuer(), nil), Superuser: cfg.HOPRdSuperuser, Policy: cfg.Policy,
		Now: now, Rand: rand.Reader, Log: log})
	created, err := svc.Bootstrap(context.Background(), "admin", func() (pat.Secret, error) { return pat.NewSecret(adminPassword), nil })
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
	door := behaviour.Door{Name: "in process", BaseURL: server.URL, AdminPassword: adminPassword, Superuser: cfg.HOPRdSuperuser.Reveal(),
		Log: lines.String, Clock: clock}
	return Service{Door: door, Store: own}
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
