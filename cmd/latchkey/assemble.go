package main

import (
	"context"
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
	"latchkey/shared/store/dynamo"
	"latchkey/shared/store/mem"
)

// openStore opens the store that a setting names.
func openStore(ctx context.Context, s config.Store, log *slog.Logger) (pat.Store, error) {
	switch s.Kind {
	case "mem":
		return mem.New(), nil
	case "dynamodb":
		return dynamo.Open(ctx, dynamo.Options{Table: s.Name, Log: log})
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
		Sessions:   session.New(ring, cfg.Issuer()),
		Identities: identities,
		Policy:     cfg.Policy,
		Now:        time.Now,
		Rand:       rand.Reader,
		Log:        log,
	})
}
