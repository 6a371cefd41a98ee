package pat

import "context"

// What is no operation by itself, its tests ask for by these.

func (s *Service) Seal(ctx context.Context, t Token, secret Secret) ([]byte, error) {
	return s.seal(ctx, t, secret)
}

func (s *Service) Unseal(ctx context.Context, t Token, sealed []byte) (Secret, error) {
	return s.unseal(ctx, t, sealed)
}

// Compromise ends a token as one that has leaked.
func (s *Service) Compromise(ctx context.Context, t Token) error {
	_, err := s.changeToken(ctx, system, t, func(t *Token) (bool, error) { t.Compromised = true; return true, nil })
	return err
}
