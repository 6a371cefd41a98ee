package pat

import (
	"context"
	"errors"
	"maps"
	"strings"
)

// Scheme is the way in which a request shows its credential.
type Scheme int

// The schemes.
const (
	SchemeNone   Scheme = iota
	SchemeBearer        // a session JWT, another issuer's JWT, or a token
	SchemeBasic         // a token as the password; the user name is its owner's, or empty, or $app
	SchemeKey           // tokens by themselves: the first that is good for what is needed
)

// Credential is what a request shows of who asks, and for what.
type Credential struct {
	Product  Product // whose API is spoken
	Scheme   Scheme
	Username string // of SchemeBasic
	Secret   Secret
	Keys     []Secret // of SchemeKey, in place of Secret
	Source   Source

	// Needs is a scope without which the caller may do nothing here; Grants is what else he may do here once he has it.
	Needs  Scope
	Grants []Scope
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

// Token returns the record of the token that the caller came with; ok is false for a session.
func (c Caller) Token() (t Token, ok bool) {
	if c.token == nil {
		return Token{}, false
	}
	return c.token.Clone(), true
}

var errUnauthenticated = refuse(CodeUnauthenticated, "this needs a good credential")

// errExchanged keeps what a token can do by logging in from being more than the token can.
var errExchanged = refuse(CodeExchanged, "a session that was got with a token manages nothing: log in with a password")

// Authenticate makes the caller for every scheme and dialect. CodeUnauthenticated covers whatever is wrong
// with a credential, CodeUnavailable whatever kept us from judging it; CodeInsufficientScope is for a good one without
// the scope that is needed, CodeExchanged for a good session that was got with a token.
func (s *Service) Authenticate(ctx context.Context, c Credential) (Caller, error) {
	if c.Scheme == SchemeKey {
		return s.byKeys(ctx, c)
	}
	caller, err := s.prove(ctx, c)
	if err != nil {
		return Caller{}, err
	}
	if c.Needs != "" && !caller.full {
		if err := caller.needs(c.Needs); err != nil {
			return Caller{}, err
		}
	}
	return s.granted(caller, c), nil
}

// granted adds what the caller may do here by having what was needed.
func (s *Service) granted(caller Caller, c Credential) Caller {
	maps.Copy(caller.scopes, s.policy.Closure(c.Grants))
	return caller
}

// prove makes the caller of one credential.
func (s *Service) prove(ctx context.Context, c Credential) (Caller, error) {
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
	caller, code, err := s.byToken(ctx, c, c.Secret)
	if err == nil && code != VerifyValid {
		err = errUnauthenticated
	}
	return caller, err
}

// byKeys makes the caller of the first key that is good for what is needed. A good one that is not outweighs those that are
// not good at all: who holds it is known, and may not.
func (s *Service) byKeys(ctx context.Context, c Credential) (Caller, error) {
	denied := errUnauthenticated
	for _, key := range c.Keys {
		if c.Product.Superuser && s.isSuperuser(key) {
			return s.granted(Caller{Owner: c.Product.Owner, Product: c.Product, Source: c.Source, via: "superuser",
				row: Owner{ID: c.Product.Owner}, full: true, scopes: ScopeSet{}}, c), nil
		}
		caller, code, err := s.byToken(ctx, c, key)
		switch {
		case err != nil:
			return Caller{}, err
		case code == VerifyValid:
			return s.granted(caller, c), nil
		case code == VerifyInsufficientScope || code == VerifyExhausted:
			denied = refuse(CodeInsufficientScope, "this needs the scope %s, and a call of it that is left", c.Needs)
			denied.Scope = c.Needs
		}
	}
	return Caller{}, denied
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

// isSuperuser compares with the superuser's token, if there is one.
func (s *Service) isSuperuser(key Secret) bool {
	return !s.superuser.IsZero() && key.Hash().Equal(s.superuser.Hash())
}

// byToken makes the caller of a token, if the verdict on it is VerifyValid.
func (s *Service) byToken(ctx context.Context, c Credential, secret Secret) (Caller, VerifyCode, error) {
	form := c.form()
	u := use{takes: c.Product.takes(form), ip: c.Source.IP, cost: 1}
	if form&AsNamed != 0 {
		u.owner = c.Username
	}
	if form == AsKey && c.Needs != "" {
		u.scopes = []Scope{c.Needs}
	}
	token, code, err := s.judge(ctx, secret, u)
	if err != nil || code != VerifyValid {
		return Caller{}, code, err
	}
	row, err := s.ownerRow(ctx, token.Owner)
	if err != nil {
		return Caller{}, "", err
	}
	if row.Version == 0 || row.Suspended || row.Deleted {
		return Caller{}, VerifySuspended, nil
	}
	return Caller{Owner: token.Owner, Product: c.Product, Source: c.Source, via: "token:" + string(token.ID), row: row, token: &token,
		scopes: s.policy.Closure(row.withoutLostScopes(token.Scopes))}, VerifyValid, nil
}

// form is how a token is shown in the credential, in all the ways that fit.
func (c Credential) form() Form {
	switch {
	case c.Scheme == SchemeKey:
		return AsKey
	case c.Scheme == SchemeBasic && c.Username == appUser:
		return AsApp
	case c.Scheme == SchemeBasic && c.Username == "":
		return AsPassword
	case c.Scheme == SchemeBasic:
		return AsPassword | AsNamed
	}
	return AsBearer
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

// maker names whom the tokens that the caller makes are counted against: his owner or, where one owner stands for all of a
// product's users, the network that they come from. Not the token that he came with: that could make others like it.
func (c Caller) maker() string {
	if c.Product.Owner != "" {
		return string(c.Owner) + " from " + c.Source.network()
	}
	return string(c.Owner)
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
