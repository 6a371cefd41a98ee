package behaviour

import (
	"sync"
	"time"
)

// Clock is a service's clock in a test's hand: it stands still until it is moved.
type Clock struct {
	mu  sync.Mutex
	now time.Time
}

// NewClock returns a clock that stands at a time.
func NewClock(at time.Time) *Clock { return &Clock{now: at} }

// Now is where the clock stands.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Move puts the clock to another time.
func (c *Clock) Move(to time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = to
}
