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

	// leap is how far the clock may move from one look to the next. One that moved further was set, or the machine stood still.
	leap = 24 * time.Hour
	// settling is how many looks a clock that leapt must have gone on as usual before it is believed.
	settling = 60
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
	var w watch
	for {
		moved, steady := w.look(u.clock.now())
		if moved != 0 {
			u.log.WarnContext(ctx, "the clock moved far: nothing is announced and collected for an hour", "by", moved.String())
		}
		if steady {
			u.report(ctx, "some tokens could not be announced", u.notify(ctx))
			u.report(ctx, "some old records could not be collected", u.purge(ctx))
		}
		select {
		case <-ctx.Done():
			return
		case <-ticks:
		}
	}
}

// watch tells whether the clock can be believed: what is announced cannot be taken back.
type watch struct {
	last time.Time
	wait int // how many more looks it is not
}

// look notes the time at a look, and returns by how much it leapt, if it did, and whether it is to be believed.
func (w *watch) look(now time.Time) (leapt time.Duration, steady bool) {
	now = now.Round(0) // of the wall alone: what has passed for the process says nothing of it
	moved := now.Sub(w.last)
	switch {
	case w.last.IsZero():
	case moved.Abs() > leap:
		leapt, w.wait = moved, settling
	case w.wait > 0:
		w.wait--
	}
	w.last = now
	return leapt, w.wait == 0
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
