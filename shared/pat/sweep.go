package pat

import (
	"context"

	"golang.org/x/sync/errgroup"
)

// sweepWidth is how many tokens of one owner are written at once.
const sweepWidth = 8

// sweep applies an edit to each of an owner's tokens, one conditional write each. The owner's row has moved
// before, so no token is made meanwhile that escapes it. Doing it again does no harm.
func (s *Service) sweep(ctx context.Context, by author, row Owner, edit func(*Token) (bool, error)) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(sweepWidth)
	group.Go(func() error { // reads pages while the others write
		return s.eachToken(ctx, row, func(t Token) {
			if t.purged(s.now()) && t.LastChange.Kind == ChangePurged { // nothing is told of it any more
				return
			}
			group.Go(func() error {
				_, err := s.changeToken(ctx, by.decided(), t, edit)
				if CodeOf(err) == CodeNotFound { // collected meanwhile
					return nil
				}
				return err
			})
		})
	})
	return group.Wait()
}

func (s *Service) eachToken(ctx context.Context, row Owner, visit func(Token)) error {
	return s.pages(ctx, row, func(page []Token) error {
		for _, t := range page {
			visit(t)
		}
		return nil
	})
}

// pages visits all of an owner's tokens, newest first, a page at a time.
func (s *Service) pages(ctx context.Context, row Owner, visit func([]Token) error) error {
	for before := Prefix(""); ; {
		page, next, err := s.store.Tokens(ctx, row.ID, row.Tag, before, MaxPage)
		if err != nil {
			return unavailable("list an owner's tokens", err)
		}
		if err := visit(page); err != nil || next == "" {
			return err
		}
		before = next
	}
}

// suspend gives a token its owner's suspension, or takes it away, unless a later one was applied already.
func (o Owner) suspend(t *Token) (write bool, err error) {
	if t.Final() || t.OwnerEpoch >= o.Epoch {
		return false, nil
	}
	t.Suspended, t.OwnerEpoch = o.Suspended, o.Epoch
	return true, nil
}

// revokeAdministrative revokes a token that only an administrator may hold.
func (s *Service) revokeAdministrative(t *Token) (write bool, err error) {
	for scope := range s.policy.Closure(t.Scopes) {
		if scope.needsAdmin() {
			return s.revoke(t)
		}
	}
	return false, nil
}
