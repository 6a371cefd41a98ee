package pat_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/shared/pat"
)

// TestClocksThatJumpAnnounceEachThresholdAtMostOnceAndEachEndOnce: three machines announce on one store, whose clocks lie an hour apart
// and jump by days, over every threshold and back.
func TestClocksThatJumpAnnounceEachThresholdAtMostOnceAndEachEndOnce(t *testing.T) {
	for seed := range uint64(20) {
		w := newWorld(t, manyTokens)
		l := w.ledger()
		random := rand.New(rand.NewPCG(seed, 6))
		var made []pat.Token
		for range 12 {
			life := time.Duration(1+random.IntN(45*24)) * time.Hour
			made = append(made, w.create(w.as("alice"), withExpiry(pat.Expiry{After: life})).Token)
			w.clock.advance(time.Second)
		}
		var machines []*pat.Service
		var off time.Duration // how wrong the clock of this run is
		for range 3 {
			machines = append(machines, w.process(manyTokens, func(c *pat.Config) { c.Now = func() time.Time { return w.clock.Now().Add(off) } }))
		}
		for w.clock.Now().Before(morning.Add(80 * day)) {
			w.clock.advance(time.Duration(random.IntN(16)) * time.Hour)
			i := random.IntN(len(machines))
			if off = time.Duration(i-1) * time.Hour; random.IntN(4) == 0 {
				off += time.Duration(random.IntN(20*24)-10*24) * time.Hour
			}
			if _, _, err := machines[i].Notify(w.ctx, 1000); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 { // what is due twice has its second notice now
			w.notifyAll()
		}
		for _, token := range made {
			l.inOrder(t, token)
		}
	}
}

// inOrder checks that what was written of a token are notices that come nearer to its end, each once, to the very last.
func (l *ledger) inOrder(t *testing.T, made pat.Token) {
	t.Helper()
	order := []string{"30 days", "7 days", "1 days", "expired", "purged"}
	last := -1
	var kinds []string
	for _, token := range l.written {
		if token.Prefix != made.Prefix {
			continue
		}
		kind, _, _ := strings.Cut(toldOf(token.LastChange), " on day")
		at := slices.Index(order, kind)
		if at <= last || token.LastChange.At.Before(made.ExpiresAt.Add(-token.LastChange.Notice)) {
			t.Errorf("%s after %q, at %s, of a token until %s", kind, kinds, token.LastChange.At, made.ExpiresAt)
		}
		kinds, last = append(kinds, kind), at
	}
	if n := len(kinds); n < 2 || kinds[n-2] != "expired" || kinds[n-1] != "purged" {
		t.Errorf("of a token until %s was told %q", made.ExpiresAt, kinds)
	}
}
