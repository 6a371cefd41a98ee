package storetest

import (
	"context"
	"errors"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"latchkey/shared/pat"
)

const (
	// usedTokens is how many tokens are used at a time.
	usedTokens = most
	// together is how many verifications are made at one moment, and as many milliseconds later the next ones.
	together = 8
)

// Noted is what came of many uses: how many there were, and how often a note of one was tried and made.
type Noted struct{ Verified, Tried, Made int }

// RunUses verifies ten tokens a thousand times a second of the clock, by services each of which has one of the stores, which all
// keep the same records, empty at first. Periods are those in which that is done, from the first use on. Every use must be noted to
// within a minute, by at most one write for each minute that has begun and each token.
func RunUses(t *testing.T, stores []pat.Store, periods ...[2]time.Duration) Noted {
	t.Helper()
	w := newWorld(t, stores[0])
	o := w.owner("user#alice")
	made := w.site().issue(w.site().caller(o.ID), usedTokens)
	u := uses{world: w, start: w.clock.Now(), notes: map[pat.Prefix][]time.Time{}, open: map[pat.Prefix]bool{}, random: rand.New(rand.NewPCG(1, 2))}
	for _, store := range stores {
		u.sites = append(u.sites, w.siteOn(&noting{store, &u}))
	}
	for _, p := range periods {
		w.clock.advance(u.start.Add(p[0]).Sub(w.clock.Now()))
		for w.clock.Now().Before(u.start.Add(p[1])) {
			u.moment(made)
			w.clock.advance(together * time.Millisecond)
		}
	}
	u.check(made, periods)
	return u.Noted
}

// uses counts notes of use.
type uses struct {
	*world
	sites  []*site
	start  time.Time
	random *rand.Rand

	mu sync.Mutex
	Noted
	notes map[pat.Prefix][]time.Time // that were made, in their order
	open  map[pat.Prefix]bool        // of some this moment it is not known whether they were made
}

// noting is a store that tells of notes of use.
type noting struct {
	pat.Store
	uses *uses
}

func (n *noting) TouchToken(ctx context.Context, p pat.Prefix, was time.Time, use pat.Usage) error {
	err := n.Store.TouchToken(ctx, p, was, use)
	n.uses.mu.Lock()
	defer n.uses.mu.Unlock()
	n.uses.Tried++
	switch {
	case err == nil:
		n.uses.Made++
		n.uses.notes[p] = append(n.uses.notes[p], use.LastUsedAt)
	case !errors.Is(err, pat.ErrConflict):
		n.uses.open[p] = true
	}
	return err
}

// moment verifies some tokens at once, now and then all of them the same one.
func (u *uses) moment(made []pat.CreateResult) {
	u.Helper()
	var all [together]pat.CreateResult
	same := u.random.IntN(25) == 0
	for i := range all {
		all[i] = made[u.random.IntN(len(made))]
		if same {
			all[i] = all[0]
		}
	}
	clear(u.open)
	for _, err := range atOnce(together, func(i int) error {
		got, err := u.sites[i%len(u.sites)].Verify(u.Context(), pat.VerifyRequest{Token: all[i].Secret, Cost: 1})
		if err == nil && got.Code != pat.VerifyValid {
			u.Errorf("a good token is %s", got.Code)
		}
		return err
	}) {
		u.must(err)
		u.Verified++
	}
	for _, m := range all {
		p := m.Token.Prefix
		if u.stale(p) { // one that was made may not have been answered in time
			if stored := u.stored(p).Usage.LastUsedAt; stored.After(u.last(p)) {
				u.notes[p] = append(u.notes[p], stored)
			}
		}
		if u.stale(p) && !u.open[p] {
			u.Fatalf("a use at %s is not noted to within a minute: %v", u.clock.Now(), u.notes[p])
		}
	}
}

// stale reports whether no note of the last minute is known.
func (u *uses) stale(p pat.Prefix) bool { return u.clock.Now().Sub(u.last(p)) >= time.Minute }

func (u *uses) last(p pat.Prefix) (at time.Time) {
	if notes := u.notes[p]; len(notes) > 0 {
		at = notes[len(notes)-1]
	}
	return at
}

func (u *uses) check(made []pat.CreateResult, periods [][2]time.Duration) {
	u.Helper()
	minutes := map[int]bool{} // that have begun
	for _, p := range periods {
		for at := p[0]; at < p[1]; at += time.Millisecond {
			minutes[int(at/time.Minute)] = true
		}
	}
	for _, m := range made {
		notes := u.notes[m.Token.Prefix]
		if len(notes) == 0 || len(notes) > len(minutes) {
			u.Errorf("%d notes of uses in %d minutes: %v", len(notes), len(minutes), notes)
		}
		for i := 1; i < len(notes); i++ {
			if notes[i].Sub(notes[i-1]) < time.Minute {
				u.Errorf("two notes in a minute: %v", notes)
			}
		}
		if got := u.stored(m.Token.Prefix).Usage.LastUsedAt; u.clock.Now().Sub(got) > time.Minute+together*time.Millisecond {
			u.Errorf("the record says %s, and noted was %v", got, notes)
		}
	}
	u.Logf("%d verifications by %d services: %d notes of use were tried, and %d made, of %d tokens in %d minutes",
		u.Verified, len(u.sites), u.Tried, u.Made, len(made), len(minutes))
}

// RunRush verifies one token at the same moment by as many services, of which each has one of the stores, and returns how many
// notes of that use were tried. One is made.
func RunRush(t *testing.T, stores []pat.Store) Noted {
	t.Helper()
	w := newWorld(t, stores[0])
	o := w.owner("user#alice")
	made := w.site().issue(w.site().caller(o.ID), 1)[0]
	u := uses{world: w, notes: map[pat.Prefix][]time.Time{}, open: map[pat.Prefix]bool{}}
	for _, store := range stores {
		u.sites = append(u.sites, w.siteOn(&noting{store, &u}))
	}
	for _, err := range atOnce(len(stores), func(i int) error {
		_, err := u.sites[i].Verify(t.Context(), pat.VerifyRequest{Token: made.Secret, Cost: 1})
		return err
	}) {
		u.must(err)
		u.Verified++
	}
	if u.Made > 1 || u.Made == 0 && len(u.open) == 0 {
		u.Errorf("%d notes were made", u.Made)
	}
	u.Logf("%d verifications at once: %d notes of use were tried, and %d made", u.Verified, u.Tried, u.Made)
	return u.Noted
}
