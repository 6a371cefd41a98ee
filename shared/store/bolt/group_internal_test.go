package bolt

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

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
			if s.durable.halted() != nil {
				t.Errorf("halted: %v", s.durable.halted())
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

// Whoever gives up waiting has his records back, while the write may still happen.
func TestAWriteKeepsNothingOfTheCallers(t *testing.T) {
	s := idle(t)
	s.jobs = make(chan *job)
	abandoned := func(write func(context.Context) error, spoil func()) {
		t.Helper()
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- write(ctx) }()
		j := <-s.jobs
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			t.Fatal(err)
		}
		spoil()
		j.ctx = t.Context()
		s.commit([]*job{j})
		must(t, <-j.done)
	}
	k := pat.Keys{Tag: [][]byte{[]byte("tag")}, Seal: []byte("seal")}
	abandoned(func(ctx context.Context) error { return s.PutKeys(ctx, k, 0) }, func() { clear(k.Tag[0]); clear(k.Seal) })
	o := pat.Owner{ID: "user#alice", Tag: "00000000", Groups: []pat.Membership{{Group: "7", Role: pat.RoleAdmin}}}
	abandoned(func(ctx context.Context) error { return s.PutOwner(ctx, o, 0, pat.Standing{}) }, func() { clear(o.Groups) })
	token := draft(t, o, noon())
	want := token.Clone()
	a := pat.Answer{Tag: o.Tag, Key: "key", Sealed: []byte("sealed"), Until: noon()}
	spoil := func() {
		clear(token.Sealed)
		clear(token.Scopes)
		clear(token.AllowedIPs)
		clear(token.MaxCalls)
		clear(token.Usage.LastUsedIPs)
		clear(token.Usage.Calls)
	}
	abandoned(func(ctx context.Context) error {
		return s.CreateToken(ctx, pat.NewToken{Token: token, OwnerVersion: 1, Answer: &a})
	}, func() { spoil(); clear(a.Sealed); a = pat.Answer{} })
	token = want.Clone()
	abandoned(func(ctx context.Context) error { return s.UpdateToken(ctx, token, 1, pat.Standing{}) }, spoil)
	use := pat.Usage{LastUsedAt: noon().Add(time.Hour), LastUsedIPs: []netip.Addr{netip.MustParseAddr("192.0.2.9")}}
	abandoned(func(ctx context.Context) error { return s.TouchToken(ctx, want.Prefix, noon(), use) }, func() { clear(use.LastUsedIPs) })
	token = want.Clone()
	token.Version = 2
	abandoned(func(ctx context.Context) error { _, err := s.SpendCalls(ctx, token, "repo:read", 4); return err }, spoil)

	got := s.contents(t, o.ID, want.Prefix)
	want.Version, want.Usage = 2, pat.Usage{LastUsedAt: use.LastUsedAt, LastUsedIPs: []netip.Addr{netip.MustParseAddr("192.0.2.9")},
		Calls: counts{"repo:read": 7}}
	same(t, "token", got.Token, want)
	same(t, "sealed", string(got.Answer.Sealed)+string(got.Keys.Tag[0])+string(got.Keys.Seal), "sealedtagseal")
	same(t, "groups", got.Owner.Groups, []pat.Membership{{Group: "7", Role: pat.RoleAdmin}})
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
