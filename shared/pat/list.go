package pat

import (
	"context"
	"slices"
	"strings"
)

// ListRequest asks for a page of tokens, newest first.
type ListRequest struct {
	Group  string  // of this group
	Owner  OwnerID // of this owner; needs admin:all for any but the caller's own
	Status Status  // only those in this state; "": all
	// Prefix keeps the tokens whose prefix begins so. With admin:all, and neither owner nor group, it looks
	// among everyone's (4 characters at least), by rising prefix, and may lag behind writes.
	Prefix string
	Limit  int    // 1 to MaxPage; 0: DefaultPage
	Cursor Prefix // the last token of the page before
}

// ListResult is a page; Next is "" on the last one.
type ListResult struct {
	Tokens []Token
	Next   Prefix
}

// DefaultPage and MaxPage bound a page of a listing.
const (
	DefaultPage = 50
	MaxPage     = 200
)

// maxExamined bounds the records that one listing reads; a page may be short for it, with a Next.
const maxExamined = 2000

const minFragment = 4

const notACursor = "not a cursor of this listing"

// List returns a page of the tokens that the caller may see.
func (s *Service) List(ctx context.Context, c Caller, req ListRequest) (ListResult, error) {
	if err := c.needs(ScopeTokensRead); err != nil {
		return ListResult{}, err
	}
	everyone := req.Prefix != "" && req.Owner == "" && req.Group == "" && c.scopes.Has(ScopeAdminAll)
	var p problems
	if req.Limit < 0 || req.Limit > MaxPage {
		p.add("limit", "1 to %d", MaxPage)
	}
	if req.Status != "" && !slices.Contains(Statuses(), req.Status) {
		p.add("status", "one of %s", strings.Join(statusNames(), ", "))
	}
	if req.Prefix != "" && (!isPrefixText(req.Prefix) || len(req.Prefix) > PrefixLen || everyone && len(req.Prefix) < minFragment) {
		p.add("prefix", "%d to %d characters of 0-9 and a-v", minFragment, PrefixLen)
	}
	if _, ok := ParsePrefix(string(req.Cursor)); !ok && req.Cursor != "" {
		p.add("cursor", notACursor)
	}
	owner := c.Owner
	switch {
	case req.Group != "" && req.Owner != "":
		p.add("groupId", "either groupId or owner")
	case req.Group != "" && !groupForm.MatchString(req.Group):
		p.add("groupId", "letters, digits and . _ : -, at most 64")
	case req.Group != "":
		owner = GroupID(req.Group)
	case req.Owner != "":
		id, ok := ParseOwnerID(string(req.Owner))
		if !ok {
			p.add("owner", "such as user#alice; in a URL, # is written %%23")
		}
		owner = id
	}
	if err := p.err(); err != nil {
		return ListResult{}, err
	}
	if req.Limit == 0 {
		req.Limit = DefaultPage
	}
	if everyone {
		return s.find(ctx, c, req)
	}
	if !c.sees(owner) {
		return ListResult{}, refuse(CodeNotFound, "there is no such owner")
	}
	return s.listOwner(ctx, c, owner, req)
}

func statusNames() []string {
	var names []string
	for _, status := range Statuses() {
		names = append(names, string(status))
	}
	return names
}

func (s *Service) listOwner(ctx context.Context, c Caller, owner OwnerID, req ListRequest) (ListResult, error) {
	row, err := s.ownerRow(ctx, owner)
	if err != nil {
		return ListResult{}, err
	}
	if row.Version == 0 {
		return ListResult{}, cursorOf(req.Cursor == "")
	}
	if err := cursorOf(req.Cursor == "" || req.Cursor.Tag() == row.Tag); err != nil {
		return ListResult{}, err
	}
	var result ListResult
	before, size := req.Cursor, req.Limit+1
	if req.Status != "" || req.Prefix != "" {
		size = MaxPage
	}
	for examined := 0; examined < maxExamined; {
		page, next, err := s.store.Tokens(ctx, row.ID, row.Tag, before, size)
		if err != nil {
			return ListResult{}, unavailable("list tokens", err)
		}
		examined += size
		for i, t := range page {
			if s.listed(c, t, req) {
				result.Tokens = append(result.Tokens, t)
			}
			if len(result.Tokens) == req.Limit {
				if next != "" || i+1 < len(page) {
					result.Next = t.Prefix
				}
				return result, nil
			}
		}
		if next == "" {
			return result, nil
		}
		before = next
	}
	result.Next = before
	return result, nil
}

// find looks for a prefix among all owners' tokens.
func (s *Service) find(ctx context.Context, c Caller, req ListRequest) (ListResult, error) {
	if err := cursorOf(req.Cursor == "" || strings.HasPrefix(string(req.Cursor), req.Prefix)); err != nil {
		return ListResult{}, err
	}
	found, err := s.store.FindTokens(ctx, req.Prefix, req.Cursor, req.Limit+1) // one more, to know whether there is more
	if err != nil {
		return ListResult{}, unavailable("find tokens", err)
	}
	var result ListResult
	if len(found) > req.Limit {
		found = found[:req.Limit]
		result.Next = found[req.Limit-1].Prefix
	}
	for _, t := range found {
		if s.listed(c, t, req) {
			result.Tokens = append(result.Tokens, t)
		}
	}
	return result, nil
}

func (s *Service) listed(c Caller, t Token, req ListRequest) bool {
	now := s.now()
	return c.shows(t, now) && !t.purged(now) && strings.HasPrefix(string(t.Prefix), req.Prefix) && (req.Status == "" || t.Status(now) == req.Status)
}

// cursorOf refuses a cursor that is not of this listing.
func cursorOf(ok bool) error {
	var p problems
	if !ok {
		p.add("cursor", notACursor)
	}
	return p.err()
}
