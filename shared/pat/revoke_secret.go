package pat

import (
	"context"
	"errors"
)

// RevokeSecret revokes the token whose string it is, for products that know tokens by nothing else. CodeNotFound for one of
// another product's, and for one that has ended already.
func (s *Service) RevokeSecret(ctx context.Context, c Caller, secret Secret) error {
	if err := c.needs(ScopeTokensWrite); err != nil {
		return err
	}
	keys, err := s.ring.Get(ctx)
	if err != nil {
		return err
	}
	prefix, err := NewStrings(s.policy.Brand, keys.Tag).Parse(secret)
	if err != nil {
		return errNotFound
	}
	t, err := s.store.Token(ctx, prefix)
	if errors.Is(err, ErrNotFound) {
		return errNotFound
	}
	if err != nil {
		return unavailable("read a token", err)
	}
	if !t.Hash.Equal(secret.Hash()) || t.Product != c.Product.Name || !c.manages(t.Owner) {
		return errNotFound
	}
	_, err = s.changeToken(ctx, c.author().decided(), t, func(t *Token) (bool, error) {
		if !t.Live(s.now()) {
			return false, errNotFound
		}
		return s.revoke(t)
	})
	return err
}
