package pat

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// CreateRequest asks for a token.
type CreateRequest struct {
	Name        string
	Description string
	Scopes      []Scope
	Expiry      Expiry
	NotBefore   time.Time
	Group       string // the group that is to own it; "": the caller's owner
	AllowedIPs  []netip.Prefix
	MaxUses     int64
	MaxCalls    map[Scope]int64 // for Token.MaxCalls: of scopes that the token is to have
	Wire        []byte          // for Token.Wire
	Replay      *Replay
}

// Expiry is what a request says of a token's end. The zero value asks for the policy's default.
type Expiry struct {
	At    time.Time
	After time.Duration
	Never bool
}

// CreateResult is the new token and, for this once, its secret.
type CreateResult struct {
	Token    Token
	Secret   Secret
	Replayed bool // the answer to an earlier request with the same idempotency key
}

const (
	maxAllowedIPs = 32
	maxMaxUses    = 1_000_000_000
	maxMaxCalls   = 1<<31 - 1 // which clients can count in 32 bits
)

// Create makes a token for the caller's owner or for a group that the caller manages. CodeLimitReached when
// the owner has as many live tokens as allowed, exactly, however many requests race.
func (s *Service) Create(ctx context.Context, c Caller, req CreateRequest) (CreateResult, error) {
	if err := c.needs(ScopeTokensWrite); err != nil {
		return CreateResult{}, err
	}
	keys, err := s.ring.Get(ctx)
	if err != nil {
		return CreateResult{}, err
	}
	replay, earlier, err := s.replay(ctx, keys, c, "create", req.Replay)
	if err != nil {
		return CreateResult{}, err
	}
	if earlier != nil {
		return earlier.result(), nil
	}
	if err := s.creates.take(c.maker(), s.now()); err != nil {
		return CreateResult{}, err
	}
	draft, err := s.draft(c, req)
	if err != nil {
		return CreateResult{}, err
	}
	if c.Product.counts() {
		done, err := s.turns.take(ctx, draft.Owner)
		if err != nil {
			return CreateResult{}, err
		}
		defer done()
	}

	var result CreateResult
	err = s.again(ctx, "create a token", func() error {
		var err error
		result, err = s.mint(ctx, keys, c, draft, replay)
		if !errors.Is(err, ErrAnswerTaken) {
			return err
		}
		// A repeat of this request came first.
		_, earlier, replayErr := s.replay(ctx, keys, c, "create", req.Replay)
		if earlier == nil && replayErr == nil {
			return err
		}
		if replayErr == nil {
			result = earlier.result()
		}
		return replayErr
	})
	return result, err
}

// draft judges a request by the caller's rights and the policy: the token but for what mint draws.
func (s *Service) draft(c Caller, req CreateRequest) (Token, error) {
	now := s.now()
	if len(req.Wire) > MaxWire {
		return Token{}, fmt.Errorf("create a token: %d bytes of wire are more than %d", len(req.Wire), MaxWire)
	}
	t := Token{
		Owner: c.Owner, CreatedBy: c.Owner, Product: c.Product.Name, Wire: req.Wire,
		Name: req.Name, Description: req.Description, Scopes: req.Scopes,
		AllowedIPs: req.AllowedIPs, NotBefore: whole(req.NotBefore), MaxUses: req.MaxUses, MaxCalls: maps.Clone(req.MaxCalls),
		CreatedAt: now, UpdatedAt: now, LastChange: c.author().change(ChangeCreated, now),
	}
	if c.Product.Mute && c.token != nil {
		t.AllowedIPs = c.token.AllowedIPs
	}
	var p problems
	if req.Group != "" {
		if err := c.mayMakeFor(req.Group); err != nil {
			return Token{}, err
		}
		t.Owner = GroupID(req.Group)
	}
	c.Product.checkName(&p, req.Name)
	checkDescription(&p, req.Description)
	s.checkTokenScopes(&p, t.Product, req.Scopes)
	checkAllowedIPs(&p, req.AllowedIPs)
	if req.MaxUses < 0 || req.MaxUses > maxMaxUses {
		p.add("maxUses", "1 to %d", maxMaxUses)
	}
	checkMaxCalls(&p, req)
	t.ExpiresAt = s.expiry(&p, c, req.Expiry, now)
	if !t.NotBefore.IsZero() && !t.ExpiresAt.IsZero() && !t.NotBefore.Before(t.ExpiresAt) {
		p.add("notBefore", "before the expiry, which is %s", t.ExpiresAt.Format(time.RFC3339))
	}
	if err := p.err(); err != nil {
		return Token{}, err
	}
	s.excess(&p, c, t)
	return t, excessive(p)
}

// mayMakeFor refuses a group whose tokens the caller may not make.
func (c Caller) mayMakeFor(group string) error {
	if !groupForm.MatchString(group) {
		var p problems
		p.add("groupId", "letters, digits and . _ : -, at most 64")
		return p.err()
	}
	if !c.sees(GroupID(group)) {
		return errNoGroup
	}
	if !c.manages(GroupID(group)) {
		return refuse(CodeForbidden, "only an admin of the group makes its tokens")
	}
	return nil
}

var errNoGroup = refuse(CodeNotFound, "there is no such group")

// checkName notes what is wrong with the name of a token that the product makes.
func (r Product) checkName(p *problems, name string) {
	switch {
	case r.AnyName > 0:
		if !utf8.ValidString(name) || utf8.RuneCountInString(name) > r.AnyName {
			p.add("name", "at most %d characters", r.AnyName)
		}
	case name != "" || !r.Nameless:
		checkName(p, name)
	}
}

// checkTokenScopes notes what is wrong with the scopes that a token is to have.
func (s *Service) checkTokenScopes(p *problems, product ProductName, scopes []Scope) {
	if len(scopes) == 0 {
		p.add("scopes", "at least one scope")
	}
	checkScopes(p, "scopes", scopes)
	for i, scope := range scopes {
		switch owned := ownerOf(scope); {
		case !scope.Valid() || owned != Native && owned == product:
		case owned != Native:
			p.add(index("scopes", i), "only a token that was made through the API of %s has this scope", owned)
		case !s.policy.mintable(scope):
			p.add(index("scopes", i), "the policy has no such scope")
		}
	}
}

// ownerOf returns the product whose own word the scope is, Native if it is nobody's: no policy can take such a word from that
// product's tokens, and no other token has it, so that whoever asks for it asks for one of theirs.
func ownerOf(scope Scope) ProductName {
	resource, _, _ := strings.Cut(string(scope), ":")
	if name := ProductName(resource); slices.Contains(Products(), name) {
		return name
	}
	return Native
}

// checkMaxCalls notes what is wrong with the limits of calls.
func checkMaxCalls(p *problems, req CreateRequest) {
	for _, scope := range slices.Sorted(maps.Keys(req.MaxCalls)) {
		if !slices.Contains(req.Scopes, scope) {
			p.add("maxCalls", "limits are of scopes that the token has")
			return
		}
		if most := req.MaxCalls[scope]; most < 1 || most > maxMaxCalls {
			p.add("maxCalls", "of each scope 1 to %d", maxMaxCalls)
			return
		}
	}
}

func checkAllowedIPs(p *problems, rules []netip.Prefix) {
	if len(rules) > maxAllowedIPs {
		p.add("allowedIps", "at most %d", maxAllowedIPs)
	}
	for i, rule := range rules {
		if !rule.IsValid() || rule.Masked() != rule || rule.Addr().Is4In6() {
			p.add(index("allowedIps", i), "an address, or a network with its host bits zero such as 192.0.2.0/24")
		}
	}
}

// expiry judges what a request says of a token's end.
func (s *Service) expiry(p *problems, c Caller, e Expiry, now time.Time) time.Time {
	if e.At.IsZero() && e.After == 0 {
		if e.Never {
			return s.never(p, c.Product)
		}
		return s.unasked(p, c, now)
	}
	at := whole(e.At)
	if e.After != 0 {
		at = whole(now.Add(e.After))
	}
	longest := s.longest(c.Product)
	switch latest := now.Add(longest); {
	case !at.After(now):
		p.add("expiresAt", "in the past")
	case longest > 0 && at.After(latest):
		p.add("expiresAt", "at most %s from now, which is %s", lifetime(longest), latest.Format(time.RFC3339))
	case at.After(lastInstant):
		p.add("expiresAt", "beyond the year 9999")
	}
	return at
}

// never is the end of a token that has none.
func (s *Service) never(p *problems, r Product) time.Time {
	if !s.policy.AllowNeverExpiring && (!r.Lasts || s.policy.LifetimesForAll) {
		p.add("expiresAt", "the policy has no tokens without an expiry; at most %s", lifetime(s.policy.MaxLifetime))
	}
	return time.Time{}
}

// unasked is the end of a token whose request says nothing of it. What it gets by default is shortened to what the caller
// can give; what is asked for is refused beyond it.
func (s *Service) unasked(p *problems, c Caller, now time.Time) (at time.Time) {
	r := c.Product
	lasts := cmp.Or(s.policy.Lifetimes[r.Name], r.Lifetime)
	if lasts == 0 && (!r.Lasts || r.Mute && s.policy.LifetimesForAll) {
		lasts = s.policy.DefaultLifetime
	}
	if lasts == 0 && !r.Mute { // who says nothing there means no end
		return s.never(p, r)
	}
	if lasts > 0 {
		if longest := s.longest(r); longest > 0 {
			lasts = min(lasts, longest)
		}
		at = now.Add(lasts)
	}
	if c.token != nil && !c.token.ExpiresAt.IsZero() && (at.IsZero() || at.After(c.token.ExpiresAt)) {
		at = c.token.ExpiresAt
	}
	return at
}

// longest is how long a token of the product's may live; 0: for ever.
func (s *Service) longest(r Product) time.Duration {
	switch {
	case s.policy.LifetimesForAll:
		return s.policy.MaxLifetime
	case r.Lasts:
		return 0
	}
	return cmp.Or(r.MaxLifetime, s.policy.MaxLifetime)
}

// whole is an instant as records have it.
func whole(at time.Time) time.Time { return at.UTC().Truncate(time.Millisecond) }

func lifetime(d time.Duration) string {
	if d%day == 0 {
		return plural(int(d/day), "day")
	}
	return d.String()
}
