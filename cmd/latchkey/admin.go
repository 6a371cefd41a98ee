package main

import (
	"crypto/rand"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"

	"latchkey/shared/config"
	"latchkey/shared/pat"
)

// adminCommand is for whoever holds the store itself; it asks no server.
type adminCommand struct {
	Bootstrap     bootstrapCommand     `cmd:"" help:"Make the service keys and the user admin in a store, where there are none."`
	ResetPassword resetPasswordCommand `cmd:"" help:"Set a local user's password in a store: a file that no server has open, or a table."`
}

// storeFlag names a store in place of LATCHKEY_STORE.
type storeFlag struct {
	Store string `help:"The store: bolt:FILE or dynamodb://TABLE. Default: LATCHKEY_STORE, else bolt:latchkey.db." placeholder:"STORE"`
}

// open reads the settings and opens the store.
func (f storeFlag) open(env *environment) (config.Config, pat.Store, *pat.Service, error) {
	cfg, err := config.Load(env.lookup)
	if err != nil {
		return cfg, nil, nil, err
	}
	if f.Store != "" {
		if cfg.Store, err = config.ParseStore(f.Store); err != nil {
			return cfg, nil, nil, fmt.Errorf("--store %w", err)
		}
	}
	log := slog.New(slog.NewJSONHandler(env.stderr, nil))
	store, err := openStore(env.ctx, cfg.Store, log)
	if err != nil {
		return cfg, nil, nil, err
	}
	svc, err := assemble(env.ctx, cfg, store, log, env.clock.now)
	if err != nil {
		_ = store.Close()
		return cfg, nil, nil, err
	}
	return cfg, store, svc, nil
}

// exists refuses a store whose file is not there: opening it would make one, in which nobody is.
func (f storeFlag) exists(env *environment) error {
	cfg, err := config.Load(env.lookup)
	if err == nil && f.Store != "" {
		cfg.Store, err = config.ParseStore(f.Store)
	}
	if err == nil && cfg.Store.Kind == "bolt" {
		_, err = os.Stat(cfg.Store.Name)
	}
	return err
}

type bootstrapCommand struct{ storeFlag }

// Run makes what a service needs in its store before it can answer; again, it changes nothing but the key that signs
// sessions, if LATCHKEY_SIGNING_KEY names another, and so the one that seals secrets.
func (c bootstrapCommand) Run(env *environment) error {
	cfg, store, svc, err := c.open(env)
	if err != nil {
		return err
	}
	defer store.Close()
	admin, err := bootstrap(env.ctx, svc, cfg.AdminPassword)
	switch {
	case err != nil:
		return err
	case !admin.created:
		fmt.Fprintf(env.stderr, "The store %s has its keys and the user %s already.\n", cfg.Store, adminName)
	case admin.password.IsZero():
		fmt.Fprintf(env.stderr, "Made the user %s with the password in LATCHKEY_ADMIN_PASSWORD.\n", adminName)
	default:
		fmt.Fprintf(env.stderr, "Made the user %s. This password is shown only now:\n", adminName)
		fmt.Fprintln(env.stdout, admin.password.Reveal())
	}
	if cfg.SigningKey.KMS != "" {
		fmt.Fprintf(env.stderr, "Sessions are signed by %s.\n", cfg.SigningKey.KMS)
	}
	if cfg.SealingKey != nil && cfg.SealingKey.KMS != "" {
		fmt.Fprintf(env.stderr, "The key that seals secrets is wrapped by %s.\n", cfg.SealingKey.KMS)
	}
	return store.Close()
}

type resetPasswordCommand struct {
	storeFlag
	User          string `default:"admin" help:"The user's name."`
	PasswordStdin bool   `help:"Read the new password from stdin instead of drawing one."`
	Admin         bool   `help:"Make the user an administrator too, and lift a suspension: for when no administrator is left."`
}

// Run sets the password and ends the user's sessions.
func (c resetPasswordCommand) Run(env *environment) error {
	password, err := pat.RandomPassword(rand.Reader)
	if c.PasswordStdin {
		var text []byte
		text, err = io.ReadAll(io.LimitReader(env.stdin, 4096))
		password = pat.NewSecret(strings.TrimRight(string(text), "\r\n"))
	}
	if err != nil {
		return fmt.Errorf("get a password: %w", err)
	}
	if err := c.exists(env); err != nil {
		return err
	}
	cfg, store, svc, err := c.open(env)
	if err != nil {
		return err
	}
	defer store.Close()
	switch err := svc.ResetPassword(env.ctx, c.User, password, c.Admin); {
	case pat.CodeOf(err) == pat.CodeNotFound:
		return fmt.Errorf("there is no user %q in the store %s", c.User, cfg.Store)
	case err != nil:
		return err
	}
	if !c.PasswordStdin {
		fmt.Fprintf(env.stderr, "The new password of %s, shown only now:\n", c.User)
		fmt.Fprintln(env.stdout, password.Reveal())
	}
	return store.Close()
}
