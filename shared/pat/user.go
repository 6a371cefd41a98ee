package pat

import (
	"context"
	"errors"
	"slices"
)

// CreateUserRequest asks for a local user.
type CreateUserRequest struct {
	Name     string
	Password Secret
	Admin    bool
	Groups   []Membership
}

// CreateUser makes a local user; naming a group that does not exist makes the group. CodeConflict if the
// name is taken. The name of a deleted user may be taken again; nothing of the old one comes with it.
func (s *Service) CreateUser(ctx context.Context, c Caller, req CreateUserRequest) (Owner, error) {
	if err := c.mayAdminister(req.Admin); err != nil {
		return Owner{}, err
	}
	if c.token != nil && (req.Admin || len(req.Groups) > 0) {
		return Owner{}, errEndow
	}
	return s.createUser(ctx, c.standing(), req)
}

func (s *Service) createUser(ctx context.Context, by Standing, req CreateUserRequest) (Owner, error) {
	var p problems
	if !usernameForm.MatchString(req.Name) {
		p.add("username", "a letter or digit, then letters, digits and . _ -, in lower case, at most 64")
	}
	checkPassword(&p, "password", req.Password)
	checkGroups(&p, req.Groups)
	if err := p.err(); err != nil {
		return Owner{}, err
	}
	row, err := s.ownerRow(ctx, UserID(req.Name))
	if err != nil {
		return Owner{}, err
	}
	taken := refuse(CodeConflict, "the user name is taken")
	if row.Version > 0 && !row.Deleted {
		return Owner{}, taken
	}
	tag, err := NewTag(s.rand)
	if err != nil {
		return Owner{}, err
	}
	hash, err := s.passwords.hash(ctx, req.Password)
	if err != nil {
		return Owner{}, err
	}
	if err := s.ensureGroups(ctx, req.Groups); err != nil {
		return Owner{}, err
	}
	user := Owner{ID: row.ID, Tag: tag, Version: row.Version, Epoch: row.Epoch + 1, CreatedAt: s.now(), UpdatedAt: s.now(),
		Password: hash, Admin: req.Admin, Groups: req.Groups}
	switch err := s.store.PutOwner(ctx, user, row.Version, by); {
	case errors.Is(err, ErrConflict):
		return Owner{}, s.takenOrBusy(ctx, row, taken)
	case errors.Is(err, ErrCallerMoved):
		return Owner{}, by.fallen("make a user")
	case err != nil:
		return Owner{}, unavailable("make a user", err)
	}
	user.Version++
	return user, nil
}

// takenOrBusy says why a user could not be made where row was seen: somebody else has made him, or other writes were in
// the way, and then nothing was decided.
func (s *Service) takenOrBusy(ctx context.Context, seen Owner, taken error) error {
	row, err := s.ownerRow(ctx, seen.ID)
	switch {
	case err != nil:
		return err
	case row.Version == seen.Version:
		return unavailable("make a user", ErrConflict)
	}
	return taken
}

// ListUsersRequest asks for a page of users by name.
type ListUsersRequest struct {
	Limit int    // 1 to MaxPage; 0: DefaultPage
	After string // the last name of the page before
}

// ListUsersResult is a page; Next is "" on the last one.
type ListUsersResult struct {
	Users []Owner
	Next  string
}

// ListUsers returns a page of the local users.
func (s *Service) ListUsers(ctx context.Context, c Caller, req ListUsersRequest) (ListUsersResult, error) {
	if err := c.needs(ScopeUserAdmin); err != nil {
		return ListUsersResult{}, err
	}
	var p problems
	if req.Limit < 0 || req.Limit > MaxPage {
		p.add("limit", "1 to %d", MaxPage)
	}
	if req.After != "" && !usernameForm.MatchString(req.After) {
		p.add("cursor", notACursor)
	}
	if err := p.err(); err != nil {
		return ListUsersResult{}, err
	}
	if req.Limit == 0 {
		req.Limit = DefaultPage
	}
	page, err := s.store.Users(ctx, req.After, req.Limit+1) // one more, to know whether there is more
	if err != nil {
		return ListUsersResult{}, unavailable("list users", err)
	}
	var result ListUsersResult
	if len(page) > req.Limit {
		page = page[:req.Limit]
		result.Next = page[req.Limit-1].ID.Name()
	}
	result.Users = slices.DeleteFunc(page, func(o Owner) bool { return o.Deleted })
	return result, nil
}

// GetUser returns a local user, to administrators and to himself.
func (s *Service) GetUser(ctx context.Context, c Caller, name string) (Owner, error) {
	if c.Owner != UserID(name) || c.token != nil {
		if err := c.needs(ScopeUserAdmin); err != nil {
			return Owner{}, err
		}
	}
	return s.user(ctx, name)
}

func (s *Service) user(ctx context.Context, name string) (Owner, error) {
	if !usernameForm.MatchString(name) {
		return Owner{}, errNotFound
	}
	row, err := s.ownerRow(ctx, UserID(name))
	if err != nil {
		return Owner{}, err
	}
	if row.Version == 0 || row.Deleted {
		return Owner{}, errNotFound
	}
	return row, nil
}

func (s *Service) ensureGroups(ctx context.Context, groups []Membership) error {
	for _, m := range groups {
		if _, err := s.ensureOwner(ctx, GroupID(m.Group)); err != nil {
			return err
		}
	}
	return nil
}

func checkGroups(p *problems, groups []Membership) {
	if len(groups) > MaxGroups {
		p.add("groups", "at most %d", MaxGroups)
	}
	seen := map[string]bool{}
	for i, m := range groups {
		at := index("groups", i)
		if !groupForm.MatchString(m.Group) {
			p.add(at+"/id", "letters, digits and . _ : -, at most 64")
		}
		if m.Role != RoleMember && m.Role != RoleAdmin {
			p.add(at+"/role", "member or admin")
		}
		if seen[m.Group] {
			p.add(at, "this group is there twice")
		}
		seen[m.Group] = true
	}
}
