package bolt

import (
	"context"
	"sync/atomic"
)

// durable knows which commit is on the disk. bbolt shows a commit to readers when it is written and not yet
// synced; what was answered from it then, a loss of power could undo.
type durable struct {
	last    atomic.Int64                  // the last commit that is on the disk
	pending atomic.Pointer[chan struct{}] // closed when the commit that is under way has its verdict
	failure atomic.Pointer[error]         // why nothing is read or written any more

	// synced, in tests, runs where a commit can be seen and is not noted as durable yet.
	synced func()
}

// begin announces a commit; end gives its verdict.
func (d *durable) begin() (end func()) {
	verdict := make(chan struct{})
	d.pending.Store(&verdict)
	return func() { close(verdict) }
}

// reached notes that the commit is on the disk.
func (d *durable) reached(id int) {
	if d.synced != nil {
		d.synced()
	}
	d.last.Store(int64(id))
}

// halt ends all use of the file in this process: what it shows may not be what the disk holds.
func (d *durable) halt(why error) { d.failure.Store(&why) }

func (d *durable) halted() error {
	if why := d.failure.Load(); why != nil {
		return *why
	}
	return nil
}

// before reports whether the commit is one that the disk does not hold yet.
func (d *durable) before(id int) bool { return int64(id) > d.last.Load() }

// wait waits for the verdict on the commit that is under way. One that is still ahead then was not the writer's,
// so nobody else will sync it.
func (d *durable) wait(ctx context.Context, id int, sync func() error) error {
	if verdict := d.pending.Load(); verdict != nil {
		select {
		case <-*verdict:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	if err := d.halted(); err != nil || !d.before(id) {
		return err
	}
	if err := sync(); err != nil {
		return err
	}
	d.last.Store(int64(id))
	return nil
}
