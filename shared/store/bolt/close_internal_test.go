package bolt

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"latchkey/shared/pat"
)

// hold keeps the writer busy until it is let go; it returns once the writer is.
func (s *Store) hold(ctx context.Context) (release func() error) {
	busy, let, done := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		once := sync.OnceFunc(func() { close(busy) })
		done <- s.write(ctx, "hold", func(t *txn) error {
			once()
			<-let
			return t.put(bucketAnswers, "held", []byte("x"))
		})
	}()
	<-busy
	return func() error {
		close(let)
		return <-done
	}
}

func TestCloseWaitsForAnAcceptedWrite(t *testing.T) {
	s := open(t, "")
	path := s.db.Path()
	release := s.hold(t.Context())
	closed := make(chan error)
	go func() { closed <- s.Close() }()
	<-s.closing
	if err := s.PutOwner(t.Context(), pat.Owner{ID: "user#late", Tag: "00000000"}, 0, pat.Standing{}); !errors.Is(err, ErrClosed) {
		t.Errorf("a write while the store closes: %v", err)
	}
	select {
	case <-closed:
		t.Fatal("closed under a write")
	default:
	}
	must(t, release())
	must(t, <-closed)
	must(t, s.Close())
	for method, err := range map[string]error{
		"read":  func() error { _, err := s.Owner(t.Context(), "user#a"); return err }(),
		"write": s.Delivered(t.Context(), 1),
	} {
		if !errors.Is(err, ErrClosed) {
			t.Errorf("%s after Close: %v", method, err)
		}
	}
	same(t, "written", open(t, path).has(t, "held"), []string{"held"})
}

func TestWhoeverGivesUpIsNotKeptWaiting(t *testing.T) {
	s := open(t, "")
	release := s.hold(t.Context())
	for _, name := range []string{"user#a", "user#b"} {
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error)
		go func() { done <- s.PutOwner(ctx, pat.Owner{ID: pat.OwnerID(name), Tag: "00000000"}, 0, pat.Standing{}) }()
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) || errors.Is(err, pat.ErrConflict) {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, release())
	s.owner(t, "user#c")
}

// A waiter whose write was accepted and is under way gets the end of its context, and the write happens.
func TestAnAcceptedWriteMayOutliveItsContext(t *testing.T) {
	s := open(t, "")
	ctx, cancel := context.WithCancel(t.Context())
	release := s.hold(ctx)
	cancel()
	if err := release(); !errors.Is(err, context.Canceled) && err != nil {
		t.Errorf("the waiter: %v", err)
	}
	s.owner(t, "user#after") // which comes behind it
	same(t, "written", s.has(t, "held"), []string{"held"})
}

func TestWritersAndReadersMeetClose(t *testing.T) {
	s := open(t, "")
	path := s.db.Path()
	var wg sync.WaitGroup
	var mu sync.Mutex
	var acknowledged []pat.OwnerID
	for i := range 8 {
		wg.Go(func() {
			for j := 0; ; j++ {
				id := pat.UserID(fmt.Sprintf("u%d-%d", i, j))
				if err := s.PutOwner(t.Context(), pat.Owner{ID: id, Tag: "00000000"}, 0, pat.Standing{}); err != nil {
					if !errors.Is(err, ErrClosed) {
						t.Errorf("write: %v", err)
					}
					return
				}
				mu.Lock()
				acknowledged = append(acknowledged, id)
				mu.Unlock()
				if _, err := s.Owner(t.Context(), id); err != nil && !errors.Is(err, ErrClosed) {
					t.Errorf("read: %v", err)
				}
				if i == 0 && j == 5 {
					must(t, s.Close())
				}
			}
		})
	}
	wg.Wait()
	again := open(t, path)
	for _, id := range acknowledged {
		if _, err := again.Owner(t.Context(), id); err != nil {
			t.Errorf("%s was acknowledged: %v", id, err)
		}
	}
}
