package lambdahost

import (
	"context"
	"crypto/rand"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"latchkey/shared/api"
	"latchkey/shared/config"
	"latchkey/shared/gateway"
	"latchkey/shared/kms"
	"latchkey/shared/oidc"
	"latchkey/shared/pat"
	"latchkey/shared/session"
)

// opener opens the table of a name.
type opener func(ctx context.Context, table string, log *slog.Logger) (pat.Store, error)

// newHandler joins the parts, from the store outward. The fallback has no store, no keys and no settings: it refuses.
func newHandler(ctx context.Context, op pat.Op, lookup func(string) (string, bool), open opener, log *slog.Logger) (lambda.Handler, error) {
	if op == pat.OpFallback {
		return gateway.New(api.Handler(nil, log, op)), nil
	}
	cfg, err := config.Load(lookup)
	if err != nil {
		return nil, err
	}
	if cfg.Store.Kind != "dynamodb" {
		return nil, fmt.Errorf("LATCHKEY_STORE wants dynamodb://TABLE in a function: what %s keeps is gone with the instance", cfg.Store)
	}
	store, err := open(ctx, cfg.Store.Name, log)
	if err != nil {
		return nil, fmt.Errorf("LATCHKEY_STORE: %w", err)
	}
	ring := pat.NewKeyRing(store)
	if op == pat.OpNotify { // it asks for no key
		return newNotifier(assemble(cfg, store, ring, nil, nil, log), store, log)
	}
	warm(ctx, ring, log)
	signer, err := signWith(ctx, op, cfg.SigningKey)
	if err != nil {
		return nil, err
	}
	wrapper, err := unwrapWith(ctx, op, cfg.SealingKey)
	if err != nil {
		return nil, err
	}
	return gateway.New(api.Handler(assemble(cfg, store, ring, signer, wrapper, log), log, op)), nil
}

// signWith returns what asks KMS to sign, in the one function that signs; the others read sessions by the public key
// that the store has, and are given no right to sign.
func signWith(ctx context.Context, op pat.Op, key config.SigningKey) (session.KMS, error) {
	if op != pat.OpSession || key.KMS == "" {
		return nil, nil
	}
	client, err := kms.New(ctx, kms.Options{})
	if err != nil {
		return nil, fmt.Errorf("LATCHKEY_SIGNING_KEY: %w", err)
	}
	return client, nil
}

// unwrapWith returns what asks KMS to unwrap the key that seals secrets, in the two functions that make such secrets and
// show them again. It asks for nothing before one of them comes.
func unwrapWith(ctx context.Context, op pat.Op, key *pat.SealingKey) (pat.KeyWrapper, error) {
	if op != pat.OpCreate && op != pat.OpGet || key == nil || key.KMS == "" {
		return nil, nil
	}
	client, err := kms.New(ctx, kms.Options{})
	if err != nil {
		return nil, fmt.Errorf("LATCHKEY_SEALING_KEY: %w", err)
	}
	return client, nil
}

func assemble(cfg config.Config, store pat.Store, ring *pat.KeyRing, signer session.KMS, wrapper pat.KeyWrapper, log *slog.Logger) *pat.Service {
	var identities pat.Identities
	if cfg.OIDC.Issuer != "" {
		identities = oidc.New(oidc.Config{Issuer: cfg.OIDC.Issuer, Audience: cfg.OIDC.Audience, GroupsClaim: cfg.OIDC.GroupsClaim})
	}
	return pat.NewService(pat.Config{
		Store:      store,
		Ring:       ring,
		Sessions:   session.New(ring, cfg.Issuer(), signer),
		Identities: identities,
		Superuser:  cfg.HOPRdSuperuser,
		Wrapper:    wrapper,
		Policy:     cfg.Policy,
		Now:        time.Now,
		Rand:       rand.Reader,
		Log:        log,
	})
}

// warmTimeout bounds the first read, within the 10 s that Lambda gives an init.
const warmTimeout = 2 * time.Second

// warm reads the service keys, while Lambda lends a whole processor: the first request finds the keys and an open
// connection. Without them the function starts all the same, and each request tries again and is answered 503.
func warm(ctx context.Context, ring *pat.KeyRing, log *slog.Logger) {
	ctx, cancel := context.WithTimeout(ctx, warmTimeout)
	defer cancel()
	if _, err := ring.Get(ctx); err != nil {
		log.ErrorContext(ctx, "the service keys cannot be read: until they can, requests are answered 503", "err", err)
	}
}
