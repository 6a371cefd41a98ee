package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"latchkey/shared/config"
	"latchkey/shared/kms"
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
func assemble(ctx context.Context, cfg config.Config, store pat.Store, log *slog.Logger, now func() time.Time) (*pat.Service, error) {
	ring := pat.NewKeyRing(store)
	signer, remote, err := signWith(ctx, cfg.SigningKey)
	if err != nil {
		return nil, err
	}
	var identities pat.Identities
	if cfg.OIDC.Issuer != "" {
		identities = oidc.New(oidc.Config{Issuer: cfg.OIDC.Issuer, Audience: cfg.OIDC.Audience, GroupsClaim: cfg.OIDC.GroupsClaim})
	}
	return pat.NewService(pat.Config{
		Store:      store,
		Ring:       ring,
		Sessions:   session.New(ring, cfg.Issuer(), signer),
		Identities: identities,
		RemoteKey:  remote,
		Superuser:  cfg.HOPRdSuperuser,
		SealingKey: cfg.SealingKey,
		Wrapper:    kms.NewLater(kms.Options{}), // what was wrapped before a move is read still, whatever is set
		Policy:     cfg.Policy,
		Now:        now,
		Rand:       rand.Reader,
		Log:        log,
	}), nil
}

// signWith returns who signs sessions and with which key, neither if the key is in the store.
func signWith(ctx context.Context, key config.SigningKey) (session.KMS, *pat.RemoteKey, error) {
	if key.KMS == "" {
		return nil, nil, nil
	}
	client, err := kms.New(ctx, kms.Options{})
	if err != nil {
		return nil, nil, fmt.Errorf("LATCHKEY_SIGNING_KEY: %w", err)
	}
	return client, &pat.RemoteKey{
		KMS:    key.KMS,
		Public: func(ctx context.Context) ([]byte, error) { return client.PublicKey(ctx, key.KMS) },
	}, nil
}
