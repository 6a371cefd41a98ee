package pat

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"time"
)

// VerifyCode is the verdict on a token. Only who presents the right secret learns more than VerifyNotFound.
type VerifyCode string

// The verdicts.
const (
	VerifyValid             VerifyCode = "VALID"
	VerifyNotFound          VerifyCode = "NOT_FOUND"
	VerifyExpired           VerifyCode = "EXPIRED"
	VerifyNotYetValid       VerifyCode = "NOT_YET_VALID"
	VerifyRevoked           VerifyCode = "REVOKED"
	VerifyDisabled          VerifyCode = "DISABLED"
	VerifyCompromised       VerifyCode = "COMPROMISED"
	VerifySuspended         VerifyCode = "SUSPENDED"
	VerifyExhausted         VerifyCode = "EXHAUSTED"
	VerifyIPNotAllowed      VerifyCode = "IP_NOT_ALLOWED"
	VerifyInsufficientScope VerifyCode = "INSUFFICIENT_SCOPE"
)

var statusCodes = map[Status]VerifyCode{
	StatusActive:      VerifyValid,
	StatusNotYetValid: VerifyNotYetValid,
	StatusDisabled:    VerifyDisabled,
	StatusSuspended:   VerifySuspended,
	StatusExhausted:   VerifyExhausted,
	StatusExpired:     VerifyExpired,
	StatusRevoked:     VerifyRevoked,
	StatusCompromised: VerifyCompromised,
}

// MaxCost bounds the uses that one verification can spend.
const MaxCost = 1000

// VerifyRequest asks whether a token is good, for what, and from where.
type VerifyRequest struct {
	Token  Secret
	Scopes []Scope    // all must be among the effective ones
	IP     netip.Addr // of the token's user; invalid: unknown, which fits no IP rule
	Cost   int64      // uses to spend of a limited token, 0 to MaxCost; 0 only looks, and is no use
	// Made is the product that must have made it, else it is not found; nil: any.
	Made *ProductName
}

// VerifyResult is the verdict. Token is set unless the code is VerifyNotFound.
type VerifyResult struct {
	Code    VerifyCode
	Token   *Token
	Missing []Scope   // with VerifyInsufficientScope
	At      time.Time // when it was judged, which is the time of this use
}

// Verify judges a token string. It writes nothing but the note of use, and for a token with limited uses
// the count; no answer comes from a copy.
func (s *Service) Verify(ctx context.Context, req VerifyRequest) (VerifyResult, error) {
	var p problems
	checkScopes(&p, "scopes", req.Scopes)
	if req.Cost < 0 || req.Cost > MaxCost {
		p.add("cost", "0 to %d", MaxCost)
	}
	if err := p.err(); err != nil {
		return VerifyResult{}, err
	}
	var at time.Time
	u := use{ip: req.IP, scopes: req.Scopes, cost: req.Cost, at: &at}
	if req.Made != nil {
		u.takes = req.Made.made()
	}
	token, code, err := s.judge(ctx, req.Token, u)
	if err != nil {
		return VerifyResult{}, err
	}
	if code == VerifyNotFound {
		return VerifyResult{Code: code}, nil
	}
	result := VerifyResult{Code: code, Token: &token, At: at}
	if code == VerifyInsufficientScope {
		result.Missing = s.policy.Closure(token.Scopes).Missing(req.Scopes)
	}
	return result, nil
}

// use is what a token is about to be used for.
type use struct {
	takes  func(ProductName) bool // whose tokens will do; nil: anybody's
	owner  string                 // the owner's name, if the user says it
	user   bool                   // the owner must be a local user
	ip     netip.Addr
	scopes []Scope
	cost   int64
	at     *time.Time // set to when it was judged; nil: nobody asks
}

// judge is the one way from a token string to a verdict, for verification and for callers alike. An error
// means that nothing was decided.
func (s *Service) judge(ctx context.Context, secret Secret, u use) (Token, VerifyCode, error) {
	keys, err := s.ring.Get(ctx)
	if err != nil {
		return Token{}, "", err
	}
	prefix, err := NewStrings(s.policy.Brand, keys.Tag).Parse(secret)
	if err != nil {
		return Token{}, VerifyNotFound, nil
	}
	u.ip = u.ip.Unmap() // an IPv4 address is one however it is written
	for range tries {
		token, err := s.store.Token(ctx, prefix)
		if errors.Is(err, ErrNotFound) {
			return Token{}, VerifyNotFound, nil
		}
		if err != nil {
			return Token{}, "", unavailable("read a token", err)
		}
		now := s.now()
		if !token.Hash.Equal(secret.Hash()) || token.purged(now) {
			return Token{}, VerifyNotFound, nil
		}
		if u.at != nil {
			*u.at = now
		}
		code := s.verdict(token, u, now)
		if code != VerifyValid || u.cost == 0 {
			return token, code, nil
		}
		switch err := s.spend(ctx, &token, u); {
		case errors.Is(err, ErrConflict) && ctx.Err() == nil:
			continue // the record has changed since it was read: judge it anew
		case errors.Is(err, ErrSpent):
			return token, VerifyExhausted, nil
		case err != nil:
			return Token{}, "", unavailable("count a use", err)
		}
		s.touch(ctx, &token, u.ip, now)
		return token, VerifyValid, nil
	}
	return Token{}, "", unavailable("count a use", ErrConflict)
}

// verdict judges all but the count of uses, which only the store can.
func (s *Service) verdict(t Token, u use, now time.Time) VerifyCode {
	if u.takes != nil && !u.takes(t.Product) {
		return VerifyNotFound
	}
	if u.owner != "" && u.owner != t.Owner.Name() || u.user && !t.Owner.IsUser() {
		return VerifyNotFound
	}
	if code := statusCodes[t.Status(now)]; code != VerifyValid {
		return code
	}
	if !t.allowsIP(u.ip) {
		return VerifyIPNotAllowed
	}
	if len(u.scopes) > 0 && len(s.policy.Closure(t.Scopes).Missing(u.scopes)) > 0 {
		return VerifyInsufficientScope
	}
	for _, scope := range t.limitedOf(u.scopes) {
		if t.Usage.Calls[scope] >= t.MaxCalls[scope] {
			return VerifyExhausted
		}
	}
	return VerifyValid
}

const (
	touchEvery   = time.Minute
	touchTimeout = 250 * time.Millisecond
	maxLastIPs   = 5
)

// touch notes the use, at most once a minute a token. It has its own deadline, and failing is not the answer's affair.
func (s *Service) touch(ctx context.Context, t *Token, ip netip.Addr, now time.Time) {
	was := t.Usage.LastUsedAt
	if now.Before(was.Add(touchEvery)) {
		return
	}
	used := t.Usage
	used.LastUsedAt = now
	if ip.IsValid() {
		ips := slices.DeleteFunc(slices.Clone(used.LastUsedIPs), func(old netip.Addr) bool { return old == ip })
		ips = slices.Insert(ips, 0, ip)
		used.LastUsedIPs = ips[:min(len(ips), maxLastIPs)]
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), touchTimeout)
	defer cancel()
	switch err := s.store.TouchToken(ctx, t.Prefix, was, used); {
	case err == nil:
		t.Usage = used
	case !errors.Is(err, ErrConflict):
		s.log.WarnContext(ctx, "a token's use was not noted", "prefix", t.Prefix, "err", err)
	}
}
