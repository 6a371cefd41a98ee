package pat

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"
)

const (
	// noticePage is how many tokens that are due are asked for at once.
	noticePage = 256
	// toldFailures bounds what one error lists, however much fails.
	toldFailures = 8
)

// NoticeTime bounds one notice: a read, a write, and what stands in their way.
const NoticeTime = 5 * time.Second

// dueAt is when the first notice after now is due of a token: the first threshold that lies ahead, or the expiry; after that,
// or once it was revoked, the end of its retention, which is always later than the expiry.
func (p Policy) dueAt(t Token, now time.Time) time.Time {
	if t.Final() || t.ExpiresAt.IsZero() || !now.Before(t.ExpiresAt) {
		return t.PurgeAt
	}
	for _, notice := range p.Notices {
		if at := t.ExpiresAt.Add(-notice); now.Before(at) {
			return at
		}
	}
	return t.ExpiresAt
}

// Notify writes the notices that are due: each is a change of its token by the system, on condition of the version at
// which it was found due, so that none is written twice, whoever else does the same. It tries at most so many tokens;
// more says that there may be others. A token whose record fails does not stop the others. When the context ends, no other
// notice is begun, and more is true; those under way are finished, which takes NoticeTime at most.
func (s *Service) Notify(ctx context.Context, most int) (done int, more bool, err error) {
	at, tried := s.now(), map[Prefix]bool{}
	var n notifying
	for old := 0; ; {
		// Those that failed are due still, and so may those be that an index shows too late. They come first.
		asked := old + noticePage
		due, err := s.store.Due(ctx, at, asked)
		switch {
		case ctx.Err() != nil:
			return n.done, true, n.err()
		case err != nil:
			n.fail(unavailable("look for tokens that are due", err))
			return n.done, false, n.err()
		}
		var fresh []Prefix
		for _, p := range due {
			if !tried[p] {
				fresh = append(fresh, p)
			}
		}
		old = len(due) - len(fresh)
		fresh = fresh[:min(len(fresh), most-len(tried))]
		for _, p := range fresh {
			tried[p] = true
		}
		s.notifyAll(ctx, fresh, &n)
		if full := len(tried) == most || ctx.Err() != nil; full || len(due) < asked {
			return n.done, full, n.err()
		}
	}
}

func (s *Service) notifyAll(ctx context.Context, prefixes []Prefix, n *notifying) {
	var group errgroup.Group
	group.SetLimit(sweepWidth)
	for _, p := range prefixes {
		if ctx.Err() != nil {
			break
		}
		group.Go(func() error {
			ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), NoticeTime)
			defer cancel()
			told, err := s.notify(ctx, p)
			n.note(p, told, err)
			return nil
		})
	}
	_ = group.Wait() // what fails is noted
}

// notify writes a token's notice, if one is due still.
func (s *Service) notify(ctx context.Context, p Prefix) (told bool, err error) {
	t, err := s.store.Token(ctx, p)
	if errors.Is(err, ErrNotFound) { // collected meanwhile
		return false, nil
	}
	if err != nil {
		return false, unavailable("read a token", err)
	}
	_, err = s.replaceToken(ctx, Standing{}, t, func(t *Token) (bool, error) {
		told = s.policy.tell(t, s.now())
		return told, nil
	})
	if CodeOf(err) == CodeNotFound {
		return false, nil
	}
	return told && err == nil, err
}

// tell makes a token's last change the notice that is due at now, and plans the next one. Of several thresholds that have
// passed it is the nearest to the end: who hears of a week needs not hear of the month.
func (p Policy) tell(t *Token, now time.Time) bool {
	if t.DueAt.IsZero() || now.Before(t.DueAt) {
		return false
	}
	kind, notice := ChangeExpired, time.Duration(0)
	ended := !t.DueAt.Before(t.PurgeAt)
	switch {
	case ended:
		kind = ChangePurged
	case !t.expired(now):
		kind, notice = ChangeExpiring, t.ExpiresAt.Sub(t.DueAt)
		for _, threshold := range p.Notices { // which may be others than when it was planned
			if threshold < notice && !now.Before(t.ExpiresAt.Add(-threshold)) {
				notice = threshold
			}
		}
	}
	t.LastChange = system.change(kind, now)
	t.LastChange.Notice = notice
	if t.DueAt = p.dueAt(*t, now); ended {
		t.DueAt = time.Time{} // nothing is told of it any more
	}
	return true
}

// notifying is what has come of a Notify so far.
type notifying struct {
	mu       sync.Mutex
	done     int
	failed   int
	failures []error // the first of them
}

func (n *notifying) note(p Prefix, told bool, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if told {
		n.done++
	}
	if err != nil {
		n.fail(fmt.Errorf("announce the token at %s: %w", p, err))
	}
}

func (n *notifying) fail(err error) {
	if n.failed++; len(n.failures) < toldFailures {
		n.failures = append(n.failures, err)
	}
}

func (n *notifying) err() error {
	err := errors.Join(n.failures...)
	if n.failed > len(n.failures) {
		err = errors.Join(err, fmt.Errorf("and %d more", n.failed-len(n.failures)))
	}
	return err
}
