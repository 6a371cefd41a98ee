package pat

import (
	"context"
	"errors"
	"slices"
)

// PatchUserRequest changes what is not nil. CurrentPassword goes with a user's own new password.
type PatchUserRequest struct {
	Name            string
	Password        *Secret
	CurrentPassword *Secret
	Admin           *bool
	Groups          *[]Membership
	Suspended       *bool
}

// PatchUser changes a local user: administrators change anything of anybody, and everybody his own password.
// What it takes away is gone when it returns: the row changes first, which ends the user's sessions, then each
// token that must change is written, then the answer is given. If it fails on the way, the same request
// finishes it.
func (s *Service) PatchUser(ctx context.Context, c Caller, req PatchUserRequest) (Owner, error) {
	own := c.Owner == UserID(req.Name)
	may := c.mayAdminister
	if own && c.needsSession() == nil && req.Password != nil && req.Admin == nil && req.Groups == nil && req.Suspended == nil {
		may = func(bool) error { return nil }
	}
	if err := may(req.Admin != nil && *req.Admin); err != nil {
		return Owner{}, err
	}
	if err := req.check(own); err != nil {
		return Owner{}, err
	}
	row, err := s.user(ctx, req.Name)
	if err != nil {
		return Owner{}, err
	}
	if err := may(row.Admin); err != nil { // whoever sets an administrator's password can become him
		return Owner{}, err
	}
	hash, err := s.newPassword(ctx, c, req, own)
	if err != nil {
		return Owner{}, err
	}
	if req.Groups != nil {
		if err := s.ensureGroups(ctx, *req.Groups); err != nil {
			return Owner{}, err
		}
	}
	row, err = s.changeOwner(ctx, row.ID, c.standing(), func(row *Owner) error {
		if row.Deleted {
			return errNotFound
		}
		if c.token != nil && row.endows(req) {
			return errEndow
		}
		if err := may(row.Admin); err != nil { // promoted since it was read
			return err
		}
		if row.change(req, hash) {
			row.Epoch++
		}
		return nil
	})
	if err == nil && req.Suspended != nil {
		err = s.sweep(ctx, c.author(), row, row.suspend)
	}
	if err == nil && req.Admin != nil && !row.Admin {
		err = s.sweep(ctx, c.author(), row, s.revokeAdministrative)
	}
	if err != nil {
		return Owner{}, err
	}
	return row, nil
}

// check judges what can be judged without the row.
func (req PatchUserRequest) check(own bool) error {
	var p problems
	if req.Password != nil {
		checkPassword(&p, "password", *req.Password)
	}
	switch {
	case req.CurrentPassword != nil && (!own || req.Password == nil):
		p.add("currentPassword", "only with one's own new password")
	case req.CurrentPassword == nil && own && req.Password != nil:
		p.add("currentPassword", "needed to change one's own password")
	}
	if req.Groups != nil {
		checkGroups(&p, *req.Groups)
	}
	if err := p.err(); err != nil {
		return err
	}
	if own && (req.Admin != nil && !*req.Admin || req.Suspended != nil && *req.Suspended) {
		return refuse(CodeConflict, "no administrator can demote or suspend himself: another one must")
	}
	return nil
}

// newPassword returns the new password's hash, "" if there is none. His own nobody changes without the
// current one, so that a terminal left alone is not enough to take the account.
func (s *Service) newPassword(ctx context.Context, c Caller, req PatchUserRequest, own bool) (PasswordHash, error) {
	if req.Password == nil {
		return "", nil
	}
	if own {
		_, _, err := s.checkLogin(ctx, LoginRequest{Username: req.Name, Password: *req.CurrentPassword, Source: c.Source})
		if CodeOf(err) == CodeUnauthenticated {
			return "", refuse(CodeForbidden, "the current password is wrong")
		}
		if err != nil {
			return "", err
		}
	}
	return s.passwords.hash(ctx, *req.Password)
}

// errEndow keeps a token from giving, by way of an account, more than it has itself.
var errEndow = refuse(CodeForbidden, "a token gives no account a password, a group or administrator's rights: log in")

// endows reports whether the request gives the user what he does not have: another password, an office, a group.
func (o Owner) endows(req PatchUserRequest) bool {
	if req.Password != nil || req.Admin != nil && *req.Admin && !o.Admin {
		return true
	}
	if req.Groups == nil {
		return false
	}
	return slices.ContainsFunc(*req.Groups, func(m Membership) bool {
		return o.role(m.Group) != m.Role && o.role(m.Group) != RoleAdmin
	})
}

// change applies a request to the row, and reports whether it takes anything away from the user.
func (o *Owner) change(req PatchUserRequest, hash PasswordHash) (takes bool) {
	if hash != "" {
		o.Password, takes = hash, true
	}
	if req.Admin != nil {
		takes = takes || o.Admin && !*req.Admin
		o.Admin = *req.Admin
	}
	if req.Suspended != nil {
		takes = takes || o.Suspended != *req.Suspended
		o.Suspended = *req.Suspended
	}
	if req.Groups != nil {
		was := o.clone()
		o.Groups = *req.Groups
		for _, m := range was.Groups {
			takes = takes || o.role(m.Group) == "" || m.Role == RoleAdmin && o.role(m.Group) != RoleAdmin
		}
	}
	return takes
}

// DeleteUser suspends a user, revokes all his tokens, and then takes the account away.
func (s *Service) DeleteUser(ctx context.Context, c Caller, name string) error {
	if err := c.mayAdminister(false); err != nil {
		return err
	}
	if c.Owner == UserID(name) {
		return refuse(CodeConflict, "no administrator can delete himself: another one must")
	}
	meant, err := s.user(ctx, name)
	if err != nil {
		return err
	}
	for n := range tries {
		row, err := s.changeOwner(ctx, meant.ID, c.standing(), func(row *Owner) error {
			if row.Deleted || row.Tag != meant.Tag {
				return errNotFound
			}
			if err := c.mayAdminister(row.Admin); err != nil {
				return err
			}
			row.Suspended = true
			row.Epoch++
			return nil
		})
		if n > 0 && CodeOf(err) == CodeNotFound { // somebody else has finished it
			return nil
		}
		if err != nil {
			return err
		}
		if err := s.sweep(ctx, c.author(), row, s.revoke); err != nil {
			return err
		}
		if err := s.bury(ctx, row); !errors.Is(err, errMoved) {
			return err
		}
	}
	return unavailable("delete a user", errMoved)
}

// errMoved says that an owner was changed between two steps that belong together.
var errMoved = errors.New("the owner was changed meanwhile")

// bury takes the account away, if nothing has happened to it since its tokens were revoked: somebody may have
// resumed it, and its user made another token.
func (s *Service) bury(ctx context.Context, swept Owner) error {
	_, err := s.changeOwner(ctx, swept.ID, Standing{}, func(row *Owner) error {
		if row.Epoch != swept.Epoch {
			return errMoved
		}
		row.Deleted = true
		row.Password, row.Admin, row.Groups = "", false, nil
		return nil
	})
	return err
}

// mayAdminister refuses a caller that may not manage accounts, or, for an administrator's account, that does
// not hold all of an administrator's rights.
func (c Caller) mayAdminister(admin bool) error {
	if err := c.needs(ScopeUserAdmin); err != nil || !admin {
		return err
	}
	return c.needs(ScopeAdminAll)
}
