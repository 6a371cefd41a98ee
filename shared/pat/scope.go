package pat

import (
	"maps"
	"regexp"
	"slices"
)

// Scope is one thing that a token is good for, "resource:action". What a scope means is the product's
// business; those below are Latchkey's own.
type Scope string

// The management scopes. Only a holder may mint them.
const (
	ScopeTokensRead       Scope = "tokens:read"       // see the owner's tokens
	ScopeTokensWrite      Scope = "tokens:write"      // make, change and revoke them
	ScopeTokensIntrospect Scope = "tokens:introspect" // ask about tokens by RFC 7662
	ScopeSelfRotate       Scope = "self:rotate"       // give itself a new secret
	ScopeUserAdmin        Scope = "user:admin"        // manage accounts
	ScopeAdminAll         Scope = "admin:all"         // manage everyone's tokens and accounts
)

const (
	maxScopeLen = 128
	// MaxScopes bounds the scopes of a token, and of a request that names scopes.
	MaxScopes = 64
)

// In lower case, but for the operations of HOPRd, whose names are its own.
var scopeForm = regexp.MustCompile(`^([a-z0-9][a-z0-9._/*-]*:[a-z0-9._*-]+|hoprd:[A-Za-z]+)$`)

// fixedImplies is what a management scope, or a product's own, includes. A policy can add to it, not take away.
var fixedImplies = map[Scope][]Scope{
	ScopeAdminAll:    {ScopeUserAdmin, ScopeTokensWrite, ScopeTokensIntrospect, ScopeSelfRotate},
	ScopeTokensWrite: {ScopeTokensRead},

	"authlance:full_scope": {"authlance:public_scope"},
}

// memberScopes and adminScopes are the management scopes of a user's unrestricted session.
var (
	memberScopes = []Scope{ScopeTokensWrite, ScopeTokensIntrospect, ScopeSelfRotate}
	adminScopes  = []Scope{ScopeAdminAll}
)

// Valid reports whether the scope is well formed, and of at most 128 characters.
func (s Scope) Valid() bool { return len(s) <= maxScopeLen && scopeForm.MatchString(string(s)) }

// IsManagement reports whether the scope is one of Latchkey's own.
func (s Scope) IsManagement() bool {
	switch s {
	case ScopeTokensRead, ScopeTokensWrite, ScopeTokensIntrospect, ScopeSelfRotate, ScopeUserAdmin, ScopeAdminAll:
		return true
	}
	return false
}

// needsAdmin reports whether only an administrator's credential may use the scope.
func (s Scope) needsAdmin() bool { return s == ScopeUserAdmin || s == ScopeAdminAll }

// ScopeSet is a set of scopes, usually closed under implication.
type ScopeSet map[Scope]struct{}

// Has reports whether s is in the set.
func (set ScopeSet) Has(s Scope) bool { _, ok := set[s]; return ok }

// Missing returns the wanted scopes that are not in the set, in the order given.
func (set ScopeSet) Missing(wanted []Scope) []Scope {
	var missing []Scope
	for _, s := range wanted {
		if !set.Has(s) {
			missing = append(missing, s)
		}
	}
	return missing
}

// Sorted returns the scopes in alphabetical order.
func (set ScopeSet) Sorted() []Scope { return slices.Sorted(maps.Keys(set)) }

// checkScopes notes what is wrong with a list of scopes: the form of each, repeats, the count.
func checkScopes(p *problems, field string, scopes []Scope) {
	if len(scopes) > MaxScopes {
		p.add(field, "at most %d scopes", MaxScopes)
		return
	}
	seen := ScopeSet{}
	for i, s := range scopes {
		at := index(field, i)
		switch {
		case !s.Valid():
			p.add(at, "a scope is resource:action in lower case, at most %d characters", maxScopeLen)
		case seen.Has(s):
			p.add(at, "this scope is there twice")
		}
		seen[s] = struct{}{}
	}
}
