package pat

import (
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"time"
)

// LoginRequest asks for a session.
type LoginRequest struct {
	Product  Product // whose API is spoken
	Username string
	Password Secret
	Scopes   []Scope       // empty: all that the user may do
	AtMost   time.Duration // the session lasts no longer; 0: as the policy says
	Source   Source
}

// LoginResult is the session and its JWT.
type LoginResult struct {
	Session Session
	Secret  Secret
}

// maxExchanged bounds a session that was got with a token: for so long its bearer can show it to others as good after the
// token has been revoked.
const maxExchanged = 10 * time.Minute

var errBadLogin = refuse(CodeUnauthenticated, "the user name or the password is wrong")

// Login checks a password and opens a session. An unknown user costs the same time and looks the same as a
// wrong password; failures are counted per account and per source, before any hashing. A session that was got with
// a token says the token's scopes, lasts no longer than the token, and manages nothing.
func (s *Service) Login(ctx context.Context, req LoginRequest) (LoginResult, error) {
	var p problems
	checkScopes(&p, "scopes", req.Scopes)
	if err := p.err(); err != nil {
		return LoginResult{}, err
	}
	if _, err := s.ring.Get(ctx); err != nil { // a store without keys was never set up, so nobody is unknown there
		return LoginResult{}, err
	}
	row, token, err := s.checkLogin(ctx, req)
	if err != nil {
		return LoginResult{}, err
	}
	if row.Suspended {
		return LoginResult{}, refuse(CodeForbidden, "this account is suspended")
	}
	session, err := s.open(row, token, req)
	if err != nil {
		return LoginResult{}, err
	}
	jwt, err := s.sessions.Issue(ctx, session)
	if err != nil {
		return LoginResult{}, unavailable("sign a session", err)
	}
	return LoginResult{session, jwt}, nil
}

// open makes a session of what was proven: that it is the user, or that it is one of his tokens.
func (s *Service) open(row Owner, token *Token, req LoginRequest) (Session, error) {
	now := s.now().Truncate(time.Second) // as a JWT writes it (RFC 7519 section 2), so that both say the same
	lasts := s.policy.SessionLifetime
	if req.AtMost > 0 {
		lasts = min(lasts, req.AtMost)
	}
	session := Session{Owner: row.ID, Epoch: row.Epoch, Scopes: req.Scopes, Product: req.Product.Name, IssuedAt: now,
		ExpiresAt: now.Add(lasts)}
	if req.Product.Name != Native {
		session.Tag = row.Tag
	}
	if token != nil {
		session.Token, session.Scopes, session.ExpiresAt = token.ID, fitting(token.Scopes), now.Add(min(lasts, maxExchanged))
		if end := token.ExpiresAt.Truncate(time.Second); !end.IsZero() && end.Before(session.ExpiresAt) {
			session.ExpiresAt = end
		}
		if !session.ExpiresAt.After(now) { // the token's last second is too short for a session
			return Session{}, errBadLogin
		}
	} else if err := s.mayReduce(row, req.Scopes); err != nil {
		return Session{}, err
	}
	var id [16]byte
	if _, err := io.ReadFull(s.rand, id[:]); err != nil {
		return Session{}, fmt.Errorf("draw a session's id: %w", err)
	}
	session.ID = hex.EncodeToString(id[:])
	return session, nil
}

// maxSessionScopes is what the scopes of a session that was got with a token may take, in bytes: a JWT must fit in a header.
const maxSessionScopes = 2 << 10

// fitting returns the first scopes, as many as have room. The session manages nothing, so those left out are rights that its
// bearer cannot show, and no more.
func fitting(scopes []Scope) []Scope {
	size := 0
	for i, scope := range scopes {
		if size += len(scope) + 1; size > maxSessionScopes {
			return scopes[:i]
		}
	}
	return scopes
}

// mayReduce refuses a session for management scopes that the user does not hold.
func (s *Service) mayReduce(row Owner, scopes []Scope) error {
	var p problems
	may := s.policy.Closure(row.managementScopes())
	for i, scope := range scopes {
		if scope.IsManagement() && !may.Has(scope) {
			p.add(index("scopes", i), "this user does not hold %s", scope)
		}
	}
	return excessive(p)
}

// checkLogin returns the row of the user whose password it is, or whose token, and then the token.
func (s *Service) checkLogin(ctx context.Context, req LoginRequest) (row Owner, token *Token, err error) {
	account, source, now := req.Username, req.Source.network(), s.now()
	if !usernameForm.MatchString(account) {
		account = "" // no account has it; all such attempts count as one
	}
	if err := s.sources.take(source, now); err != nil {
		return Owner{}, nil, err
	}
	exchanges, err := s.isExchange(ctx, req)
	switch {
	case err != nil:
	case exchanges: // it cannot be guessed, so who guesses the password does not keep it out
		row, token, err = s.proveByToken(ctx, req)
	default:
		row, err = s.countedByAccount(account, now, func() (Owner, error) { return s.proveByPassword(ctx, account, req.Password) })
	}
	if undecided(err) {
		s.sources.giveBack(source)
	}
	return row, token, err
}

// countedByAccount counts an attempt at a password against the account, unless it succeeds or nothing was decided.
func (s *Service) countedByAccount(account string, now time.Time, prove func() (Owner, error)) (Owner, error) {
	if err := s.accounts.take(account, now); err != nil {
		return Owner{}, err
	}
	row, err := prove()
	if undecided(err) {
		s.accounts.giveBack(account)
	}
	return row, err
}

// undecided reports whether an attempt counts as no failure: it is none, or nobody knows.
func undecided(err error) bool { return err == nil || CodeOf(err) == CodeUnavailable }

// isExchange reports whether what stands for the password is a token string of ours, where that counts. A forged one
// is not, and is judged as a password, at a password's cost.
func (s *Service) isExchange(ctx context.Context, req LoginRequest) (bool, error) {
	if !req.Product.Exchanges {
		return false, nil
	}
	keys, err := s.ring.Get(ctx)
	if err != nil {
		return false, err
	}
	_, err = NewStrings(s.policy.Brand, keys.Tag).Parse(req.Password)
	return err == nil, nil
}

func (s *Service) proveByToken(ctx context.Context, req LoginRequest) (Owner, *Token, error) {
	if req.Username == "" { // which, to judge, would be anybody
		return Owner{}, nil, errBadLogin
	}
	token, code, err := s.judge(ctx, req.Password, use{takes: req.Product.Name.made(), owner: req.Username, user: true, ip: req.Source.IP, cost: 1})
	if err != nil {
		return Owner{}, nil, err
	}
	if code != VerifyValid {
		return Owner{}, nil, errBadLogin
	}
	row, err := s.ownerRow(ctx, token.Owner)
	if err != nil {
		return Owner{}, nil, err
	}
	if row.Version == 0 || row.Suspended || row.Deleted {
		return Owner{}, nil, errBadLogin
	}
	return row, &token, nil
}

// proveByPassword returns the row of the account whose password it is; no account is named "".
func (s *Service) proveByPassword(ctx context.Context, account string, password Secret) (Owner, error) {
	var row Owner
	if account != "" {
		var err error
		if row, err = s.ownerRow(ctx, UserID(account)); err != nil {
			return Owner{}, err
		}
	}
	hash := row.Password
	if row.Deleted {
		hash = ""
	}
	ok, err := s.passwords.check(ctx, hash, password)
	if err != nil {
		return Owner{}, unavailable("check a password", err)
	}
	if !ok {
		return Owner{}, errBadLogin
	}
	return row, nil
}
