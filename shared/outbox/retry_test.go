package outbox_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"latchkey/shared/outbox"
)

// waits are the times between a reader's attempts.
func waits(e *ear) (all []time.Duration) {
	tried := e.tried()
	for i := 1; i < len(tried); i++ {
		all = append(all, tried[i].at.Sub(tried[i-1].at))
	}
	return all
}

func TestAReaderThatWasDownHearsAllInOrderOnceItIsBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, one := &memory{}, &ear{key: "one", answer: down}
		w := start(t, store, one)
		for range 10 {
			store.change(10)
			pass(time.Hour)
		}
		one.wants(t, nil)
		for _, try := range one.tried() {
			if try.id != id(1) {
				t.Fatalf("tried %s before the first was taken", try.id)
			}
		}
		one.answers(nil)
		pass(15 * time.Minute)
		one.wants(t, ids(1, 100))
		if store.waiting() != 0 || len(w.log.lines("taken again")) != 1 {
			t.Errorf("%d changes are kept, the log has %q", store.waiting(), w.log.lines("taken again"))
		}
		if got := w.log.lines("not taken"); len(got) < 40 || len(got) > 110 || !strings.Contains(got[0], "one.example") || !strings.Contains(got[0], id(1)) {
			t.Errorf("%d lines, the first is %s", len(got), got[0])
		}
	})
}

func TestAttemptsComeLaterAndLaterUpToACap(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, one := &memory{}, &ear{key: "one", answer: down}
		start(t, store, one)
		store.change(1)
		pass(3 * time.Hour)
		got := waits(one)
		for i, want := range []time.Duration{2 * time.Second, 4 * time.Second, 8 * time.Second, 16 * time.Second, 32 * time.Second, 64 * time.Second,
			128 * time.Second, 256 * time.Second, 512 * time.Second, 15 * time.Minute, 15 * time.Minute, 15 * time.Minute} {
			if got[i] != want*3/4 { // half is by chance, and chance is 0.5
				t.Errorf("the wait %d is %s", i+1, got[i])
			}
		}
	})
}

func TestAReaderCanSayWhenToComeBackWithinBounds(t *testing.T) {
	for asks, want := range map[time.Duration]time.Duration{
		0: 2 * time.Second, time.Second: 2 * time.Second, time.Minute: time.Minute, 30 * time.Minute: 30 * time.Minute,
		time.Hour: time.Hour, 400 * time.Hour: time.Hour,
	} {
		synctest.Test(t, func(t *testing.T) {
			store, one := &memory{}, &ear{key: "one"}
			one.answers(func(outbox.Message) error { return fmt.Errorf("busy: %w", &outbox.Later{Err: errDown, After: asks}) })
			startSlowly(t, store, one)
			store.change(1)
			pass(10 * time.Hour)
			for _, got := range waits(one) {
				if got != want+want/20 { // a tenth more is by chance, and chance is 0.5
					t.Errorf("asked for %s: waited %s", asks, got)
				}
			}
		})
	}
}

func TestADeadReaderHoldsNoOtherBackAndIsPassedOverInTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, one, dead := &memory{}, &ear{key: "one"}, &ear{key: "dead", answer: down}
		w := startSlowly(t, store, one, dead)
		for hour := range 24 * 6 {
			store.change(200) // more than are read at a time
			pass(time.Hour)
			if kept := store.waiting(); kept > 200*(3*24+1) {
				t.Fatalf("%d changes are kept after %d hours", kept, hour)
			}
		}
		one.wants(t, ids(1, 200*24*6))
		if got := w.log.lines("not taken in time"); len(got) == 0 || !strings.Contains(got[0], "ERROR") || !strings.Contains(got[0], "dead.example") {
			t.Errorf("got %q", got)
		}
		dead.answers(nil)
		pass(time.Hour)
		if got := dead.tried(); got[len(got)-1].id != id(200*24*6) || store.waiting() > 0 {
			t.Errorf("back again it heard %v last; %d changes are kept", got[len(got)-1], store.waiting())
		}
	})
}

func TestWhatWaitedWhileNothingRanIsOfferedForAnHour(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, one, dead := &memory{}, &ear{key: "one"}, &ear{key: "dead", answer: down}
		startSlowly(t, store, one, dead).stop()
		store.change(100)
		pass(30 * 24 * time.Hour)
		startSlowly(t, store, one, dead)
		one.wants(t, ids(1, 100))
		pass(59 * time.Minute)
		if got := dead.tried(); len(got) < 5 || got[len(got)-1].id != id(1) || store.waiting() != 100 {
			t.Errorf("tried %v; %d changes are kept", got, store.waiting())
		}
		pass(31 * time.Minute)
		if store.waiting() != 0 {
			t.Errorf("%d changes are kept", store.waiting())
		}
	})
}

// By such a clock all that waits is too old, and a receiver refuses each signature.
func TestAClockThatJumpsForAWhileTakesNothingFromAReaderThatRefusesIt(t *testing.T) {
	for _, jump := range []time.Duration{-time.Hour, 366 * 24 * time.Hour, -56 * 366 * 24 * time.Hour} {
		synctest.Test(t, func(t *testing.T) {
			store, one := &memory{}, &ear{key: "one"}
			var ahead atomic.Int64
			one.answers(func(outbox.Message) error {
				if ahead.Load() != 0 {
					return errDown
				}
				return nil
			})
			startByClock(t, func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }, time.Minute, store, []*ear{one})
			ahead.Store(int64(jump))
			store.change(100)
			pass(50 * time.Minute)
			one.wants(t, nil)
			ahead.Store(0)
			pass(15 * time.Minute)
			one.wants(t, ids(1, 100))
		})
	}
}

func TestNoMoreChangesAreKeptThanTheBound(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, one, dead := &memory{}, &ear{key: "one"}, &ear{key: "dead", answer: down}
		w := start(t, store, one, dead)
		store.change(1)
		store.skip(outbox.MaxBehind/20 - 1) // numbers may be missing, which saves the test most of its changes
		store.change(1)
		store.skip(outbox.MaxBehind - outbox.MaxBehind/20 - 2)
		store.change(1)
		pass(time.Minute)
		if got := w.log.lines("more wait than are kept"); store.waiting() != 3 || len(got) > 0 {
			t.Errorf("%d changes are kept; %q", store.waiting(), got)
		}
		for range 100 {
			store.change(1)
			pass(2 * time.Second)
		}
		if got := w.log.lines("more wait than are kept"); store.waiting() != 101 || len(got) != 1 || !strings.Contains(got[0], "dead.example") {
			t.Errorf("%d changes are kept; %q", store.waiting(), got)
		}
		dead.answers(nil)
		pass(15 * time.Minute)
		dead.wants(t, ids(outbox.MaxBehind, outbox.MaxBehind+100))
	})
}

func TestAReaderThatIsGoneIsNotAskedUntilTheNextStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, one, gone := &memory{}, &ear{key: "one"}, &ear{key: "gone"}
		gone.answers(func(outbox.Message) error { return fmt.Errorf("410: %w", outbox.ErrGone) })
		w := startSlowly(t, store, one, gone)
		store.change(5)
		pass(24 * time.Hour)
		store.change(5)
		pass(24 * time.Hour)
		one.wants(t, ids(1, 10))
		if got := gone.tried(); len(got) != 1 || len(w.log.lines("until the next start")) != 1 {
			t.Errorf("tried %v", got)
		}
		w.stop()
		gone.answers(nil)
		startSlowly(t, store, one, gone)
		gone.wants(t, ids(1, 10))
		gone.answers(func(outbox.Message) error { return outbox.ErrGone })
		store.change(5)
		pass(4 * 24 * time.Hour)
		store.change(1)
		pass(time.Hour)
		if store.waiting() != 1 { // what is too old is not kept even for the next start
			t.Errorf("%d changes are kept", store.waiting())
		}
	})
}
