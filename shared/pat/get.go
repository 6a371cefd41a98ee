package pat

import (
	"context"
	"errors"
)

// Get returns a token that the caller may see.
func (s *Service) Get(ctx context.Context, c Caller, id ID) (Token, error) {
	if err := c.needs(ScopeTokensRead); err != nil {
		return Token{}, err
	}
	return s.visible(ctx, c, id)
}

// Self returns the token that the caller came with.
func (s *Service) Self(_ context.Context, c Caller, _ struct{}) (Token, error) {
	if c.token == nil {
		return Token{}, errNoSelf
	}
	return *c.token, nil
}

var errNoSelf = refuse(CodeForbidden, "this is for the token that a call is made with; a session has none")

// visible reads a token by id. One that the caller may not know of looks like one that does not exist.
func (s *Service) visible(ctx context.Context, c Caller, id ID) (Token, error) {
	if _, ok := ParseID(string(id)); !ok {
		return Token{}, errNotFound
	}
	t, err := s.store.Token(ctx, id.Prefix())
	if errors.Is(err, ErrNotFound) {
		return Token{}, errNotFound
	}
	if err != nil {
		return Token{}, unavailable("read a token", err)
	}
	if now := s.now(); t.ID != id || t.purged(now) || !c.sees(t.Owner) || !c.shows(t, now) {
		return Token{}, errNotFound
	}
	if t.Owner == c.Owner && t.Prefix.Tag() != c.row.Tag { // of a deleted user whose name the caller has now
		return Token{}, errNotFound
	}
	return t, nil
}
