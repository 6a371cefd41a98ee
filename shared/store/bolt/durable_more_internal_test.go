package bolt

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"go.etcd.io/bbolt"

	"latchkey/shared/pat"
)

// held makes a write whose commit can be seen and has not returned until end is called.
func (s *Store) held(t *testing.T, name string) (end func(failure any) error) {
	t.Helper()
	visible, let, done := make(chan struct{}), make(chan any), make(chan error, 1)
	go func() {
		done <- s.write(t.Context(), "held", func(x *txn) error {
			x.tx.OnCommit(func() {
				close(visible)
				if failure := <-let; failure != nil {
					panic(failure)
				}
			})
			return x.put(bucketAnswers, name, []byte(name))
		})
	}()
	<-visible
	return func(failure any) error {
		let <- failure
		return <-done
	}
}

func TestAReadWaitsForTheCommitThatItSees(t *testing.T) {
	for _, failure := range []any{nil, "the disk is gone"} {
		s := open(t, "")
		s.owner(t, "user#alice")
		end := s.held(t, "x")
		read := make(chan error, 8)
		for range cap(read) {
			go func() {
				_, err := s.Owner(t.Context(), "user#alice")
				read <- err
			}()
		}
		select {
		case err := <-read:
			t.Errorf("read before the verdict: %v", err)
		default:
		}
		if err := end(failure); (err == nil) != (failure == nil) {
			t.Errorf("the write: %v", err)
		}
		for range cap(read) {
			if err := <-read; (err == nil) != (failure == nil) || errors.Is(err, pat.ErrNotFound) {
				t.Errorf("the read, after a commit that ended with %v: %v", failure, err)
			}
		}
	}
}

// A commit that panicked before it could be seen leaves bbolt in doubt, too: reads end as writes do.
func TestNothingIsReadOnceWritesAreHalted(t *testing.T) {
	s := open(t, "")
	s.owner(t, "user#alice")
	s.durable.halt(panicked{"boo"})
	if _, err := s.Owner(t.Context(), "user#alice"); !errors.As(err, new(panicked)) || errors.Is(err, pat.ErrNotFound) {
		t.Errorf("a read beside halted writes: %v", err)
	}
}

func TestWhatIsNoStoreKeepsItsMode(t *testing.T) {
	path := filepath.Join(t.TempDir(), "theirs.db")
	db, err := bbolt.Open(path, 0o644, nil)
	must(t, err)
	must(t, db.Update(func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("theirs")); return err }))
	must(t, db.Close())
	must(t, os.Chmod(path, 0o644))
	if _, err := Open(path); !errors.Is(err, ErrFormat) {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	must(t, err)
	same(t, "mode", info.Mode().Perm(), os.FileMode(0o644))
}
