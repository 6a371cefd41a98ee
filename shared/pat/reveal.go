package pat

import (
	"context"
	"errors"
)

// RevealResult is a token and, once more, its secret.
type RevealResult struct {
	Token  Token
	Secret Secret
}

// Reveal shows a token's secret again to its owner, and to nobody else, an administrator neither: for products that do
// (Product.Reveals), and as long as the token lives. CodeNotFound otherwise.
func (s *Service) Reveal(ctx context.Context, c Caller, id ID) (RevealResult, error) {
	t, err := s.Get(ctx, c, id)
	if err != nil {
		return RevealResult{}, err
	}
	if !c.Product.Reveals || t.Product != c.Product.Name || t.Owner != c.Owner || !t.Live(s.now()) {
		return RevealResult{}, errNotFound
	}
	if c.token != nil && (c.token.MaxUses > 0 || !within(t.AllowedIPs, c.token.AllowedIPs)) {
		return RevealResult{}, refuse(CodeForbidden, "the caller's token is good in fewer places, or for fewer uses, than the secret that it asks for")
	}
	secret, err := s.unseal(ctx, t, t.Sealed)
	if err != nil {
		return RevealResult{}, err
	}
	if !secret.Hash().Equal(t.Hash) {
		return RevealResult{}, errors.New("reveal a secret: it is not the one that the token has")
	}
	return RevealResult{t, secret}, nil
}
