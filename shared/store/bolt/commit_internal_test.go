package bolt

import (
	"errors"
	"testing"

	"latchkey/shared/pat"
)

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
