// Package bolt is a store in one file, for one process, on go.etcd.io/bbolt.
//
// Every read is one transaction on a snapshot that is on the disk; it waits where a commit can be seen that is
// not there yet. Every write is queued to one goroutine, which commits all that wait at that moment in one
// transaction: many writers share the cost of reaching the disk, and one alone never waits for company. A
// write is answered once it is durable. After a commit that may have failed half way, all calls fail.
//
// Records are rows of JSON with a checksum, in buckets by the keys that they are read by, and indexes of what is due
// and of what ends, by time. Each change of a token puts an entry into the outbox in the same transaction, for a
// delivery of events that misses none. Nothing is collected but by Purge; the file's pages are then used again.
package bolt

import (
	"context"
	"errors"
	"fmt"
	"runtime/debug"
	"sync"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"

	"latchkey/shared/pat"
)

var _ pat.Store = (*Store)(nil)

// What Open and a store answer beyond the errors of pat.Store.
var (
	// ErrLocked: another process has the file open.
	ErrLocked = errors.New("the file is in use by another process")
	// ErrFormat: the file is not a store, or one of another version.
	ErrFormat = errors.New("not a store that this version can read")
	// ErrClosed: the call came after Close.
	ErrClosed = errors.New("the store is closed")
)

// Store is a pat.Store. Any number of goroutines may use it.
type Store struct {
	db      *bbolt.DB
	jobs    chan *job
	closing chan struct{}
	stopped chan struct{} // closed when the writer has ended

	durable durable
	stuck   bool // bbolt may hold its own lock for ever; the writer's own

	close func() error
}

// start makes a store of an open file that is on the disk as it is.
func start(db *bbolt.DB, last int) *Store {
	s := &Store{db: db, jobs: make(chan *job), closing: make(chan struct{}), stopped: make(chan struct{})}
	s.durable.last.Store(int64(last))
	s.close = sync.OnceValue(s.shut)
	go s.writer()
	return s
}

// Close waits for the writes that were accepted and lets go of the file. Doing it again does no harm.
func (s *Store) Close() error { return s.close() }

func (s *Store) shut() error {
	close(s.closing)
	<-s.stopped
	if s.stuck {
		return fmt.Errorf("bolt: close: the file is let go when the process ends: %w", s.durable.halted())
	}
	return wrap("close", s.db.Close())
}

// view runs a read on a snapshot. Only copies may leave it: the bytes that it sees are the file's own.
func (s *Store) view(ctx context.Context, doing string, read func(*bbolt.Tx) error) error {
	err := ctx.Err()
	if err == nil {
		err = s.durable.halted()
	}
	for ahead := true; ahead && err == nil; {
		id := 0
		err = s.db.View(func(tx *bbolt.Tx) error {
			id = tx.ID()
			if ahead = s.durable.before(id); ahead {
				return nil
			}
			return guard(func() error { return read(tx) })
		})
		if ahead && err == nil {
			err = s.durable.wait(ctx, id, s.db.Sync)
		}
	}
	if errors.Is(err, berrors.ErrDatabaseNotOpen) {
		err = ErrClosed
	}
	return wrap(doing, err)
}

// guard turns a panic into an error. The file is mapped into memory: where the disk cannot give a page, the
// access itself fails, and a damaged page makes bbolt panic. Neither is worth the process, as long as bbolt
// holds no lock of its own at that moment.
func guard(do func() error) (err error) {
	was := debug.SetPanicOnFault(true)
	defer func() {
		debug.SetPanicOnFault(was)
		if p := recover(); p != nil {
			err = panicked{p}
		}
	}()
	return do()
}

// panicked is a panic that was caught.
type panicked struct{ reason any }

func (p panicked) Error() string { return fmt.Sprintf("the file cannot be used: panic: %v", p.reason) }

func wrap(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("bolt: %s: %w", doing, err)
}
