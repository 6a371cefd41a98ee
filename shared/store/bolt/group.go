package bolt

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"go.etcd.io/bbolt"
)

// maxGroup bounds the writes that are committed together, and so the wait of the first of them.
const maxGroup = 256

// job is one write that waits for the writer.
type job struct {
	ctx context.Context
	// run checks all conditions before it puts anything. It may run more than once, on different
	// transactions, and keeps nothing of the caller's that could change meanwhile.
	run  func(*txn) error
	done chan error
}

// write hands run to the writer and waits until it is durable. If the context ends first, the write may
// still happen.
func (s *Store) write(ctx context.Context, doing string, run func(*txn) error) error {
	if err := ctx.Err(); err != nil {
		return wrap(doing, err)
	}
	j := &job{ctx: ctx, run: run, done: make(chan error, 1)}
	select {
	case s.jobs <- j:
	case <-s.closing:
		return wrap(doing, ErrClosed)
	case <-ctx.Done():
		return wrap(doing, ctx.Err())
	}
	select {
	case err := <-j.done:
		return wrap(doing, err)
	case <-ctx.Done():
		return wrap(doing, ctx.Err())
	}
}

// writer takes the first write that waits and whatever waits beside it, and commits them together. While the
// disk is busy with one group, the next one gathers by itself; no timer is needed.
func (s *Store) writer() {
	defer close(s.stopped)
	group := make([]*job, 0, maxGroup)
	for {
		select {
		case first := <-s.jobs:
			runtime.Gosched() // those whom the last commit answered may come back with their next write
			group = s.gather(append(group[:0], first))
			s.commit(group)
			clear(group)
		case <-s.closing:
			return
		}
	}
}

func (s *Store) gather(group []*job) []*job {
	for len(group) < maxGroup {
		select {
		case j := <-s.jobs:
			group = append(group, j)
		default:
			return group
		}
	}
	return group
}

// errApart says that one write of a group broke off half done: none of the group has happened.
var errApart = errors.New("the group must be run one by one")

// commit runs a group in one transaction, or, if one of it breaks off half done, each in its own, and
// answers them.
func (s *Store) commit(group []*job) {
	verdicts, err := s.together(group)
	if errors.Is(err, errApart) {
		for i := range group {
			s.commit(group[i : i+1])
		}
		return
	}
	for i, j := range group {
		if err != nil {
			verdicts[i] = err
		}
		j.done <- verdicts[i]
	}
}

// together runs a group in one transaction. The verdicts hold only if there is no error.
func (s *Store) together(group []*job) (verdicts []error, err error) {
	verdicts = make([]error, len(group))
	return verdicts, s.update(func(tx *bbolt.Tx) (wrote bool, err error) {
		for i, j := range group {
			t := &txn{tx: tx}
			if verdicts[i] = t.run(j); verdicts[i] != nil && t.wrote {
				if len(group) == 1 {
					return false, verdicts[i]
				}
				return false, errApart
			}
			wrote = wrote || t.wrote
		}
		return wrote, nil
	})
}

// update runs do in one transaction, and commits it if it wrote anything.
func (s *Store) update(do func(*bbolt.Tx) (wrote bool, err error)) error {
	if err := s.durable.halted(); err != nil {
		return err
	}
	defer s.durable.begin()()
	tx, err := s.db.Begin(true)
	if err != nil {
		return err
	}
	id := tx.ID()
	wrote, err := do(tx)
	if err != nil || !wrote {
		if failure := tx.Rollback(); err == nil {
			err = failure
		}
		return err
	}
	if err := guard(tx.Commit); err != nil {
		s.judge(id, err)
		return err
	}
	s.durable.reached(id)
	return nil
}

// judge decides whether the file can be used after a commit that failed. If the file as this process sees
// it is at that commit, the disk may yet hold the one before, whose pages the next commit would take as free
// and overwrite: a loss of power then would lose all. So the file is not used until it is opened anew.
// A commit that failed before that point, on a full disk for one, has left everything as it was.
func (s *Store) judge(id int, failure error) {
	seen := id
	if _, s.stuck = errors.AsType[panicked](failure); !s.stuck {
		_ = s.db.View(func(tx *bbolt.Tx) error {
			seen = tx.ID()
			return nil
		})
	}
	if seen == id {
		s.durable.halt(fmt.Errorf("a commit failed, so the file must be opened anew: %w", failure))
	}
}
