package pat

import (
	"maps"
	"net/netip"
	"slices"
	"time"
)

// excess notes in what the token would go beyond what the caller can give.
func (s *Service) excess(p *problems, c Caller, t Token) {
	for i, scope := range t.Scopes {
		switch {
		case !c.holds(scope):
			p.add(index("scopes", i), "the caller does not hold %s, so it cannot give it", scope)
		case scope.needsAdmin() && t.Owner != c.Owner:
			p.add(index("scopes", i), "%s is for an administrator's own tokens", scope)
		}
	}
	if c.token == nil {
		return
	}
	if !c.token.ExpiresAt.IsZero() && (t.ExpiresAt.IsZero() || t.ExpiresAt.After(c.token.ExpiresAt)) {
		p.add("expiresAt", "not after the calling token's own expiry, %s", c.token.ExpiresAt.Format(time.RFC3339))
	}
	if !within(t.AllowedIPs, c.token.AllowedIPs) {
		p.add("allowedIps", "not wider than the calling token's own")
	}
	if t.Owner != c.token.Owner {
		p.add("groupId", "a token makes tokens for its own owner only")
	}
	if c.token.MaxUses > 0 {
		p.add("maxUses", "a token with a limited number of uses makes and widens no others")
	}
	s.excessCalls(p, *c.token, t)
}

// excessCalls notes a scope for which the token could be used more often than its maker. How often that one was used
// already does not count.
func (s *Service) excessCalls(p *problems, maker, t Token) {
	may := s.policy.Closure(t.Scopes)
	for _, scope := range slices.Sorted(maps.Keys(maker.MaxCalls)) {
		if most, limited := t.MaxCalls[scope]; may.Has(scope) && (!limited || most > maker.MaxCalls[scope]) {
			p.add("maxCalls", "at most %s of %s, as the calling token has", plural(int(maker.MaxCalls[scope]), "call"), scope)
		}
	}
}

// within reports whether all that the inner rules allow, the outer ones allow.
func within(inner, outer []netip.Prefix) bool {
	if len(outer) == 0 {
		return true
	}
	for _, in := range inner {
		fits := false
		for _, out := range outer {
			fits = fits || (out.Bits() <= in.Bits() && out.Contains(in.Addr()))
		}
		if !fits {
			return false
		}
	}
	return len(inner) > 0
}

// excessive turns what excess noted into a refusal.
func excessive(p problems) error {
	if len(p) == 0 {
		return nil
	}
	return &Error{Code: CodeForbidden, Message: "the caller cannot give more than it has", Fields: p}
}
