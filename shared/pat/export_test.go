package pat

import "context"

// What a token's record holds sealed is no operation by itself; its tests ask for it by these.

func (s *Service) Seal(ctx context.Context, t Token, secret Secret) ([]byte, error) {
	return s.seal(ctx, t, secret)
}

func (s *Service) Unseal(ctx context.Context, t Token, sealed []byte) (Secret, error) {
	return s.unseal(ctx, t, sealed)
}
