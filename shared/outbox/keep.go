package outbox

import (
	"context"
	"log/slog"
)

// keep wakes the readers when there are changes, bounds what is kept for them and removes what all of them have,
// until the context ends.
func (d *Dispatcher) keep(ctx context.Context, workers []*worker) {
	var seen, removed uint64
	failures := 0
	for ctx.Err() == nil {
		newest, err := d.Store.Newest(ctx)
		if err == nil {
			d.bound(newest)
			if newest > seen {
				wake(workers)
				seen = newest
			}
			removed, err = d.tidy(ctx, min(newest, d.ledger.least()), removed)
		}
		if err != nil {
			failures++
			d.troubled(ctx, failures, err)
			continue
		}
		failures = 0
		d.Sleep(ctx, d.Tick)
	}
}

func wake(workers []*worker) {
	for _, w := range workers {
		select {
		case w.woken <- struct{}{}:
		default: // it has not yet looked since it was woken before
		}
	}
}

// tidy removes what all readers have. If that is not noted yet when the process dies, they look for what is gone and go on
// with what comes after it.
func (d *Dispatcher) tidy(ctx context.Context, least, removed uint64) (uint64, error) {
	if least <= removed {
		return removed, nil
	}
	if err := d.Store.Delivered(ctx, least); err != nil {
		return removed, err
	}
	return least, nil
}

// bound passes over the oldest changes for a reader that is too far behind: a tenth more than it must, so that it does
// not have to, and say so, again with the next change.
func (d *Dispatcher) bound(newest uint64) {
	if newest <= MaxBehind {
		return
	}
	floor := newest - MaxBehind + MaxBehind/10
	for _, reader := range d.Readers {
		if newest-d.ledger.at(reader.Key) <= MaxBehind {
			continue
		}
		if was := d.ledger.pass(reader.Key, floor); was < floor {
			d.Log.Error("changes are passed over: more wait than are kept",
				slog.String("reader", reader.Name), slog.Uint64("changes", floor-was), slog.Int("kept", MaxBehind))
		}
	}
}
