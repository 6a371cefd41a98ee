package pat

import (
	"context"
)

// PatchUserRequest changes what is not nil. CurrentPassword is for users who change their own password.
type PatchUserRequest struct {
	Name            string
	Password        *Secret
	CurrentPassword *Secret
	Admin           *bool
	Groups          *[]Membership
	Suspended       *bool
}

// PatchUser changes a local user. What it takes away is gone when it returns: the row changes first, which
// ends the user's sessions, then each token that must change is written, then the answer is given. If it
// fails on the way, the same request finishes it.
func (s *Service) PatchUser(ctx context.Context, c Caller, req PatchUserRequest) (Owner, error) {
	if !c.scopes.Has(ScopeUserAdmin) {
		return s.changeOwnPassword(ctx, c, req)
	}
	if err := c.mayGrant(req.Admin != nil && *req.Admin); err != nil {
		return Owner{}, err
	}
	var p problems
	if req.CurrentPassword != nil {
		p.add("currentPassword", "only for a user who changes his own password")
	}
	if req.Password != nil {
		checkPassword(&p, "password", *req.Password)
	}
	if req.Groups != nil {
		checkGroups(&p, *req.Groups)
	}
	if err := p.err(); err != nil {
		return Owner{}, err
	}
	if c.Owner == UserID(req.Name) && (req.Admin != nil && !*req.Admin || req.Suspended != nil && *req.Suspended) {
		return Owner{}, refuse(CodeConflict, "no administrator can demote or suspend himself: another one must")
	}
	row, err := s.user(ctx, req.Name)
	if err != nil {
		return Owner{}, err
	}
	if err := c.mayGrant(row.Admin); err != nil { // whoever sets an administrator's password can become him
		return Owner{}, err
	}
	hash := ""
	if req.Password != nil {
		if hash, err = s.passwords.hash(ctx, *req.Password); err != nil {
			return Owner{}, err
		}
	}
	if req.Groups != nil {
		if err := s.ensureGroups(ctx, *req.Groups); err != nil {
			return Owner{}, err
		}
	}
	row, err = s.changeOwner(ctx, row.ID, func(row *Owner) error {
		if row.Deleted {
			return errNotFound
		}
		if err := c.mayGrant(row.Admin); err != nil { // promoted since it was read
			return err
		}
		if row.change(req, hash) {
			row.Epoch++
		}
		return nil
	})
	if err != nil {
		return Owner{}, err
	}
	if req.Suspended != nil {
		err = s.sweep(ctx, c, row, row.suspend)
	}
	if err == nil && req.Admin != nil && !row.Admin {
		err = s.sweep(ctx, c, row, s.revokeAdministrative)
	}
	if err != nil {
		return Owner{}, err
	}
	return row, nil
}

// change applies a request to the row, and reports whether it takes anything away from the user.
func (o *Owner) change(req PatchUserRequest, hash string) (takes bool) {
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

// changeOwnPassword is what a user who is no administrator may change of himself.
func (s *Service) changeOwnPassword(ctx context.Context, c Caller, req PatchUserRequest) (Owner, error) {
	if c.needsSession() != nil || c.Owner != UserID(req.Name) || req.Password == nil ||
		req.Admin != nil || req.Groups != nil || req.Suspended != nil {
		return Owner{}, c.needs(ScopeUserAdmin)
	}
	var p problems
	checkPassword(&p, "password", *req.Password)
	if req.CurrentPassword == nil {
		p.add("currentPassword", "needed to change one's own password")
	}
	if err := p.err(); err != nil {
		return Owner{}, err
	}
	if _, err := s.checkLogin(ctx, LoginRequest{Username: req.Name, Password: *req.CurrentPassword, Source: c.Source}); err != nil {
		if CodeOf(err) == CodeUnauthenticated {
			return Owner{}, refuse(CodeForbidden, "the current password is wrong")
		}
		return Owner{}, err
	}
	hash, err := s.passwords.hash(ctx, *req.Password)
	if err != nil {
		return Owner{}, err
	}
	return s.changeOwner(ctx, c.Owner, func(row *Owner) error {
		row.Password = hash
		row.Epoch++
		return nil
	})
}

// DeleteUser suspends a user, revokes all his tokens, and then takes the account away.
func (s *Service) DeleteUser(ctx context.Context, c Caller, name string) error {
	if err := c.needs(ScopeUserAdmin); err != nil {
		return err
	}
	if c.Owner == UserID(name) {
		return refuse(CodeConflict, "no administrator can delete himself: another one must")
	}
	row, err := s.user(ctx, name)
	if err != nil {
		return err
	}
	if err := c.mayGrant(row.Admin); err != nil {
		return err
	}
	row, err = s.changeOwner(ctx, row.ID, func(row *Owner) error {
		if err := c.mayGrant(row.Admin); err != nil { // promoted since it was read
			return err
		}
		row.Suspended = true
		row.Epoch++
		return nil
	})
	if err != nil {
		return err
	}
	if err := s.sweep(ctx, c, row, s.revoke); err != nil {
		return err
	}
	_, err = s.changeOwner(ctx, row.ID, func(row *Owner) error {
		row.Deleted = true
		row.Password, row.Admin, row.Groups = "", false, nil
		return nil
	})
	return err
}

// mayGrant refuses a caller that would hand out administrator's rights without holding all of them.
func (c Caller) mayGrant(admin bool) error {
	if admin {
		return c.needs(ScopeAdminAll)
	}
	return nil
}
