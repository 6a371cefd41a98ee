package pat

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"time"
)

// PatchRequest changes what is not nil.
type PatchRequest struct {
	ID          ID
	IfMatch     IfMatch
	Name        *string
	Description *string
	Scopes      *[]Scope
	Expiry      *Expiry
	Enabled     *bool
	AllowedIPs  *[]netip.Prefix
}

func (r PatchRequest) empty() bool {
	return r.Name == nil && r.Description == nil && r.Scopes == nil && r.Expiry == nil && r.Enabled == nil && r.AllowedIPs == nil
}

// IfMatch lists the versions at which a change may happen; nil: any.
type IfMatch []int64

func (m IfMatch) check(t Token) error {
	if m == nil || slices.Contains(m, t.Version) {
		return nil
	}
	return refuse(CodePrecondition, "the token is at version %d", t.Version)
}

// Patch changes a token. A token that is revoked or compromised stays as it is, and an expired one gets no
// new expiry: CodeConflict. No token gives another more than it has itself.
func (s *Service) Patch(ctx context.Context, c Caller, req PatchRequest) (Token, error) {
	if err := c.needs(ScopeTokensWrite); err != nil {
		return Token{}, err
	}
	return s.changeVisible(ctx, c, c.author(), req.ID, func(t *Token) (bool, error) {
		if err := req.IfMatch.check(*t); err != nil {
			return false, err
		}
		if t.Final() {
			return false, refuse(CodeConflict, "a revoked token stays as it is")
		}
		return !req.empty(), s.patch(c, t, req)
	})
}

func (s *Service) patch(c Caller, t *Token, req PatchRequest) error {
	var p problems
	now := s.now()
	widens := false
	if req.Name != nil {
		t.Name = *req.Name
		checkName(&p, t.Name)
	}
	if req.Description != nil {
		t.Description = *req.Description
		checkDescription(&p, t.Description)
	}
	if req.Scopes != nil {
		widens = widens || len(s.policy.Closure(t.Scopes).Missing(*req.Scopes)) > 0
		t.Scopes = *req.Scopes
		s.checkTokenScopes(&p, t.Product, t.Scopes)
	}
	if req.Expiry != nil {
		if t.expired(now) {
			return refuse(CodeConflict, "an expired token gets no new expiry; make a new token")
		}
		at := s.expiry(&p, c, *req.Expiry, now)
		widens = widens || at.IsZero() || (!t.ExpiresAt.IsZero() && at.After(t.ExpiresAt))
		t.ExpiresAt = at
	}
	if req.AllowedIPs != nil {
		widens = widens || !within(*req.AllowedIPs, t.AllowedIPs)
		t.AllowedIPs = *req.AllowedIPs
		checkAllowedIPs(&p, t.AllowedIPs)
	}
	if req.Enabled != nil {
		widens = widens || (*req.Enabled && t.Disabled)
		t.Disabled = !*req.Enabled
	}
	if !t.NotBefore.IsZero() && !t.ExpiresAt.IsZero() && !t.NotBefore.Before(t.ExpiresAt) {
		p.add("expiresAt", "after notBefore, which is %s", t.NotBefore.Format(time.RFC3339))
	}
	if err := p.err(); err != nil {
		return err
	}
	if widens {
		s.excess(&p, c, *t)
	}
	return excessive(p)
}

// DeleteRequest revokes a token.
type DeleteRequest struct {
	ID      ID
	IfMatch IfMatch
}

// Delete revokes a token for good. Once it has returned nil, no verification accepts the token. Revoking
// again is no error, but for a product that forgets: there, of several revocations one succeeds.
func (s *Service) Delete(ctx context.Context, c Caller, req DeleteRequest) error {
	if err := c.needs(ScopeTokensWrite); err != nil {
		return err
	}
	_, err := s.changeVisible(ctx, c, c.author().decided(), req.ID, func(t *Token) (bool, error) {
		if !t.Final() {
			if err := req.IfMatch.check(*t); err != nil {
				return false, err
			}
		}
		return s.revoke(t)
	})
	return err
}

// revoke ends a token; one that has ended already stays as it is.
func (s *Service) revoke(t *Token) (write bool, err error) {
	if t.Final() {
		return false, nil
	}
	t.RevokedAt = s.now()
	return true, nil
}

// DeleteSelf revokes the token that the caller came with; it needs no scope.
func (s *Service) DeleteSelf(ctx context.Context, c Caller, _ struct{}) error {
	if c.token == nil {
		return errNoSelf
	}
	_, err := s.changeToken(ctx, c.author().decided(), *c.token, s.revoke)
	return err
}

func (s *Service) changeVisible(ctx context.Context, c Caller, by author, id ID, edit func(*Token) (bool, error)) (Token, error) {
	t, err := s.visible(ctx, c, id)
	if err != nil {
		return Token{}, err
	}
	if !c.manages(t.Owner) {
		return Token{}, refuse(CodeForbidden, "only an admin of the group changes its tokens")
	}
	return s.changeToken(ctx, by, t, func(t *Token) (bool, error) {
		if !c.shows(*t, s.now()) { // it has ended since it was read
			return false, errNotFound
		}
		return edit(t)
	})
}

// changeToken writes what edit makes of a token, as a change of its author's.
func (s *Service) changeToken(ctx context.Context, by author, t Token, edit func(*Token) (bool, error)) (Token, error) {
	return s.replaceToken(ctx, by.standing, t, func(t *Token) (bool, error) {
		was := *t
		write, err := edit(t)
		if err == nil && write {
			s.changed(by, was, t)
		}
		return write, err
	})
}

// changed sets what every change sets that somebody makes, and what follows from it.
func (s *Service) changed(by author, was Token, t *Token) {
	t.UpdatedAt = s.now()
	t.LastChange = by.change(ChangeUpdated, t.UpdatedAt)
	if was.RevokedAt.IsZero() && !t.RevokedAt.IsZero() {
		t.LastChange.Kind = ChangeRevoked
	}
	if !was.purged(t.UpdatedAt) { // else nobody sees it, and nothing brings it back
		t.PurgeAt = t.purgeAt(s.policy.Retention)
	}
	switch {
	case !t.ExpiresAt.Equal(was.ExpiresAt) || t.Final() != was.Final():
		t.DueAt = s.policy.dueAt(*t, t.UpdatedAt)
	case was.DueAt.Equal(was.PurgeAt): // which the policy of today may have moved
		t.DueAt = t.PurgeAt
	}
	if t.Final() {
		t.Sealed = nil // nobody needs to read it again
	}
}

// replaceToken writes what edit makes of a token, on condition that nobody changed it since it was read;
// else it reads and edits again. edit reports whether there is anything to write.
func (s *Service) replaceToken(ctx context.Context, standing Standing, t Token, edit func(*Token) (bool, error)) (Token, error) {
	fresh := true
	err := s.again(ctx, "change a token", func() error {
		if !fresh {
			var err error
			if t, err = s.store.Token(ctx, t.Prefix); errors.Is(err, ErrNotFound) {
				return errNotFound
			} else if err != nil {
				return unavailable("read a token", err)
			}
		}
		fresh = false
		was := t.Version
		t = t.Clone()
		write, err := edit(&t)
		if err != nil || !write {
			return err
		}
		switch err := s.store.UpdateToken(ctx, t, was, standing); {
		case errors.Is(err, ErrCallerMoved):
			return standing.fallen("change a token")
		case errors.Is(err, ErrConflict):
			return err
		case errors.Is(err, ErrNotFound):
			return errNotFound
		case err != nil:
			return unavailable("change a token", err)
		}
		t.Version = was + 1
		return nil
	})
	if err != nil {
		return Token{}, err
	}
	return t, nil
}
