package bolt

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"latchkey/shared/pat"
)

// idle is a store whose writer is the test itself.
func idle(t *testing.T) *Store {
	t.Helper()
	path := filepath.Join(t.TempDir(), "latchkey.db")
	db, err := openFile(path)
	must(t, err)
	must(t, prepare(db, path))
	t.Cleanup(func() { _ = db.Close() })
	return &Store{db: db}
}

// put is a job that writes a value at the key "<name>" of the bucket of answers.
func put(ctx context.Context, name string) *job {
	return do(ctx, func(t *txn) error { return t.put(bucketAnswers, name, []byte(name)) })
}

func do(ctx context.Context, run func(*txn) error) *job {
	return &job{ctx: ctx, run: run, done: make(chan error, 1)}
}

// has reports which of the values are there.
func (s *Store) has(t *testing.T, names ...string) (there []string) {
	t.Helper()
	must(t, s.db.View(func(tx *bbolt.Tx) error {
		for _, name := range names {
			if get(tx, bucketAnswers, name) != nil {
				there = append(there, name)
			}
		}
		return nil
	}))
	return there
}

func TestWritesOfAGroupStandAlone(t *testing.T) {
	broken := errors.New("broken")
	for _, c := range []struct {
		name    string
		odd     func(*txn) error
		want    func(error) bool
		commits int
	}{
		{"a condition fails", func(*txn) error { return pat.ErrConflict },
			func(err error) bool { return errors.Is(err, pat.ErrConflict) }, 1},
		{"an error before anything is written", func(*txn) error { return broken },
			func(err error) bool { return errors.Is(err, broken) }, 1},
		{"an error after half is written", func(x *txn) error { return errors.Join(x.put(bucketAnswers, "odd", nil), broken) },
			func(err error) bool { return errors.Is(err, broken) }, 2},
		{"a write that bbolt refuses", func(x *txn) error { return x.put(bucketAnswers, strings.Repeat("k", 1<<16), nil) },
			func(err error) bool { return err != nil }, 2},
		{"a panic before anything is written", func(*txn) error { panic("boo") },
			func(err error) bool { return strings.Contains(fmt.Sprint(err), "panic: boo") }, 2},
		{"a panic after half is written", func(x *txn) error { _ = x.put(bucketAnswers, "odd", nil); panic("boo") },
			func(err error) bool { return strings.Contains(fmt.Sprint(err), "panic: boo") }, 2},
		{"a bucket that is not there", func(x *txn) error { return x.put("nowhere", "odd", nil) },
			func(err error) bool { return err != nil }, 2},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := idle(t)
			before := s.commits(t)
			group := []*job{put(t.Context(), "first"), do(t.Context(), c.odd), put(t.Context(), "last")}
			s.commit(group)
			must(t, <-group[0].done)
			must(t, <-group[2].done)
			if err := <-group[1].done; !c.want(err) {
				t.Errorf("the odd one: %v", err)
			}
			same(t, "written", s.has(t, "first", "odd", "last"), []string{"first", "last"})
			same(t, "commits", s.commits(t)-before, c.commits)
			if s.halted != nil {
				t.Errorf("halted: %v", s.halted)
			}
		})
	}
}

func TestAGroupIsOneCommit(t *testing.T) {
	s := idle(t)
	before := s.commits(t)
	var group []*job
	for i := range 100 {
		group = append(group, put(t.Context(), fmt.Sprint(i)))
	}
	s.commit(group)
	for _, j := range group {
		must(t, <-j.done)
	}
	same(t, "commits", s.commits(t)-before, 1)
}

func TestAGroupThatWritesNothingIsNoCommit(t *testing.T) {
	s := idle(t)
	before := s.commits(t)
	group := []*job{do(t.Context(), func(*txn) error { return pat.ErrSpent }), do(t.Context(), func(*txn) error { return nil })}
	s.commit(group)
	if err := <-group[0].done; !errors.Is(err, pat.ErrSpent) {
		t.Error(err)
	}
	must(t, <-group[1].done)
	same(t, "commits", s.commits(t)-before, 0)
}

func TestWritesOfAGroupSeeEachOther(t *testing.T) {
	s := idle(t)
	see := do(t.Context(), func(x *txn) error {
		if get(x.tx, bucketAnswers, "first") == nil {
			return pat.ErrNotFound
		}
		return pat.ErrConflict
	})
	s.commit([]*job{put(t.Context(), "first"), see})
	if err := <-see.done; !errors.Is(err, pat.ErrConflict) {
		t.Error(err)
	}
}

func TestAWriteThatNobodyWaitsForIsLeftOut(t *testing.T) {
	s := idle(t)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	group := []*job{put(t.Context(), "first"), put(ctx, "odd")}
	s.commit(group)
	must(t, <-group[0].done)
	if err := <-group[1].done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	same(t, "written", s.has(t, "first", "odd"), []string{"first"})
}

func TestGroupsAreBounded(t *testing.T) {
	s := idle(t)
	s.jobs = make(chan *job, maxGroup+10)
	for range maxGroup + 10 {
		s.jobs <- put(t.Context(), "x")
	}
	same(t, "group", len(s.gather(nil)), maxGroup)
	same(t, "what is left", len(s.gather(nil)), 10)
}

// A full disk fails the commit before it counts. The store goes on once there is room.
func TestACommitThatFailsLeavesAllAsItWas(t *testing.T) {
	s := idle(t)
	s.db.MaxSize = 1
	big := func(name string) *job {
		return do(t.Context(), func(x *txn) error { return x.put(bucketAnswers, name, make([]byte, 1<<20)) })
	}
	group := []*job{big("first"), big("last"), do(t.Context(), func(*txn) error { return pat.ErrConflict })}
	s.commit(group)
	for _, j := range group {
		if err := <-j.done; err == nil || errors.Is(err, pat.ErrConflict) {
			t.Errorf("an answer from a group that was not committed: %v", err)
		}
	}
	same(t, "written", s.has(t, "first", "last"), []string{})
	s.db.MaxSize = 0
	again := big("first")
	s.commit([]*job{again})
	must(t, <-again.done)
	same(t, "written", s.has(t, "first", "last"), []string{"first"})
}

func TestNothingIsWrittenAfterACommitOfUnknownEnd(t *testing.T) {
	failure := errors.New("the disk does not answer")
	for _, c := range []struct {
		name   string
		behind int // how many commits the file is behind the one that failed
		err    error
		halts  bool
	}{
		{"the file is at the commit that failed", 0, failure, true},
		{"the file is at the commit before", 1, failure, false},
		{"the commit ended in a panic", 1, panicked{"boo"}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := idle(t)
			s.judge(s.commits(t)+c.behind, c.err)
			j := put(t.Context(), "later")
			s.commit([]*job{j})
			if err := <-j.done; errors.Is(err, c.err) != c.halts || (err == nil) == c.halts {
				t.Errorf("a later write: %v", err)
			}
			same(t, "written", len(s.has(t, "later")) == 0, c.halts)
		})
	}
}
