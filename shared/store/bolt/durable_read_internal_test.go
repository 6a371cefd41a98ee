package bolt

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"latchkey/shared/pat"
)

// endsWhenWaitedFor is a context that ends at the moment at which somebody waits for its end.
type endsWhenWaitedFor struct {
	context.Context
	waited bool
}

func (c *endsWhenWaitedFor) Done() <-chan struct{} {
	c.waited = true
	ended := make(chan struct{})
	close(ended)
	return ended
}

func (c *endsWhenWaitedFor) Err() error {
	if c.waited {
		return context.Canceled
	}
	return nil
}

func TestNothingIsReadThatIsNotOnTheDisk(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "store"))
	must(t, err)
	defer s.Close()
	owner := pat.Owner{ID: "user#alice", Tag: "00000000"}
	must(t, s.PutOwner(t.Context(), owner, 0, pat.Standing{}))

	var during error
	s.durable.synced = func() {
		_, during = s.Owner(&endsWhenWaitedFor{Context: context.Background()}, owner.ID)
	}
	must(t, s.PutOwner(t.Context(), owner, 1, pat.Standing{}))
	if !errors.Is(during, context.Canceled) {
		t.Errorf("a commit was read before it was durable: %v", during)
	}
	got, err := s.Owner(t.Context(), owner.ID)
	if err != nil || got.Version != 2 {
		t.Errorf("after the commit: version %d, %v", got.Version, err)
	}
}

func TestAFileOfUnknownStateIsNeitherReadNorWritten(t *testing.T) {
	s, err := Open(filepath.Join(t.TempDir(), "store"))
	must(t, err)
	defer s.Close()
	owner := pat.Owner{ID: "user#alice", Tag: "00000000"}
	must(t, s.PutOwner(t.Context(), owner, 0, pat.Standing{}))
	// As it is when the last commit can be seen and its sync has failed.
	gone := errors.New("the disk is gone")
	s.durable.last.Add(-1)
	s.durable.halt(gone)
	if _, err := s.Owner(t.Context(), owner.ID); !errors.Is(err, gone) {
		t.Errorf("it was read: %v", err)
	}
	if err := s.PutOwner(t.Context(), owner, 1, pat.Standing{}); !errors.Is(err, gone) {
		t.Errorf("it was written: %v", err)
	}
}

func TestAFileThatOthersCouldReadIsTakenFromThem(t *testing.T) {
	path := filepath.Join(t.TempDir(), "store")
	s, err := Open(path)
	must(t, err)
	must(t, s.Close())
	must(t, os.Chmod(path, 0o644))
	s, err = Open(path)
	must(t, err)
	defer s.Close()
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm() != fileMode {
		t.Errorf("its mode is %v, %v", info.Mode(), err)
	}
}
