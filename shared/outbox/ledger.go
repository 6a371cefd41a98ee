package outbox

import (
	"context"
	"maps"
	"sync"
)

// ledger is through which sequence each reader has it. What it says may be ahead of what the store has noted.
type ledger struct {
	mu      sync.Mutex
	through map[string]uint64
	dirty   bool

	saving sync.Mutex // so that an older state is never written after a newer
}

func (l *ledger) at(key string) uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.through[key]
}

// pass moves a reader forward, never back, and returns where it was.
func (l *ledger) pass(key string, through uint64) (was uint64) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if was = l.through[key]; was < through {
		l.through[key] = through
		l.dirty = true
	}
	return was
}

// least returns what all readers have.
func (l *ledger) least() uint64 {
	l.mu.Lock()
	defer l.mu.Unlock()
	least := ^uint64(0)
	for _, at := range l.through {
		least = min(least, at)
	}
	return least
}

// save brings the ledger into the store, if it has changed.
func (l *ledger) save(ctx context.Context, to Store) error {
	l.saving.Lock()
	defer l.saving.Unlock()
	l.mu.Lock()
	through, dirty := maps.Clone(l.through), l.dirty
	l.dirty = false
	l.mu.Unlock()
	if !dirty {
		return nil
	}
	err := to.SetReaders(ctx, through)
	if err != nil {
		l.mu.Lock()
		l.dirty = true
		l.mu.Unlock()
	}
	return err
}
