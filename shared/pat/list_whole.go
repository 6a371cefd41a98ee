package pat

import (
	"cmp"
	"context"
	"slices"
	"time"
)

// WholeRequest asks for all tokens at once, for products whose lists have no pages.
type WholeRequest struct {
	Group string // of this group, which the caller must manage; "": the caller's own
	// Soon keeps the tokens that will expire soon: within a tenth of what the policy has a token of the product's
	// live, or of four weeks.
	Soon bool
}

// fourWeeks stands for the life of a token that has none.
const fourWeeks = 28 * day

// ListWhole returns all the tokens that the API which the caller speaks knows of, newest first. CodeConflict for an owner
// with so many records that they cannot all be read.
func (s *Service) ListWhole(ctx context.Context, c Caller, req WholeRequest) ([]Token, error) {
	if err := c.needs(ScopeTokensRead); err != nil {
		return nil, err
	}
	owner, err := s.listedOwner(ctx, c, req.Group)
	if err != nil || owner.Version == 0 {
		return nil, err
	}
	tokens, err := s.shown(ctx, c, owner)
	if err != nil {
		return nil, err
	}
	if req.Soon {
		now := s.now()
		soon := now.Add(cmp.Or(s.policy.Lifetimes[c.Product.Name], fourWeeks) / 10)
		tokens = slices.DeleteFunc(tokens, func(t Token) bool { return !t.expiresWithin(now, soon) })
	}
	return tokens, nil
}

// listedOwner is the row of the group, or of the caller.
func (s *Service) listedOwner(ctx context.Context, c Caller, group string) (Owner, error) {
	if group == "" {
		return c.row, nil
	}
	if !groupForm.MatchString(group) || !c.sees(GroupID(group)) {
		return Owner{}, errNoGroup
	}
	if !c.manages(GroupID(group)) {
		return Owner{}, refuse(CodeForbidden, "only an admin of the group lists its tokens here")
	}
	return s.ownerRow(ctx, GroupID(group))
}

// expiresWithin reports whether the token lives now and ends by then.
func (t Token) expiresWithin(now, then time.Time) bool {
	return !t.ExpiresAt.IsZero() && !t.expired(now) && !t.ExpiresAt.After(then)
}
