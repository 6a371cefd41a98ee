package pat

import (
	"sync"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
)

// throttle is a token bucket for each key, in this process's memory. It keeps the keys most recently seen.
type throttle struct {
	rate    Rate
	mu      sync.Mutex
	buckets *lru.Cache[string, *bucket]
}

type bucket struct {
	level float64
	at    time.Time
}

// throttleKeys bounds the memory of one throttle.
const throttleKeys = 16384

func newThrottle(rate Rate) *throttle {
	buckets, err := lru.New[string, *bucket](throttleKeys)
	if err != nil { // only a size below 1 is an error
		panic(err)
	}
	return &throttle{rate: rate, buckets: buckets}
}

// take takes one from the key's bucket. When it is empty, the refusal says how long until it is not.
func (t *throttle) take(key string, now time.Time) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	b, ok := t.buckets.Get(key)
	if !ok {
		b = &bucket{level: float64(t.rate.Burst), at: now}
		t.buckets.Add(key, b)
	}
	perSecond := float64(t.rate.PerMinute) / 60
	if elapsed := now.Sub(b.at).Seconds(); elapsed > 0 {
		b.level = min(b.level+elapsed*perSecond, float64(t.rate.Burst))
		b.at = now
	}
	if b.level < 1 {
		wait := time.Duration((1 - b.level) / perSecond * float64(time.Second))
		e := refuse(CodeRateLimited, "too many attempts; wait and try again")
		e.RetryAfter = (wait + time.Second - 1).Truncate(time.Second) // who waits so long is let in
		return e
	}
	b.level--
	return nil
}

// giveBack undoes one take, for an attempt that turned out not to count.
func (t *throttle) giveBack(key string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if b, ok := t.buckets.Get(key); ok {
		b.level = min(b.level+1, float64(t.rate.Burst))
	}
}
