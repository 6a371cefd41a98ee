package pat

import (
	"context"
	"slices"
)

// NumberedRequest asks for a page by its number, for products whose lists have such. The pages shift as tokens come
// and go; List's do not.
type NumberedRequest struct {
	Page int // from 1
	Size int // 1 to MaxPage
}

// NumberedResult is a page, newest first, and what there is in all.
type NumberedResult struct {
	Tokens  []Token
	Total   int
	Enabled int // of them, those that are not disabled
	More    bool
}

// maxNumbered bounds the records that are read to number an owner's tokens, ended ones included.
const maxNumbered = 20_000

// ListNumbered returns a page of the caller's own tokens. CodeConflict for an owner with so many records that they
// cannot all be read: a count or a last page that leaves out a living token would let its owner believe it gone.
func (s *Service) ListNumbered(ctx context.Context, c Caller, req NumberedRequest) (NumberedResult, error) {
	if err := c.needs(ScopeTokensRead); err != nil {
		return NumberedResult{}, err
	}
	var p problems
	if req.Page < 1 {
		p.add("page", "1 or more")
	}
	if req.Size < 1 || req.Size > MaxPage {
		p.add("pageSize", "1 to %d", MaxPage)
	}
	if err := p.err(); err != nil || c.row.Version == 0 {
		return NumberedResult{}, err
	}
	return s.number(ctx, c, req)
}

func (s *Service) number(ctx context.Context, c Caller, req NumberedRequest) (NumberedResult, error) {
	shown, err := s.shown(ctx, c, c.row)
	if err != nil {
		return NumberedResult{}, err
	}
	result := NumberedResult{Total: len(shown)}
	for _, t := range shown {
		if !t.Disabled {
			result.Enabled++
		}
	}
	from := min(min(req.Page-1, len(shown))*req.Size, len(shown)) // no page is so far out that it overflows
	to := min(from+req.Size, len(shown))
	result.Tokens, result.More = shown[from:to], to < len(shown)
	return result, nil
}

// shown returns all of the owner's tokens that the API which the caller speaks knows of, newest first.
func (s *Service) shown(ctx context.Context, c Caller, owner Owner) ([]Token, error) {
	var shown []Token
	now, examined := s.now(), 0
	err := s.pages(ctx, owner, func(page []Token) error {
		if examined += len(page); examined > maxNumbered {
			return refuse(CodeConflict, "there are too many tokens, ended ones included, to number them")
		}
		for _, t := range page {
			if !t.purged(now) && c.shows(t, now) {
				shown = append(shown, t)
			}
		}
		return nil
	})
	slices.SortStableFunc(shown, func(a, b Token) int { return b.CreatedAt.Compare(a.CreatedAt) }) // a prefix tells seconds alone
	return shown, err
}
