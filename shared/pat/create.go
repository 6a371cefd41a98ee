package pat

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"time"
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
	Wire        []byte // for Token.Wire
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
	if err := s.creates.take(string(c.Owner), s.now()); err != nil {
		return CreateResult{}, err
	}
	draft, err := s.draft(c, req)
	if err != nil {
		return CreateResult{}, err
	}
	done, err := s.turns.take(ctx, draft.Owner)
	if err != nil {
		return CreateResult{}, err
	}
	defer done()

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
		Owner: c.Owner, CreatedBy: c.Owner, Product: c.Product, Wire: req.Wire,
		Name: req.Name, Description: req.Description, Scopes: req.Scopes,
		AllowedIPs: req.AllowedIPs, NotBefore: whole(req.NotBefore), MaxUses: req.MaxUses,
		CreatedAt: now, UpdatedAt: now, LastChange: c.author().change(ChangeCreated, now),
	}
	var p problems
	if req.Group != "" {
		if !groupForm.MatchString(req.Group) {
			p.add("groupId", "letters, digits and . _ : -, at most 64")
			return Token{}, p.err()
		}
		t.Owner = GroupID(req.Group)
		if !c.sees(t.Owner) {
			return Token{}, refuse(CodeNotFound, "there is no such group")
		}
		if !c.manages(t.Owner) {
			return Token{}, refuse(CodeForbidden, "only an admin of the group makes its tokens")
		}
	}
	if req.Name != "" || !products[c.Product].nameless {
		checkName(&p, req.Name)
	}
	checkDescription(&p, req.Description)
	s.checkTokenScopes(&p, req.Scopes)
	checkAllowedIPs(&p, req.AllowedIPs)
	if req.MaxUses < 0 || req.MaxUses > maxMaxUses {
		p.add("maxUses", "1 to %d", maxMaxUses)
	}
	t.ExpiresAt = s.expiry(&p, c, req.Expiry, now)
	if !t.NotBefore.IsZero() && !t.ExpiresAt.IsZero() && !t.NotBefore.Before(t.ExpiresAt) {
		p.add("notBefore", "before the expiry, which is %s", t.ExpiresAt.Format(time.RFC3339))
	}
	if err := p.err(); err != nil {
		return Token{}, err
	}
	c.excess(&p, t)
	return t, excessive(p)
}

// checkTokenScopes notes what is wrong with the scopes that a token is to have.
func (s *Service) checkTokenScopes(p *problems, scopes []Scope) {
	if len(scopes) == 0 {
		p.add("scopes", "at least one scope")
	}
	checkScopes(p, "scopes", scopes)
	for i, scope := range scopes {
		if scope.Valid() && !s.policy.mintable(scope) {
			p.add(index("scopes", i), "the policy has no such scope")
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

// expiry judges what a request says of a token's end. The default is shortened to what the caller can give;
// what is asked for is refused beyond it.
func (s *Service) expiry(p *problems, c Caller, e Expiry, now time.Time) time.Time {
	latest, habits := now.Add(s.policy.MaxLifetime), products[c.Product]
	lasts := habits.lasts && !s.policy.LifetimesForAll
	unsaid := e.At.IsZero() && e.After == 0
	switch {
	case lasts && unsaid:
		return time.Time{}
	case e.Never, habits.lasts && unsaid: // who says nothing there means no end
		if !s.policy.AllowNeverExpiring {
			p.add("expiresAt", "the policy has no tokens without an expiry; at most %s", lifetime(s.policy.MaxLifetime))
		}
		return time.Time{}
	case unsaid:
		at := now.Add(s.policy.DefaultLifetime)
		if c.token != nil && !c.token.ExpiresAt.IsZero() && at.After(c.token.ExpiresAt) {
			at = c.token.ExpiresAt
		}
		return at
	}
	at := whole(e.At)
	if e.After != 0 {
		at = whole(now.Add(e.After))
	}
	switch {
	case !at.After(now):
		p.add("expiresAt", "in the past")
	case at.After(latest) && !lasts:
		p.add("expiresAt", "at most %s from now, which is %s", lifetime(s.policy.MaxLifetime), latest.Format(time.RFC3339))
	}
	return at
}

// whole is an instant as records have it.
func whole(at time.Time) time.Time { return at.UTC().Truncate(time.Millisecond) }

func lifetime(d time.Duration) string {
	if d%day == 0 {
		return plural(int(d/day), "day")
	}
	return d.String()
}
