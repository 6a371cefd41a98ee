package outbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"slices"
	"time"

	"latchkey/shared/events"
)

// batch is how many changes are read, and noted as told, at a time. So many may be told again after a crash.
const batch = 32

// worker tells one reader.
type worker struct {
	*Dispatcher
	reader   Reader
	woken    chan struct{}
	late     context.Context // of attempts: it ends a little after the worker's own
	failures int             // in a row
	failing  time.Duration   // how long, by what was waited and not by the clock
	gone     bool
}

// run tells the reader until the context ends.
func (w *worker) run(ctx context.Context) {
	troubles := 0
	for ctx.Err() == nil {
		items, err := w.Store.After(ctx, w.at(), batch)
		if err == nil && len(items) == 0 {
			w.await(ctx)
			continue
		}
		var next time.Duration
		if err == nil {
			next = w.tell(ctx, items)
			err = w.ledger.save(ctx, w.Store)
		}
		if err != nil {
			troubles++
			w.troubled(ctx, troubles, err)
			continue
		}
		troubles = 0
		if next > 0 {
			w.Sleep(ctx, next)
		}
	}
}

// finish tells what there is, until something fails.
func (w *worker) finish(ctx context.Context) {
	for ctx.Err() == nil {
		items, err := w.Store.After(ctx, w.at(), batch)
		if err != nil || len(items) == 0 || w.tell(ctx, items) > 0 {
			return
		}
	}
}

func (w *worker) await(ctx context.Context) {
	select {
	case <-w.woken:
	case <-ctx.Done():
	}
}

func (w *worker) at() uint64 { return w.ledger.at(w.reader.Key) }

// tell goes through changes until one is not taken, and returns how long to wait before the next attempt.
func (w *worker) tell(ctx context.Context, items []Item) (wait time.Duration) {
	for _, item := range items {
		if ctx.Err() != nil {
			return 0
		}
		if item.Sequence <= w.at() {
			continue // it was passed over meanwhile
		}
		m, wanted := w.message(ctx, item)
		if wanted {
			if w.gone {
				return w.rest(ctx, maxBackoff)
			}
			if err := w.take(m); err != nil {
				return w.failed(ctx, m, err)
			}
			w.recovered(ctx)
		}
		w.ledger.pass(w.reader.Key, item.Sequence)
	}
	return 0
}

// message makes the event of a change, unless the reader does not want such or there is none.
func (w *worker) message(ctx context.Context, item Item) (m Message, wanted bool) {
	var e events.Event
	err := item.Err
	if err == nil {
		e, err = events.New(w.Source, item.Record)
	}
	if err == nil {
		if len(w.reader.Types) > 0 && !slices.Contains(w.reader.Types, e.Type) {
			return Message{}, false
		}
		m.ID, m.Type = e.ID, e.Type
		m.Body, err = e.JSON()
	}
	if err != nil { // no later attempt would be any better
		w.Log.ErrorContext(ctx, "a change is no event and is passed over", slog.String("reader", w.reader.Name),
			slog.Uint64("sequence", item.Sequence), slog.String("err", err.Error()))
		return Message{}, false
	}
	return m, true
}

// take hands a message over. A panic on the way is an error: it must not end the process that answers requests.
func (w *worker) take(m Message) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return w.reader.Take(w.late, m)
}

func (w *worker) recovered(ctx context.Context) {
	if w.failures > 0 {
		w.Log.InfoContext(ctx, "events are taken again", slog.String("reader", w.reader.Name), slog.Int("failures", w.failures))
		w.failures, w.failing = 0, 0
	}
}

// rest gives up what is too old, once it has failed long enough, and returns how long to wait.
func (w *worker) rest(ctx context.Context, wait time.Duration) time.Duration {
	if w.failing >= minFailing {
		w.giveUp(ctx)
	}
	w.failing += wait
	return wait
}

// failed says that a message was not taken, and returns how long to wait.
func (w *worker) failed(ctx context.Context, m Message, err error) time.Duration {
	if ctx.Err() != nil { // the attempt was broken off by us
		return 0
	}
	if errors.Is(err, ErrGone) {
		w.gone = true
		w.Log.ErrorContext(ctx, "no more events are sent until the next start", slog.String("reader", w.reader.Name), slog.String("err", err.Error()))
		return w.rest(ctx, maxBackoff)
	}
	w.failures++
	wait := w.backoff(w.failures)
	if later, ok := errors.AsType[*Later](err); ok {
		wait = w.asked(later.After)
	}
	w.Log.WarnContext(ctx, "an event was not taken", slog.String("reader", w.reader.Name), slog.String("event", m.ID),
		slog.Int("failures", w.failures), slog.String("again", wait.String()), slog.String("err", err.Error()))
	return w.rest(ctx, wait)
}

// giveUp passes over the changes that nobody took in time.
func (w *worker) giveUp(ctx context.Context) {
	count := 0
	for passed := batch; passed == batch; count += passed {
		items, err := w.Store.After(ctx, w.at(), batch)
		if err != nil {
			break // whoever reads next says so
		}
		passed = w.passOld(items)
	}
	if count > 0 {
		w.Log.ErrorContext(ctx, "changes are passed over: they were not taken in time", slog.String("reader", w.reader.Name),
			slog.Int("changes", count), slog.String("time", MaxAge.String()))
	}
}

// passOld passes over those at the beginning that are too old, and returns how many.
func (w *worker) passOld(items []Item) (count int) {
	for _, item := range items {
		if w.Now().Sub(item.Record.Change.At) <= MaxAge {
			break
		}
		w.ledger.pass(w.reader.Key, item.Sequence)
		count++
	}
	return count
}
