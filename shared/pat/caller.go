package pat

import (
	"context"
	"errors"
	"strings"
)

// Scheme is the way in which a request shows its credential.
type Scheme int

// The schemes.
const (
	SchemeNone   Scheme = iota
	SchemeBearer        // a session JWT, another issuer's JWT, or a token
	SchemeBasic         // a token as the password; the user name is its owner's, or empty
)

// Credential is what a request shows of who asks.
type Credential struct {
	Product  Product // whose API is spoken
	Scheme   Scheme
	Username string // of SchemeBasic
	Secret   Secret
	Source   Source
}

// Caller is who asks, once that is proven. Only Authenticate makes one.
type Caller struct {
	Owner   OwnerID
	Product Product // whose API is spoken
	Source  Source

	via    string   // for Change.Via
	row    Owner    // as read for this request; Version 0 if there is none yet
	token  *Token   // the token presented, nil for a session
	scopes ScopeSet // effective
	full   bool     // may give any scope that is not a management scope
}

var errUnauthenticated = refuse(CodeUnauthenticated, "this needs a good credential")

// errExchanged keeps what a token can do by logging in from being more than the token can.
var errExchanged = refuse(CodeExchanged, "a session that was got with a token manages nothing: log in with a password")

// Authenticate makes the caller for every scheme and dialect. CodeUnauthenticated covers whatever is wrong
// with a credential, CodeUnavailable whatever kept us from judging it; CodeExchanged is for a good session that was
// got with a token.
func (s *Service) Authenticate(ctx context.Context, c Credential) (Caller, error) {
	if c.Scheme == SchemeNone || c.Secret.IsZero() {
		return Caller{}, errUnauthenticated
	}
	if c.Scheme == SchemeBearer && strings.Count(c.Secret.Reveal(), ".") == 2 { // only a JWT has dots
		session, err := s.sessions.Read(ctx, c.Secret, s.now())
		switch {
		case errors.Is(err, ErrForeign):
			return s.bySubject(ctx, c)
		case errors.Is(err, ErrBadJWT):
			return Caller{}, s.refuseJWT(ctx, err)
		case err != nil:
			return Caller{}, unavailable("read a session", err)
		}
		return s.bySession(ctx, c, session)
	}
	if products[c.Product].exchanges {
		return Caller{}, errUnauthenticated
	}
	return s.byToken(ctx, c)
}

// refuseJWT tells the operator why, and the caller not.
func (s *Service) refuseJWT(ctx context.Context, reason error) error {
	s.log.InfoContext(ctx, "a JWT was refused", "err", reason)
	return errUnauthenticated
}

func (s *Service) bySession(ctx context.Context, c Credential, session Session) (Caller, error) {
	row, err := s.ownerRow(ctx, session.Owner)
	if err != nil {
		return Caller{}, err
	}
	if row.Version == 0 || row.Deleted || row.Suspended || row.Epoch != session.Epoch {
		return Caller{}, errUnauthenticated
	}
	if session.Token != "" {
		return Caller{}, errExchanged
	}
	caller := Caller{Owner: row.ID, Product: c.Product, Source: c.Source, via: "session", row: row}
	if len(session.Scopes) == 0 {
		caller.full = true
		caller.scopes = s.policy.Closure(row.managementScopes())
	} else {
		caller.scopes = s.policy.Closure(row.withoutLostScopes(session.Scopes))
	}
	return caller, nil
}

func (s *Service) bySubject(ctx context.Context, c Credential) (Caller, error) {
	if s.identities == nil {
		return Caller{}, errUnauthenticated
	}
	identity, err := s.identities.Identify(ctx, c.Secret, s.now())
	switch {
	case errors.Is(err, ErrBadJWT):
		return Caller{}, s.refuseJWT(ctx, err)
	case err != nil:
		return Caller{}, unavailable("read another issuer's token", err)
	}
	id, ok := ParseOwnerID(string(subjectID(identity.Issuer, identity.Subject)))
	if !ok {
		return Caller{}, errUnauthenticated
	}
	row, err := s.ownerRow(ctx, id)
	if err != nil {
		return Caller{}, err
	}
	if row.Suspended || row.Deleted {
		return Caller{}, errUnauthenticated
	}
	for _, group := range identity.Groups {
		if groupForm.MatchString(group) && row.role(group) == "" && len(row.Groups) < MaxGroups {
			row.Groups = append(row.Groups, Membership{group, RoleMember})
		}
	}
	return Caller{Owner: id, Product: c.Product, Source: c.Source, via: "oidc", row: row, full: true,
		scopes: s.policy.Closure(memberScopes)}, nil
}

func (s *Service) byToken(ctx context.Context, c Credential) (Caller, error) {
	token, code, err := s.judge(ctx, c.Secret, use{by: &c.Product, owner: c.Username, ip: c.Source.IP, cost: 1})
	if err != nil {
		return Caller{}, err
	}
	if code != VerifyValid {
		return Caller{}, errUnauthenticated
	}
	row, err := s.ownerRow(ctx, token.Owner)
	if err != nil {
		return Caller{}, err
	}
	if row.Version == 0 || row.Suspended || row.Deleted {
		return Caller{}, errUnauthenticated
	}
	return Caller{Owner: token.Owner, Product: c.Product, Source: c.Source, via: "token:" + string(token.ID), row: row, token: &token,
		scopes: s.policy.Closure(row.withoutLostScopes(token.Scopes))}, nil
}

// ownerRow reads an owner's row; one that does not exist has Version 0.
func (s *Service) ownerRow(ctx context.Context, id OwnerID) (Owner, error) {
	row, err := s.store.Owner(ctx, id)
	if errors.Is(err, ErrNotFound) {
		return Owner{ID: id}, nil
	}
	if err != nil {
		return Owner{}, unavailable("read an owner", err)
	}
	return row, nil
}

func (o Owner) managementScopes() []Scope {
	if o.Admin {
		return adminScopes
	}
	return memberScopes
}

// withoutLostScopes leaves out what only an administrator may use, if the owner is none (any more).
func (o Owner) withoutLostScopes(scopes []Scope) []Scope {
	var kept []Scope
	for _, s := range scopes {
		if o.Admin || !s.needsAdmin() {
			kept = append(kept, s)
		}
	}
	return kept
}

// needs refuses a caller without the scope.
func (c Caller) needs(scope Scope) error {
	if c.scopes.Has(scope) {
		return nil
	}
	e := refuse(CodeInsufficientScope, "this needs the scope %s", scope)
	e.Scope = scope
	return e
}

// needsSession refuses a caller that came with a token or with another issuer's JWT.
func (c Caller) needsSession() error {
	if c.via == "session" {
		return nil
	}
	return refuse(CodeForbidden, "this needs a session of Latchkey's own: log in")
}

// sees reports whether the caller may know of the owner's tokens, manages whether it may change them. A
// token acts for its own owner only, unless it holds admin:all.
func (c Caller) sees(owner OwnerID) bool {
	return c.manages(owner) || (c.token == nil && owner.Group() != "" && c.row.role(owner.Group()) != "")
}

func (c Caller) manages(owner OwnerID) bool {
	return owner == c.Owner || c.scopes.Has(ScopeAdminAll) ||
		(c.token == nil && owner.Group() != "" && c.row.role(owner.Group()) == RoleAdmin)
}
