package pat

import (
	"context"
	"errors"
)

// mint draws a token's address and secret and stores it, on condition that the owner's row has not moved
// since the live tokens were counted, or since he was seen not to be suspended.
func (s *Service) mint(ctx context.Context, keys *Keys, c Caller, t Token, replay *replayKey) (CreateResult, error) {
	row, err := s.ensureOwner(ctx, t.Owner)
	if err != nil {
		return CreateResult{}, err
	}
	if row.Suspended || row.Deleted {
		return CreateResult{}, refuse(CodeForbidden, "the owner is suspended")
	}
	if err := s.room(ctx, c, row); err != nil {
		return CreateResult{}, err
	}

	if t.Prefix, err = NewPrefix(row.Tag, t.CreatedAt, s.rand); err != nil {
		return CreateResult{}, err
	}
	if t.ID, err = NewID(t.Prefix, s.rand); err != nil {
		return CreateResult{}, err
	}
	secret, err := NewStrings(s.policy.Brand, keys.Tag).Mint(c.Product.Shape, t.Prefix, s.rand)
	if err != nil {
		return CreateResult{}, err
	}
	t.Hash, t.Version, t.OwnerEpoch = secret.Hash(), 1, row.Epoch
	t.PurgeAt, t.DueAt = t.purgeAt(s.policy.Retention), s.policy.dueAt(t, t.CreatedAt)
	if c.Product.Reveals {
		if t.Sealed, err = s.seal(ctx, t, secret); err != nil {
			return CreateResult{}, err
		}
	}
	result := CreateResult{Token: t, Secret: secret}

	answer, err := replay.seal(result, s.rand, t.CreatedAt)
	if err != nil {
		return CreateResult{}, err
	}
	by := c.standing()
	n := NewToken{Token: t, By: by, Answer: answer}
	if c.Product.counts() {
		n.OwnerVersion = row.Version
	}
	err = s.store.CreateToken(ctx, n)
	switch {
	case err == nil:
		return result, nil
	case errors.Is(err, ErrConflict):
		return CreateResult{}, err
	case errors.Is(err, ErrCallerMoved):
		return CreateResult{}, by.fallen("store a token")
	}
	return CreateResult{}, unavailable("store a token", err)
}

// room refuses an owner who has as many tokens as he may. The write that follows rests on his row as it was then.
func (s *Service) room(ctx context.Context, c Caller, row Owner) error {
	if !c.Product.Unlimited {
		live, err := s.store.CountLive(ctx, row.ID, row.Tag, s.now())
		if err != nil {
			return unavailable("count an owner's tokens", err)
		}
		if live >= s.policy.TokensPerOwner {
			return refuse(CodeLimitReached, "%d live tokens are the limit; revoke one first", s.policy.TokensPerOwner)
		}
	}
	if c.Product.Limit > 0 {
		shown, err := s.shown(ctx, c, row)
		if err != nil {
			return err
		}
		if len(shown) >= c.Product.Limit {
			return refuse(CodeLimitReached, "%d tokens are the limit; revoke one first", c.Product.Limit)
		}
	}
	return nil
}

// ensureOwner returns the owner's row, making it if there is none yet.
func (s *Service) ensureOwner(ctx context.Context, id OwnerID) (Owner, error) {
	row, err := s.ownerRow(ctx, id)
	if err != nil || row.Version > 0 {
		return row, err
	}
	if row.Tag, err = NewTag(s.rand); err != nil {
		return Owner{}, err
	}
	row.CreatedAt, row.UpdatedAt = s.now(), s.now()
	err = s.store.PutOwner(ctx, row, 0, Standing{})
	if errors.Is(err, ErrConflict) { // somebody else just made it
		return s.ownerRow(ctx, id)
	}
	if err != nil {
		return Owner{}, unavailable("make an owner", err)
	}
	row.Version = 1
	return row, nil
}
