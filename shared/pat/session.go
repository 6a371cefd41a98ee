package pat

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"time"
)

// LoginRequest asks for a session.
type LoginRequest struct {
	Username string
	Password Secret
	Scopes   []Scope // empty: all that the user may do
	Source   Source
}

// LoginResult is the session and its JWT.
type LoginResult struct {
	Session Session
	Secret  Secret
}

var errBadLogin = refuse(CodeUnauthenticated, "the user name or the password is wrong")

// Login checks a password and opens a session. An unknown user costs the same time and looks the same as a
// wrong password; failures are counted per account and per source, before any hashing.
func (s *Service) Login(ctx context.Context, req LoginRequest) (LoginResult, error) {
	var p problems
	checkScopes(&p, "scopes", req.Scopes)
	if err := p.err(); err != nil {
		return LoginResult{}, err
	}
	row, err := s.checkLogin(ctx, req)
	if err != nil {
		return LoginResult{}, err
	}
	if row.Suspended {
		return LoginResult{}, refuse(CodeForbidden, "this account is suspended")
	}
	may := s.policy.Closure(row.managementScopes())
	for i, scope := range req.Scopes {
		if scope.IsManagement() && !may.Has(scope) {
			p.add(index("scopes", i), "this user does not hold %s", scope)
		}
	}
	if err := excessive(p); err != nil {
		return LoginResult{}, err
	}
	var id [16]byte
	if _, err := io.ReadFull(s.rand, id[:]); err != nil {
		return LoginResult{}, fmt.Errorf("draw a session's id: %w", err)
	}
	now := s.now().Truncate(time.Second) // as a JWT writes it (RFC 7519 section 2), so that both say the same
	session := Session{ID: hex.EncodeToString(id[:]), Owner: row.ID, Epoch: row.Epoch, Scopes: req.Scopes,
		IssuedAt: now, ExpiresAt: now.Add(s.policy.SessionLifetime)}
	jwt, err := s.sessions.Issue(ctx, session)
	if err != nil {
		return LoginResult{}, unavailable("sign a session", err)
	}
	return LoginResult{session, jwt}, nil
}

// checkLogin returns the row of the user whose password it is.
func (s *Service) checkLogin(ctx context.Context, req LoginRequest) (Owner, error) {
	account, source, now := req.Username, req.Source.network(), s.now()
	if !usernameForm.MatchString(account) {
		account = "" // no account has it; all such attempts count as one
	}
	if err := s.sources.take(source, now); err != nil {
		return Owner{}, err
	}
	if err := s.accounts.take(account, now); err != nil {
		return Owner{}, err
	}
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
	ok, err := s.passwords.check(ctx, hash, req.Password)
	if err != nil {
		return Owner{}, unavailable("check a password", err)
	}
	if !ok {
		return Owner{}, errBadLogin
	}
	s.accounts.giveBack(account)
	s.sources.giveBack(source)
	return row, nil
}

// Logout ends all sessions of the caller's user, this one included.
func (s *Service) Logout(ctx context.Context, c Caller, _ struct{}) error {
	if err := c.needsSession(); err != nil {
		return err
	}
	_, err := s.changeOwner(ctx, c.Owner, c.standing(), func(row *Owner) error {
		row.Epoch++
		return nil
	})
	return err
}

// changeOwner writes what edit makes of an owner's row, on condition that nobody changed it since it was
// read; else it reads and edits again.
func (s *Service) changeOwner(ctx context.Context, id OwnerID, by Standing, edit func(*Owner) error) (Owner, error) {
	var row Owner
	err := s.again(ctx, "change an owner", func() error {
		var err error
		if row, err = s.ownerRow(ctx, id); err != nil {
			return err
		}
		if row.Version == 0 {
			return errNotFound
		}
		row = row.clone()
		if err := edit(&row); err != nil {
			return err
		}
		row.UpdatedAt = s.now()
		switch err := s.store.PutOwner(ctx, row, row.Version, by); {
		case errors.Is(err, ErrConflict):
			return err
		case errors.Is(err, ErrCallerMoved):
			return by.fallen("change an owner")
		case err != nil:
			return unavailable("change an owner", err)
		}
		row.Version++
		return nil
	})
	if err != nil {
		return Owner{}, err
	}
	return row, nil
}
