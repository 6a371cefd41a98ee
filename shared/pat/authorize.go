package pat

import "context"

// AuthorizeRequest asks, for a service that stands behind this one, who the caller is and whether he may go on.
type AuthorizeRequest struct {
	Scopes []Scope // all must be among the effective ones
}

// AuthorizeResult is what that service is told.
type AuthorizeResult struct {
	Owner  OwnerID
	Groups []string // of the owner; a group's token is of that group
	Scopes []Scope  // effective; of an unrestricted session, which may do all else too, its management scopes
	Token  ID       // "" if the caller came with a session
}

// Authorize says who a caller is that holds what is needed. That the caller is good at all, Authenticate has found, which
// also counts and notes the use of a token.
func (s *Service) Authorize(_ context.Context, c Caller, req AuthorizeRequest) (AuthorizeResult, error) {
	var p problems
	checkScopes(&p, "scope", req.Scopes)
	if err := p.err(); err != nil {
		return AuthorizeResult{}, err
	}
	for _, scope := range req.Scopes {
		if c.holds(scope) && (ownerOf(scope) == Native || c.token != nil) { // a product's own words, only its tokens have
			continue
		}
		return AuthorizeResult{}, c.needs(scope)
	}
	result := AuthorizeResult{Owner: c.Owner, Scopes: c.scopes.Sorted()}
	if token, ok := c.Token(); ok {
		result.Token = token.ID
	}
	if group := c.Owner.Group(); group != "" {
		result.Groups = []string{group}
	}
	for _, m := range c.row.Groups {
		result.Groups = append(result.Groups, m.Group)
	}
	return result, nil
}

// holds reports whether the caller has the scope: an unrestricted session has all but the management scopes of others.
func (c Caller) holds(scope Scope) bool {
	return c.scopes.Has(scope) || c.full && !scope.IsManagement()
}
