package main

import (
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"latchkey/shared/config"
	"latchkey/shared/oidc"
	"latchkey/shared/pat"
	"latchkey/shared/session"
	"latchkey/shared/store/bolt"
	"latchkey/shared/store/mem"
)

// openStore opens the store that a setting names.
func openStore(s config.Store) (pat.Store, error) {
	if s.Kind == "mem" {
		return mem.New(), nil
	}
	store, err := bolt.Open(s.Name)
	if errors.Is(err, bolt.ErrLocked) {
		return nil, fmt.Errorf("%s is in use by another process: stop that one, or set LATCHKEY_STORE to another file", s.Name)
	}
	if err != nil {
		return nil, fmt.Errorf("LATCHKEY_STORE: %w", err)
	}
	return store, nil
}

// assemble joins the parts, from the store outward.
func assemble(cfg config.Config, store pat.Store, log *slog.Logger) *pat.Service {
	ring := pat.NewKeyRing(store)
	var identities pat.Identities
	if cfg.OIDC.Issuer != "" {
		identities = oidc.New(oidc.Config{Issuer: cfg.OIDC.Issuer, Audience: cfg.OIDC.Audience, GroupsClaim: cfg.OIDC.GroupsClaim})
	}
	return pat.NewService(pat.Config{
		Store:      store,
		Ring:       ring,
		Sessions:   session.New(ring, cfg.Issuer(), nil),
		Identities: identities,
		Policy:     cfg.Policy,
		Now:        time.Now,
		Rand:       rand.Reader,
		Log:        log,
	})
}
