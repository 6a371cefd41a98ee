package functions_test

import (
	"sync/atomic"
	"testing"

	"latchkey/localstack/faultproxy"
	"latchkey/localstack/runtimeapi"
	"latchkey/shared/pat"
)

// TestNotifyIsKilledAtEachStep kills the process at the nth call that it makes, before the table has heard of it or after, for each
// n until a run comes to its end. The next run finishes what was begun.
func TestNotifyIsKilledAtEachStep(t *testing.T) {
	for name, heard := range map[string]bool{"before the table hears": false, "after the table has heard": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSchedule(t)
			all, late := map[string][]pat.Token{}, []pat.Token{}
			n := 0
			for died := true; died; {
				n++
				for _, name := range []string{"a week before its end", "past its retention", "with much time before it"} {
					all[name] = append(all[name], s.made(1, lives[name])...)
				}
				late = append(late, s.untold(2, life{ago: day, life: 60 * day})...)
				died = s.killedAt(n, heard)
				s.invoke()
				s.invoke() // what is due twice has its second notice now
			}
			if n < 8+2*2+8+2 { // queries of each shard of two indexes, a read and a write of each notice, a write of each untold one
				t.Errorf("a run came to its end at call %d", n)
			}
			s.eachOnce(all)
			told := s.stream()
			for _, token := range late {
				s.wants("an untold one", told, token, "created v1", "created v1")
			}
			if s.fn.Started() != n {
				t.Errorf("%d processes, in %d runs of which all but one were killed", s.fn.Started(), n)
			}
		})
	}
}

// killedAt runs the function, which is killed at its nth call. It reports whether there was one.
func (s *schedule) killedAt(n int, heard bool) bool {
	s.Helper()
	var died atomic.Bool
	s.wire.Fail("", n, func(r faultproxy.Request) *faultproxy.Answer {
		died.Store(true)
		if heard {
			r.Forward(r.Body)
		}
		s.fn.Kill()
		return nil
	})
	err := s.run()
	s.wire.Heal()
	if _, failed := err.(*runtimeapi.Failure); failed != died.Load() {
		s.Fatalf("killed at call %d: %t, and it says: %v\n%s", n, died.Load(), err, s.log)
	}
	return died.Load()
}
