package pat

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

var noon = time.Date(2026, 3, 4, 12, 0, 0, 0, time.UTC)

func TestAThrottleLetsABurstThroughAndThenItsRate(t *testing.T) {
	th := newThrottle(Rate{PerMinute: 6, Burst: 2})
	for i, c := range []struct {
		at   time.Duration
		wait time.Duration // 0: through
	}{
		{0, 0},
		{0, 0},
		{0, 10 * time.Second},
		{time.Second, 9 * time.Second},
		{1600 * time.Millisecond, 9 * time.Second}, // a wait is never too short
		{9999 * time.Millisecond, time.Second},     // never less than a second
		{10 * time.Second, 0},
		{10 * time.Second, 10 * time.Second},
		{5 * time.Second, 10 * time.Second}, // a clock set back gives nothing
		{time.Hour, 0},                      // no more than the burst has gathered
		{time.Hour, 0},
		{time.Hour, 10 * time.Second},
	} {
		err := th.take("k", noon.Add(c.at))
		if c.wait == 0 && err != nil || c.wait > 0 && (CodeOf(err) != CodeRateLimited || AsError(err).RetryAfter != c.wait) {
			t.Errorf("step %d at %s: %v, want to wait %s", i, c.at, err, c.wait)
		}
	}
}

func TestAThrottleCountsEachKeyAlone(t *testing.T) {
	th := newThrottle(Rate{PerMinute: 1, Burst: 1})
	for _, key := range []string{"a", "b", ""} {
		if err := th.take(key, noon); err != nil {
			t.Errorf("%q: %v", key, err)
		}
		if err := th.take(key, noon); err == nil {
			t.Errorf("%q: a second one is let through", key)
		}
	}
}

func TestWhatIsGivenBackCanBeTakenAgain(t *testing.T) {
	th := newThrottle(Rate{PerMinute: 1, Burst: 1})
	for range 5 {
		if err := th.take("k", noon); err != nil {
			t.Fatal(err)
		}
		th.giveBack("k")
	}
	th.giveBack("k") // no more than the burst
	th.giveBack("unknown")
	if err := th.take("k", noon); err != nil {
		t.Error(err)
	}
	if err := th.take("k", noon); err == nil {
		t.Error("more was given back than taken")
	}
}

func TestAThrottleHasBoundedMemory(t *testing.T) {
	th := newThrottle(Rate{PerMinute: 1, Burst: 1})
	for i := range throttleKeys + 100 {
		if err := th.take(fmt.Sprint(i), noon); err != nil {
			t.Fatal(err)
		}
	}
	if n := th.buckets.Len(); n != throttleKeys {
		t.Errorf("it keeps %d keys", n)
	}
	if err := th.take(fmt.Sprint(throttleKeys), noon); err == nil {
		t.Error("a key seen lately was forgotten")
	}
}

func TestAThrottleIsExactHoweverManyRace(t *testing.T) {
	th := newThrottle(Rate{PerMinute: 1, Burst: 10})
	var through atomic.Int64
	var all sync.WaitGroup
	for range 50 {
		all.Go(func() {
			if th.take("k", noon) == nil {
				through.Add(1)
			}
		})
	}
	all.Wait()
	if through.Load() != 10 {
		t.Errorf("%d came through", through.Load())
	}
}
