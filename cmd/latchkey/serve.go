package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"strings"
	"time"

	"latchkey/shared/api"
	"latchkey/shared/config"
	"latchkey/shared/pat"
)

// serveCommand is the one process: every operation, on an embedded store or on a table.
type serveCommand struct{}

// stopTimeout is how long a stop waits for requests that are under way.
const stopTimeout = 10 * time.Second

// Run serves until the environment's context ends.
func (serveCommand) Run(env *environment) error {
	cfg, err := config.Load(env.lookup)
	if err != nil {
		return err
	}
	log := slog.New(slog.NewJSONHandler(env.stderr, nil))
	store, err := openStore(env.ctx, cfg.Store, log)
	if err != nil {
		return err
	}
	defer store.Close()
	listener, err := net.Listen("tcp", cfg.Listen) // before a password is drawn that could not be shown any more
	if err != nil {
		return fmt.Errorf("LATCHKEY_LISTEN: %w", err)
	}
	defer listener.Close()
	svc, err := assemble(env.ctx, cfg, store, log, env.clock.now)
	if err != nil {
		return err
	}
	admin, err := bootstrap(env.ctx, svc, cfg.AdminPassword)
	if err != nil {
		return err
	}
	greet(env.stdout, cfg, listener.Addr(), admin)
	stopTelling := tellEvents(cfg, store, log, env.clock.now)
	defer stopTelling()

	rest := newUpkeep(env.clock, svc, store, log).start(env.ctx)
	defer rest()
	server := newServer(api.BehindProxies(cfg.TrustedProxies, api.At(cfg.PublicURL, api.Handler(svc, log, pat.Ops()...))), log)
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	select {
	case err := <-failed:
		return fmt.Errorf("serve: %w", err)
	case <-env.ctx.Done():
	}
	rest()
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	if err := server.Shutdown(ctx); err != nil {
		return fmt.Errorf("stop: requests under way did not end in %s: %w", stopTimeout, err)
	}
	stopTelling()
	return store.Close()
}

// newServer bounds what a slow or greedy client can hold.
func newServer(h http.Handler, log *slog.Logger) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      30 * time.Second,
		IdleTimeout:       90 * time.Second,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          slog.NewLogLogger(log.Handler(), slog.LevelWarn),
	}
}

// firstAdmin says what a start found or made of the first administrator.
type firstAdmin struct {
	created  bool
	password pat.Secret // set if it was drawn here, so that it can be shown this once
}

const adminName = "admin"

// bootstrap makes the service keys and the first administrator where there are none.
func bootstrap(ctx context.Context, svc *pat.Service, given pat.Secret) (firstAdmin, error) {
	var admin firstAdmin
	created, err := svc.Bootstrap(ctx, adminName, func() (pat.Secret, error) {
		if !given.IsZero() {
			return given, nil
		}
		var err error
		admin.password, err = pat.RandomPassword(rand.Reader)
		return admin.password, err
	})
	admin.created = created
	if e, ok := errors.AsType[*pat.Error](err); ok && e.Code == pat.CodeInvalid && !given.IsZero() {
		return admin, fmt.Errorf("LATCHKEY_ADMIN_PASSWORD: %s", e.Fields[0].Detail)
	}
	return admin, err
}

// alone is what an admin command needs of the server before it gets at the store.
func alone(s config.Store) string {
	if s.Kind == "dynamodb" {
		return ""
	}
	return "stop the server and "
}

// greet tells a person where to look and what to try. It goes to stdout; the log goes to stderr.
func greet(w io.Writer, cfg config.Config, addr net.Addr, admin firstAdmin) {
	base, wide := "http://"+addr.String(), ""
	if host, port, err := net.SplitHostPort(addr.String()); err == nil && net.ParseIP(host).IsUnspecified() {
		base = "http://" + net.JoinHostPort("127.0.0.1", port)
		wide = "It listens on all addresses of this machine, and without TLS: put a proxy in front that has it.\n\n"
	}
	password, self := "…", os.Args[0]
	var b strings.Builder
	fmt.Fprintf(&b, "Latchkey is ready at %s (store %s)\n\n%s", base, cfg.Store, wide)
	switch {
	case !admin.created:
		fmt.Fprintf(&b, "The user %s exists. If the password is lost, %srun:\n", adminName, alone(cfg.Store))
		fmt.Fprintf(&b, "  %s admin reset-password --store %s\n\n", self, cfg.Store)
	case admin.password.IsZero():
		fmt.Fprintf(&b, "Made the user %s with the password in LATCHKEY_ADMIN_PASSWORD.\n\n", adminName)
	default:
		password = admin.password.Reveal()
		fmt.Fprintf(&b, "Made the user %s. This password is shown only now:\n  %s\n\n", adminName, password)
	}
	fmt.Fprintf(&b, `Log in and make a token, in another terminal:
  SESSION=$(curl -s %[1]s/v1/sessions -H 'Content-Type: application/json' \
    -d '{"username":"%[2]s","password":"%[3]s"}' | sed 's/.*"token":"\([^"]*\)".*/\1/')
  curl -s %[1]s/v1/tokens -H "Authorization: Bearer $SESSION" -H 'Content-Type: application/json' \
    -d '{"name":"my first token","scopes":["repo:read"]}'

Or without curl:
  %[4]s login --url %[1]s --username %[2]s
  %[4]s token create ci --scope repo:read

The API is described at %[1]s/openapi.json. Stop with Ctrl-C.
`, base, adminName, password, self)
	_, _ = io.WriteString(w, b.String())
}
