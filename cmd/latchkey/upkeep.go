package main

import (
	"context"
	"log/slog"
	"time"

	"latchkey/shared/pat"
)

const (
	// upkeepInterval is how late a notice may be.
	upkeepInterval = time.Minute
	// noticeBatch is how many tokens that fail may stand before others that do not.
	noticeBatch = 10_000
	// purgeBatch bounds what one transaction collects, for which others wait.
	purgeBatch = 256
)

// upkeep is what the process does by itself as time passes: it announces tokens before they expire, and collects what is
// past its retention. Others on the same table may announce too: nothing is announced twice.
type upkeep struct {
	clock clock
	svc   *pat.Service
	store purger // nil: it collects by itself
	log   *slog.Logger
}

// purger is a store that collects what is past its end only when it is told to.
type purger interface {
	Purge(ctx context.Context, at time.Time, max int) (n int, err error)
}

func newUpkeep(c clock, svc *pat.Service, store pat.Store, log *slog.Logger) upkeep {
	p, _ := store.(purger)
	return upkeep{c, svc, p, log}
}

// start begins at once, and returns what ends it and waits until it has ended; that may be called again.
func (u upkeep) start(ctx context.Context) (rest func()) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		u.run(ctx)
	}()
	return func() {
		cancel()
		<-ended
	}
}

func (u upkeep) run(ctx context.Context) {
	ticks, stop := u.clock.every(upkeepInterval)
	defer stop()
	for {
		u.report(ctx, "some tokens could not be announced", u.notify(ctx))
		u.report(ctx, "some old records could not be collected", u.purge(ctx))
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
	}
}

// report logs what went wrong; the next time may be better.
func (u upkeep) report(ctx context.Context, what string, err error) {
	if err != nil && ctx.Err() == nil {
		u.log.ErrorContext(ctx, what, "error", err)
	}
}

// notify announces until nothing is left to announce but what fails, and returns how that fails.
func (u upkeep) notify(ctx context.Context) (err error) {
	for again := true; again; {
		var done int
		var more bool
		done, more, err = u.svc.Notify(ctx, noticeBatch)
		again = more && done > 0
	}
	return err
}

func (u upkeep) purge(ctx context.Context) (err error) {
	if u.store == nil {
		return nil
	}
	for n := purgeBatch; n == purgeBatch; {
		n, err = u.store.Purge(ctx, u.clock.now(), purgeBatch)
	}
	return err
}
