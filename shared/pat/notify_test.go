package pat_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/shared/pat"
)

// ledger is a store that notes which updates it has made, and can have records that nobody can read.
type ledger struct {
	pat.Store
	mu      sync.Mutex
	written []pat.Token
	broken  map[pat.Prefix]bool
}

// ledger puts one between the world's spy and its store.
func (w *world) ledger() *ledger {
	l := &ledger{Store: w.store.Store, broken: map[pat.Prefix]bool{}}
	w.store.Store = l
	return l
}

var errBroken = errors.New("the record is damaged")

func (l *ledger) Token(ctx context.Context, p pat.Prefix) (pat.Token, error) {
	if l.broken[p] {
		return pat.Token{}, errBroken
	}
	return l.Store.Token(ctx, p)
}

func (l *ledger) UpdateToken(ctx context.Context, t pat.Token, was int64, by pat.Standing) error {
	err := l.Store.UpdateToken(ctx, t, was, by)
	if err == nil {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.written = append(l.written, t)
	}
	return err
}

// manyDue makes tokens, a second apart, and lets the moment come when all of them are due.
func (w *world) manyDue(n int) (made []pat.Prefix) {
	w.t.Helper()
	alice := w.as("alice")
	for i := range n {
		made = append(made, w.create(alice, withExpiry(pat.Expiry{At: morning.Add(day + time.Duration(i)*time.Second)})).Token.Prefix)
		w.clock.advance(time.Second)
	}
	w.clock.advance(day)
	return made
}

// eachOnce checks that of each token one notice was written, and no more.
func (l *ledger) eachOnce(t *testing.T, made []pat.Prefix) {
	t.Helper()
	var got []pat.Prefix
	for _, w := range l.written {
		got = append(got, w.Prefix)
	}
	slices.Sort(got)
	want := slices.Sorted(slices.Values(made))
	if !slices.Equal(got, want) {
		t.Errorf("%d notices of %d tokens", len(got), len(want))
	}
}

func manyTokens(c *pat.Config) {
	c.Policy.TokensPerOwner = pat.MaxTokensPerOwner
	c.Policy.Creates = pat.Rate{PerMinute: 1_000_000, Burst: 1_000_000}
}

func TestAThousandTokensAreAnnounced(t *testing.T) {
	w := newWorld(t, manyTokens)
	l := w.ledger()
	made := w.manyDue(1000)
	for _, want := range []struct {
		done int
		more bool
	}{{300, true}, {300, true}, {300, true}, {100, false}, {0, false}} {
		done, more, err := w.Notify(w.ctx, 300)
		if w.must(err); done != want.done || more != want.more {
			t.Errorf("%d done, more: %t; want %+v", done, more, want)
		}
	}
	l.eachOnce(t, made)
}

func TestRunsThatOverlapAnnounceOnce(t *testing.T) {
	w := newWorld(t, manyTokens)
	l := w.ledger()
	made := w.manyDue(100)
	var total sync.Map
	var all sync.WaitGroup
	for i := range 6 {
		process := w.process(manyTokens)
		all.Go(func() {
			done, _, err := process.Notify(w.ctx, 1000)
			if err != nil {
				t.Error(err)
			}
			total.Store(i, done)
		})
	}
	all.Wait()
	sum := 0
	total.Range(func(_, done any) bool { sum += done.(int); return true })
	if sum != len(made) {
		t.Errorf("%d say that they were done, of %d", sum, len(made))
	}
	l.eachOnce(t, made)
}

func TestRecordsThatFailStopNoOther(t *testing.T) {
	w := newWorld(t, manyTokens)
	l := w.ledger()
	made := w.manyDue(600) // those that fail are the soonest, and more than are asked for at once
	for _, p := range made[:550] {
		l.broken[p] = true
	}
	done, more, err := w.Notify(w.ctx, 1000)
	if done != 50 || more || !errors.Is(err, errBroken) || !strings.Contains(err.Error(), "and 542 more") || !strings.Contains(err.Error(), string(made[0][:8])) {
		t.Errorf("%d done, more: %t, %v", done, more, err)
	}
	l.eachOnce(t, made[550:])
	if done, more, err = w.Notify(w.ctx, 100); done != 0 || !more || !errors.Is(err, errBroken) {
		t.Errorf("%d done, more: %t, %v", done, more, err)
	}
	l.broken = nil
	w.notifyAll()
	l.eachOnce(t, made)
}

func TestAStoreThatFailsAnnouncesLaterAndOnce(t *testing.T) {
	down := errors.New("the store is down")
	for name, disturb := range map[string]func(*spyStore){
		"looking fails":        func(s *spyStore) { s.failNext("Due", 1, down) },
		"some reads fail":      func(s *spyStore) { s.failNext("Token", 3, down) },
		"some writes fail":     func(s *spyStore) { s.failNext("UpdateToken", 3, down) },
		"all answers are lost": func(s *spyStore) { s.lose("UpdateToken", down) },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			l := w.ledger()
			made := w.manyDue(20)
			disturb(w.store)
			if _, more, err := w.Notify(w.ctx, 100); more || !errors.Is(err, down) || pat.CodeOf(err) != pat.CodeUnavailable {
				t.Errorf("more: %t, %v", more, err)
			}
			w.store.lose("UpdateToken", nil)
			w.notifyAll()
			l.eachOnce(t, made)
		})
	}
}

func TestATokenThatMovesMeanwhileIsJudgedAnew(t *testing.T) {
	w := newWorld(t)
	l := w.ledger()
	made := w.create(w.as("alice"), withExpiry(pat.Expiry{After: 10 * day})).Token
	w.clock.advance(3 * day)
	alice := w.as("alice")
	w.store.first("UpdateToken", func() {
		w.must(errOf(w.Patch(w.ctx, alice, pat.PatchRequest{ID: made.ID, Expiry: &pat.Expiry{After: 60 * day}})))
	})
	if n := w.notifyAll(); n != 0 || len(l.told(made.Prefix)) != 0 {
		t.Errorf("%d: %q", n, l.told(made.Prefix))
	}
	w.clock.advance(30 * day)
	w.store.first("UpdateToken", func() {
		w.must(errOf(w.Patch(w.ctx, w.as("alice"), pat.PatchRequest{ID: made.ID, Name: ptr("new")})))
	})
	if n := w.notifyAll(); n != 1 || w.record(made.Prefix).Name != "new" {
		t.Errorf("%d notices; %+v", n, w.record(made.Prefix))
	}
	if got := l.told(made.Prefix); !slices.Equal(got, []string{"30 days on day 33"}) {
		t.Errorf("%q", got)
	}
}

// Those under way are finished, so that nobody is left to wonder whether they were made.
func TestARunThatIsStoppedLeavesTheRestForLater(t *testing.T) {
	w := newWorld(t)
	l := w.ledger()
	made := w.manyDue(50)
	ctx, stop := context.WithCancel(w.ctx)
	w.store.first("UpdateToken", stop)
	done, more, err := w.Notify(ctx, 100)
	if w.must(err); done == 0 || done > 16 || !more {
		t.Errorf("%d done, more: %t", done, more)
	}
	if done, more, err = w.Notify(ctx, 100); done != 0 || !more || err != nil {
		t.Errorf("%d done, more: %t, %v", done, more, err)
	}
	w.clock.advance(time.Minute)
	w.notifyAll()
	l.eachOnce(t, made)
}
