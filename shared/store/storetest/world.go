package storetest

import (
	"errors"
	"io"
	"math/rand/v2"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"latchkey/shared/pat"
)

// world is what a case has: its test, its store, a clock and a source of randomness of its own.
type world struct {
	*testing.T
	store pat.Store
	clock *clock
	rand  io.Reader
}

func newWorld(t *testing.T, store pat.Store) *world {
	var seed [32]byte
	copy(seed[:], t.Name())
	return &world{T: t, store: store, clock: &clock{now: noon()}, rand: &lockedReader{from: rand.NewChaCha8(seed)}}
}

// noon is when every case begins, in a millisecond that would be lost by counting seconds.
func noon() time.Time { return time.Date(2026, 3, 14, 12, 0, 0, 123e6, time.UTC) }

// lockedReader makes bytes that look random and are the same in every run.
type lockedReader struct {
	mu   sync.Mutex
	from *rand.ChaCha8
}

func (r *lockedReader) Read(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.from.Read(p)
}

// clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// must ends the case if what it needs does not work.
func (w *world) must(err error) {
	w.Helper()
	if err != nil {
		w.Fatal(err)
	}
}

// wants notes an error that is not the wanted one.
func (w *world) wants(doing string, err, want error) {
	w.Helper()
	if !errors.Is(err, want) {
		w.Errorf("%s: %v, want: %v", doing, err, want)
	}
}

// fails notes an error that is missing, or is one of the contract's answers and so says something untrue.
func (w *world) fails(doing string, err error) {
	w.Helper()
	if err == nil {
		w.Errorf("%s: no error", doing)
	}
	for _, answer := range []error{pat.ErrNotFound, pat.ErrConflict, pat.ErrSpent} {
		if errors.Is(err, answer) {
			w.Errorf("%s: %v, which says that the condition was judged", doing, err)
		}
	}
}

// same notes a difference. An empty list and none are the same; two instants are the same in any zone.
func (w *world) same(what string, got, want any) {
	w.Helper()
	diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.EquateComparable(netip.Addr{}, netip.Prefix{}))
	if diff != "" {
		w.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// atOnce calls do n times at the same moment and returns what each call answered.
func atOnce(n int, do func(i int) error) []error {
	results := make([]error, n)
	start := make(chan struct{})
	var wg sync.WaitGroup
	for i := range n {
		wg.Go(func() {
			<-start
			results[i] = do(i)
		})
	}
	close(start)
	wg.Wait()
	return results
}

// oneWins checks that exactly one call succeeded and that all others answered the error.
func (w *world) oneWins(results []error, others error) {
	w.Helper()
	won := 0
	for _, err := range results {
		if err == nil {
			won++
		} else {
			w.wants("who came later", err, others)
		}
	}
	if won != 1 {
		w.Errorf("%d of %d succeeded, want 1", won, len(results))
	}
}
