package pat

import (
	"context"
	"maps"
)

// spend counts a use where the token has limits: of all its uses, and of its calls for each scope that is asked for. What
// is seen to be spent already costs no write, and nothing of the other limits.
func (s *Service) spend(ctx context.Context, t *Token, u use) error {
	limited := t.limitedOf(u.scopes)
	for _, scope := range limited {
		if t.MaxCalls[scope]-t.Usage.Calls[scope] < u.cost {
			return ErrSpent
		}
	}
	if t.MaxUses > 0 {
		uses, err := s.store.SpendUses(ctx, *t, u.cost)
		if err != nil {
			return err
		}
		t.Usage.Uses = uses
	}
	for _, scope := range limited {
		calls, err := s.store.SpendCalls(ctx, *t, scope, u.cost)
		if err != nil {
			return err
		}
		t.Usage.Calls = maps.Clone(t.Usage.Calls)
		if t.Usage.Calls == nil {
			t.Usage.Calls = map[Scope]int64{}
		}
		t.Usage.Calls[scope] = calls
	}
	return nil
}

// limitedOf returns those of the scopes for which the token can be used only so often.
func (t Token) limitedOf(scopes []Scope) []Scope {
	var limited []Scope
	for _, scope := range scopes {
		if t.MaxCalls[scope] > 0 {
			limited = append(limited, scope)
		}
	}
	return limited
}
