package outbox

import "time"

// How long to wait before the next attempt. Whoever was down for a night is told of it soon after.
const (
	minBackoff = 2 * time.Second
	maxBackoff = 15 * time.Minute
	maxAsked   = time.Hour // of what a reader may ask for
)

// backoff doubles with each failure in a row, up to a cap. Half of it is by chance, so that readers which failed
// together do not come back together.
func (d *Dispatcher) backoff(failures int) time.Duration {
	wait := maxBackoff
	if doubled := min(failures-1, 30); minBackoff<<doubled < maxBackoff {
		wait = minBackoff << doubled
	}
	return (wait/2 + time.Duration(d.Rand()*float64(wait/2))).Round(time.Millisecond)
}

// asked is how long to wait for a reader that said how long: no less, up to a cap, and a little more by chance.
func (d *Dispatcher) asked(after time.Duration) time.Duration {
	wait := min(max(after, minBackoff), maxAsked)
	return (wait + time.Duration(d.Rand()*float64(wait/10))).Round(time.Millisecond)
}
