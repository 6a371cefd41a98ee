package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"sync"
	"time"

	"latchkey/shared/config"
	"latchkey/shared/events"
	"latchkey/shared/outbox"
	"latchkey/shared/pat"
	"latchkey/shared/store/bolt"
	"latchkey/shared/webhook"
)

// tellEvents starts to tell of changes, to the log and to the endpoints in the settings, and returns what ends it. A store
// without an outbox tells nothing here.
func tellEvents(cfg config.Config, store pat.Store, log *slog.Logger, now func() time.Time) (stop func()) {
	file, ok := store.(*bolt.Store)
	if !ok {
		return func() {}
	}
	client := webhook.NewClient(webhook.Options{AllowPrivate: cfg.WebhookAllowPrivate, Now: now})
	d := outbox.New(outbox.Config{
		Store: fileOutbox{file}, Readers: append([]outbox.Reader{outbox.ToLog(log)}, endpoints(cfg.Webhooks, client)...),
		Source: cfg.Issuer(), Log: log, Now: now, Sleep: outbox.Sleep, Rand: rand.Float64,
	})
	ctx, cancel := context.WithCancel(context.Background()) // not the process's: it ends after the requests do
	_ = d.Begin(ctx)                                        // if that fails, Run says so, and tries again
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		d.Run(ctx)
		client.Close()
	}()
	return sync.OnceFunc(func() { cancel(); <-ended })
}

// endpoints are the readers that are reached by webhooks.
func endpoints(hooks []config.Webhook, client *webhook.Client) (all []outbox.Reader) {
	for _, hook := range hooks {
		to := webhook.Endpoint{URL: hook.URL.Reveal(), Key: []byte(hook.Key.Reveal())}
		all = append(all, outbox.Reader{
			Key: endpointKey(to.URL), Name: hook.Host, Types: hook.Types,
			Take: func(ctx context.Context, m outbox.Message) error { return client.Send(ctx, to, m) },
		})
	}
	return all
}

// endpointKey is what the store knows an endpoint by: its address may be a secret, its place in a list changes.
func endpointKey(url string) string {
	sum := sha256.Sum256([]byte(url))
	return "webhook-" + hex.EncodeToString(sum[:16])
}

// fileOutbox is a file's outbox as a dispatcher reads it.
type fileOutbox struct{ *bolt.Store }

// After implements outbox.Store.
func (o fileOutbox) After(ctx context.Context, sequence uint64, max int) ([]outbox.Item, error) {
	entries, err := o.Store.After(ctx, sequence, max)
	if err != nil {
		return nil, err
	}
	items := make([]outbox.Item, len(entries))
	for i, e := range entries {
		items[i] = outbox.Item{Sequence: e.Sequence, Record: events.Of(e.Token), Err: e.Damage}
	}
	return items, nil
}

// Readers implements outbox.Store.
func (o fileOutbox) Readers(ctx context.Context) (map[string]uint64, error) {
	through, err := o.Store.Readers(ctx)
	if errors.Is(err, bolt.ErrDamaged) {
		err = fmt.Errorf("%w: %w", outbox.ErrLost, err)
	}
	return through, err
}
