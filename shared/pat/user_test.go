package pat_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"latchkey/shared/pat"
)

func newUser(name string, edits ...func(*pat.CreateUserRequest)) pat.CreateUserRequest {
	req := pat.CreateUserRequest{Name: name, Password: pat.NewSecret(password)}
	for _, edit := range edits {
		edit(&req)
	}
	return req
}

func TestAnAdministratorMakesAUser(t *testing.T) {
	w := newWorld(t)
	groups := []pat.Membership{{Group: "7", Role: pat.RoleAdmin}, {Group: "eng.ops", Role: pat.RoleMember}}
	made, err := w.CreateUser(w.ctx, w.as(root), newUser("alice", func(r *pat.CreateUserRequest) { r.Groups = groups }))
	w.must(err)
	want := pat.Owner{ID: "user#alice", Tag: made.Tag, Version: 1, Epoch: 1, CreatedAt: morning, UpdatedAt: morning, Password: made.Password, Groups: groups}
	if diff := compare(want, made); diff != "" || made.Tag == "" || strings.Contains(string(made.Password), password) {
		t.Errorf("-want +got:\n%s", diff)
	}
	if diff := compare(want, w.row("user#alice")); diff != "" {
		t.Errorf("stored: -want +got:\n%s", diff)
	}
	for _, group := range []string{"7", "eng.ops"} {
		if row := w.row(pat.GroupID(group)); row.Version != 1 || row.Tag == "" {
			t.Errorf("the group is %+v", row)
		}
	}
	session, err := w.Login(w.ctx, login("alice", password))
	w.must(err)
	w.create(w.by(session.Secret), forGroup("7"))
}

func TestANewUserHasBounds(t *testing.T) {
	w := newWorld(t)
	const (
		form = "username: a letter or digit, then letters, digits and . _ -, in lower case, at most 64"
		id   = "/id: letters, digits and . _ : -, at most 64"
		role = "/role: member or admin"
	)
	name := func(name string) pat.CreateUserRequest { return newUser(name) }
	groups := func(groups ...pat.Membership) pat.CreateUserRequest {
		return newUser("new", func(r *pat.CreateUserRequest) { r.Groups = groups })
	}
	for _, c := range []struct {
		name string
		req  pat.CreateUserRequest
		want []string
	}{
		{"no name", name(""), []string{form}},
		{"a name in capitals", name("Alice"), []string{form}},
		{"a name led by a dot", name(".alice"), []string{form}},
		{"a name with a space", name("al ice"), []string{form}},
		{"a name with a newline", name("alice\n"), []string{form}},
		{"a name with a slash", name("a/b"), []string{form}},
		{"a name of 65 characters", name(strings.Repeat("a", 65)), []string{form}},
		{"a short password", newUser("new", func(r *pat.CreateUserRequest) { r.Password = pat.NewSecret("hush") }), []string{"password: at least 8 characters"}},
		{"no password", newUser("new", func(r *pat.CreateUserRequest) { r.Password = pat.Secret{} }), []string{"password: at least 8 characters"}},
		{"65 groups", groups(memberOf(pat.MaxGroups + 1)...), []string{"groups: at most 64"}},
		{"a malformed group", groups(pat.Membership{Group: "a b", Role: pat.RoleAdmin}), []string{"groups/0" + id}},
		{"an unknown role", groups(pat.Membership{Group: "7", Role: "owner"}), []string{"groups/0" + role}},
		{"no role", groups(pat.Membership{Group: "7"}), []string{"groups/0" + role}},
		{"a group twice", groups(pat.Membership{Group: "7", Role: pat.RoleAdmin}, pat.Membership{Group: "7", Role: pat.RoleMember}),
			[]string{"groups/1: this group is there twice"}},
		{"all wrong at once", pat.CreateUserRequest{Groups: []pat.Membership{{}}},
			[]string{form, "password: at least 8 characters", "groups/0" + id, "groups/0" + role}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.in(t)
			w.refusedFields(errOf(w.CreateUser(w.ctx, w.as(root), c.req)), pat.CodeInvalid, c.want...)
		})
	}
}

func memberOf(n int) []pat.Membership {
	out := make([]pat.Membership, n)
	for i := range out {
		out[i] = pat.Membership{Group: fmt.Sprint("g", i), Role: pat.RoleMember}
	}
	return out
}

func TestWhoGrantsWhat(t *testing.T) {
	w := newWorld(t)
	w.user("boss", admin, withPassword)
	w.user("alice")
	whole, users, member := w.as(root), w.as(root, "user:admin"), w.as("alice")
	token := w.by(w.create(whole, withScopes("user:admin")).Secret)
	powerful := w.by(w.create(whole, withScopes("admin:all")).Secret)
	for _, c := range []struct {
		name string
		call func(pat.Caller) error
		may  []pat.Caller
		not  map[pat.Scope][]pat.Caller // by the scope that is missing
	}{
		{"making an administrator", func(c pat.Caller) error {
			return errOf(w.CreateUser(w.ctx, c, pat.CreateUserRequest{Name: "x", Admin: true}))
		}, []pat.Caller{whole}, map[pat.Scope][]pat.Caller{"admin:all": {users, token}, "user:admin": {member}}},
		{"making a user", func(c pat.Caller) error {
			return errOf(w.CreateUser(w.ctx, c, pat.CreateUserRequest{Name: "x"}))
		}, []pat.Caller{whole, powerful, users, token}, map[pat.Scope][]pat.Caller{"user:admin": {member}}},
		{"promoting a user", func(c pat.Caller) error {
			return errOf(w.PatchUser(w.ctx, c, pat.PatchUserRequest{Name: "alice", Admin: ptr(true), Groups: &[]pat.Membership{{}}}))
		}, []pat.Caller{whole, powerful}, map[pat.Scope][]pat.Caller{"admin:all": {users, token}, "user:admin": {member}}},
		{"setting an administrator's password", func(c pat.Caller) error {
			return errOf(w.PatchUser(w.ctx, c, pat.PatchUserRequest{Name: "boss", Password: ptr(pat.NewSecret("short"))}))
		}, nil, map[pat.Scope][]pat.Caller{"user:admin": {member}}},
		{"suspending an administrator", func(c pat.Caller) error {
			return errOf(w.PatchUser(w.ctx, c, pat.PatchUserRequest{Name: "boss", Suspended: ptr(true)}))
		}, nil, map[pat.Scope][]pat.Caller{"admin:all": {users, token}, "user:admin": {member}}},
		{"demoting an administrator", func(c pat.Caller) error {
			return errOf(w.PatchUser(w.ctx, c, pat.PatchUserRequest{Name: "boss", Admin: ptr(false)}))
		}, nil, map[pat.Scope][]pat.Caller{"admin:all": {users, token}, "user:admin": {member}}},
		{"deleting an administrator", func(c pat.Caller) error { return w.DeleteUser(w.ctx, c, "boss") },
			nil, map[pat.Scope][]pat.Caller{"admin:all": {users, token}, "user:admin": {member}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.in(t)
			for _, caller := range c.may { // the requests are not acceptable for another reason, which comes after
				w.refused(c.call(caller), pat.CodeInvalid)
			}
			for scope, callers := range c.not {
				for _, caller := range callers {
					if e := w.refused(c.call(caller), pat.CodeInsufficientScope); e.Scope != scope {
						t.Errorf("told that %s is missing, want %s", e.Scope, scope)
					}
				}
			}
		})
	}
	if boss := w.row("user#boss"); boss.Version != 1 {
		t.Errorf("the administrator was changed: %+v", boss)
	}
}

func TestAPromotionMeanwhileGuardsTheAccount(t *testing.T) {
	w := newWorld(t)
	w.user("alice")
	users := w.as(root, "user:admin")
	promote := func() { w.rewriteOwner("user#alice", func(o *pat.Owner) { o.Admin = true }) }
	w.store.first("PutOwner", promote)
	w.refused(errOf(w.PatchUser(w.ctx, users, pat.PatchUserRequest{Name: "alice", Password: ptr(pat.NewSecret(password))})), pat.CodeInsufficientScope)
	if row := w.row("user#alice"); row.Password != "" {
		t.Error("the password of an administrator was set")
	}
	w.rewriteOwner("user#alice", func(o *pat.Owner) { o.Admin = false })
	w.store.first("PutOwner", promote)
	w.refused(w.DeleteUser(w.ctx, users, "alice"), pat.CodeInsufficientScope)
	if row := w.row("user#alice"); row.Suspended {
		t.Error("an administrator was suspended")
	}
}

func TestNoAdministratorLocksHimselfOut(t *testing.T) {
	w := newWorld(t)
	session := w.as(root)
	token := w.by(w.create(session, withScopes("admin:all")).Secret)
	for _, caller := range []pat.Caller{session, token} {
		w.refused(errOf(w.PatchUser(w.ctx, caller, pat.PatchUserRequest{Name: root, Admin: ptr(false)})), pat.CodeConflict)
		w.refused(errOf(w.PatchUser(w.ctx, caller, pat.PatchUserRequest{Name: root, Suspended: ptr(true)})), pat.CodeConflict)
		w.refused(w.DeleteUser(w.ctx, caller, root), pat.CodeConflict)
		w.must(errOf(w.PatchUser(w.ctx, caller, pat.PatchUserRequest{Name: root, Admin: ptr(true), Suspended: ptr(false)})))
	}
	if row := w.row("user#root"); !row.Admin || row.Suspended || row.Deleted {
		t.Errorf("now he is %+v", row)
	}
}

func TestUsersAreListedByName(t *testing.T) {
	w := newWorld(t)
	admin := w.as(root)
	for _, name := range []string{"bob", "alice", "dead", "carol", "0"} {
		w.user(name, func(o *pat.Owner) { o.Deleted = name == "dead" })
	}
	w.create(admin, forGroup("7")) // no user
	for limit := range 8 {
		var names []string
		req := pat.ListUsersRequest{Limit: limit}
		pages := 0
		for range 20 {
			pages++
			page, err := w.ListUsers(w.ctx, admin, req)
			w.must(err)
			for _, user := range page.Users {
				names = append(names, user.ID.Name())
			}
			if req.After = page.Next; page.Next == "" {
				break
			}
		}
		if diff := compare([]string{"0", "alice", "bob", "carol", "root"}, names); diff != "" {
			t.Errorf("limit %d: %s", limit, diff)
		}
		if want := (6 + limit - 1) / max(limit, 1); limit > 0 && pages != want { // the deleted one has his place
			t.Errorf("limit %d: %d pages, want %d", limit, pages, want)
		}
	}
	for _, c := range []struct {
		req  pat.ListUsersRequest
		want string
	}{
		{pat.ListUsersRequest{Limit: -1}, "limit: 1 to 200"},
		{pat.ListUsersRequest{Limit: 201}, "limit: 1 to 200"},
		{pat.ListUsersRequest{Limit: 201, After: "alice"}, "limit: 1 to 200"},
		{pat.ListUsersRequest{After: "A"}, "cursor: not a cursor of this listing"},
	} {
		w.refusedFields(errOf(w.ListUsers(w.ctx, admin, c.req)), pat.CodeInvalid, c.want)
	}
	w.must(errOf(w.ListUsers(w.ctx, admin, pat.ListUsersRequest{Limit: 200})))
	w.store.fail("Users", errors.New("down"))
	w.refused(errOf(w.ListUsers(w.ctx, admin, pat.ListUsersRequest{})), pat.CodeUnavailable)
}

func TestWhoSeesAUser(t *testing.T) {
	w := newWorld(t)
	w.user("dead", func(o *pat.Owner) { o.Deleted = true })
	alice, admin := w.as("alice"), w.as(root)
	token := w.by(w.create(alice, withScopes("tokens:write")).Secret)
	for _, c := range []struct {
		name   string
		caller pat.Caller
		user   string
		want   pat.Code // "": seen
	}{
		{"himself", alice, "alice", ""},
		{"himself, with a reduced session", w.as("alice", "repo:read"), "alice", ""},
		{"his token", token, "alice", pat.CodeInsufficientScope},
		{"another one", alice, "root", pat.CodeInsufficientScope},
		{"another one, of someone unknown", alice, "nobody", pat.CodeInsufficientScope},
		{"an administrator", admin, "alice", ""},
		{"an administrator, of someone unknown", admin, "nobody", pat.CodeNotFound},
		{"an administrator, of someone deleted", admin, "dead", pat.CodeNotFound},
		{"an administrator, of no name", admin, "A B", pat.CodeNotFound},
		{"an administrator, of a group", admin, "group#7", pat.CodeNotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.in(t)
			row, err := w.GetUser(w.ctx, c.caller, c.user)
			if c.want != "" {
				w.refused(err, c.want)
			} else if w.must(err); row.ID != pat.UserID(c.user) {
				t.Errorf("got %s", row.ID)
			}
		})
	}
}

func TestAUserChangesHisOwnPassword(t *testing.T) {
	w := newWorld(t)
	w.user("alice", withPassword)
	jwt := w.jwt("alice")
	const next = "hush-new-horse"
	change := func(current string) pat.PatchUserRequest {
		return pat.PatchUserRequest{Name: "alice", Password: ptr(pat.NewSecret(next)), CurrentPassword: ptr(pat.NewSecret(current))}
	}
	none, err := w.PatchUser(w.ctx, w.by(jwt), change(wrong))
	if diff := compare(pat.Owner{}, none); diff != "" {
		t.Errorf("a user beside the error: %s", diff)
	}
	e := w.refused(err, pat.CodeForbidden)
	if e.Message != "the current password is wrong" {
		t.Errorf("message %q", e.Message)
	}
	w.by(jwt)
	row, err := w.PatchUser(w.ctx, w.by(jwt), change(password))
	if w.must(err); row.Epoch != 2 {
		t.Errorf("epoch %d", row.Epoch)
	}
	w.refused(errOf(w.Authenticate(w.ctx, bearer(jwt))), pat.CodeUnauthenticated)
	w.refused(errOf(w.Login(w.ctx, login("alice", password))), pat.CodeUnauthenticated)
	w.must(errOf(w.Login(w.ctx, login("alice", next))))
}

func TestAPasswordThatWasResetMeanwhileIsNotChangedByWhoKnewTheOldOne(t *testing.T) {
	w := newWorld(t)
	w.user("alice", withPassword)
	alice := w.as("alice")
	w.store.first("PutOwner", func() {
		w.rewriteOwner("user#alice", func(o *pat.Owner) { o.Password, o.Epoch = "reset", o.Epoch+1 })
	})
	req := pat.PatchUserRequest{Name: "alice", Password: ptr(pat.NewSecret("hush-new-horse")), CurrentPassword: ptr(pat.NewSecret(password))}
	w.refused(errOf(w.PatchUser(w.ctx, alice, req)), pat.CodeUnauthenticated)
	if row := w.row("user#alice"); row.Password != "reset" {
		t.Error("the reset was undone")
	}
}

func TestGuessingTheCurrentPasswordIsThrottledLikeALogIn(t *testing.T) {
	w := newWorld(t, rates(1, 100))
	w.user("alice", withPassword)
	alice := w.as("alice")
	req := pat.PatchUserRequest{Name: "alice", Password: ptr(pat.NewSecret(password)), CurrentPassword: ptr(pat.NewSecret(wrong))}
	w.refused(errOf(w.PatchUser(w.ctx, alice, req)), pat.CodeForbidden)
	w.refused(errOf(w.PatchUser(w.ctx, alice, req)), pat.CodeRateLimited)
}

func TestWhatAUserMayNotChange(t *testing.T) {
	w := newWorld(t)
	w.user("alice", withPassword)
	w.user("bob")
	alice := w.as("alice")
	token := w.by(w.create(alice, withScopes("tokens:write")).Secret)
	w.identities["foreign.sub.x"] = pat.Identity{Issuer: "https://issuer.example", Subject: "alice"}
	stranger := w.by(pat.NewSecret("foreign.sub.x"))
	right, next := ptr(pat.NewSecret(password)), ptr(pat.NewSecret("hush-new-horse"))
	own := pat.PatchUserRequest{Name: "alice", Password: next, CurrentPassword: right}
	for _, c := range []struct {
		name   string
		caller pat.Caller
		req    pat.PatchUserRequest
	}{
		{"another's password", alice, pat.PatchUserRequest{Name: "bob", Password: next, CurrentPassword: right}},
		{"his office", alice, pat.PatchUserRequest{Name: "alice", Admin: ptr(true)}},
		{"his office beside his password", alice, pat.PatchUserRequest{Name: "alice", Password: next, CurrentPassword: right, Admin: ptr(true)}},
		{"his groups", alice, pat.PatchUserRequest{Name: "alice", Groups: &[]pat.Membership{{Group: "7", Role: pat.RoleAdmin}}}},
		{"his suspension", alice, pat.PatchUserRequest{Name: "alice", Suspended: ptr(false)}},
		{"nothing", alice, pat.PatchUserRequest{Name: "alice"}},
		{"his password with a token", token, own},
		{"his password with another issuer's JWT", stranger, own},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.in(t)
			w.refused(errOf(w.PatchUser(w.ctx, c.caller, c.req)), pat.CodeInsufficientScope)
		})
	}
	w.refusedFields(errOf(w.PatchUser(w.ctx, alice, pat.PatchUserRequest{Name: "alice", Password: ptr(pat.NewSecret("short"))})), pat.CodeInvalid,
		"password: at least 8 characters", "currentPassword: needed to change one's own password")
	if row := w.row("user#alice"); row.Epoch != 1 || row.Admin || len(row.Groups) > 0 {
		t.Errorf("the user was changed: %+v", row)
	}
}

func TestAnAdministratorChangesAUser(t *testing.T) {
	w := newWorld(t)
	w.user("alice", inGroup("7", pat.RoleMember))
	admin := w.as(root)
	for _, c := range []struct {
		name string
		req  pat.PatchUserRequest
		code pat.Code
		want []string
	}{
		{"an unknown user", pat.PatchUserRequest{Name: "nobody"}, pat.CodeNotFound, nil},
		{"no name", pat.PatchUserRequest{Name: "A B"}, pat.CodeNotFound, nil},
		{"a short password", pat.PatchUserRequest{Name: "alice", Password: ptr(pat.NewSecret("hush"))}, pat.CodeInvalid, []string{"password: at least 8 characters"}},
		{"a group twice", pat.PatchUserRequest{Name: "alice", Groups: &[]pat.Membership{{Group: "7", Role: pat.RoleAdmin}, {Group: "7", Role: pat.RoleAdmin}}},
			pat.CodeInvalid, []string{"groups/1: this group is there twice"}},
		{"the current password, which he cannot know", pat.PatchUserRequest{Name: "alice", CurrentPassword: ptr(pat.NewSecret(password))},
			pat.CodeInvalid, []string{"currentPassword: only with one's own new password"}},
		{"his own password without the current one", pat.PatchUserRequest{Name: root, Password: ptr(pat.NewSecret("another password"))},
			pat.CodeInvalid, []string{"currentPassword: needed to change one's own password"}},
		{"his own password and a right without the current one", pat.PatchUserRequest{Name: root, Admin: ptr(true), Password: ptr(pat.NewSecret("another password"))},
			pat.CodeInvalid, []string{"currentPassword: needed to change one's own password"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.in(t)
			w.refusedFields(errOf(w.PatchUser(w.ctx, admin, c.req)), c.code, c.want...)
		})
	}
	w.patchUser(pat.PatchUserRequest{Name: "alice", Groups: ptr(memberOf(pat.MaxGroups))})
	w.rewriteOwner("user#alice", func(o *pat.Owner) { o.Groups, o.Epoch = []pat.Membership{{Group: "7", Role: pat.RoleMember}}, 1 })
	jwt := w.jwt("alice")
	row := w.patchUser(pat.PatchUserRequest{Name: "alice", Password: ptr(pat.NewSecret(password)), Groups: &[]pat.Membership{{Group: "8", Role: pat.RoleAdmin}}})
	if diff := compare([]pat.Membership{{Group: "8", Role: pat.RoleAdmin}}, row.Groups); diff != "" || row.Epoch != 2 {
		t.Errorf("epoch %d, groups %s", row.Epoch, diff)
	}
	if diff := compare(w.row("user#alice"), row); diff != "" {
		t.Errorf("stored otherwise than answered: %s", diff)
	}
	if group := w.row("group#8"); group.Version != 1 {
		t.Errorf("the group is %+v", group)
	}
	w.refused(errOf(w.Authenticate(w.ctx, bearer(jwt))), pat.CodeUnauthenticated)
	w.must(errOf(w.Login(w.ctx, login("alice", password))))
	w.must(errOf(w.Create(w.ctx, w.as("alice"), request(forGroup("8")))))
	w.refused(errOf(w.Create(w.ctx, w.as("alice"), request(forGroup("7")))), pat.CodeNotFound)
}

func TestAFailingStoreChangesNoUser(t *testing.T) {
	down := errors.New("the store is down")
	for _, method := range []string{"Owner", "PutOwner"} {
		t.Run(method, func(t *testing.T) {
			w := newWorld(t)
			w.user("alice")
			admin := w.as(root)
			w.store.fail(method, down)
			for _, err := range []error{
				errOf(w.CreateUser(w.ctx, admin, newUser("bob", func(r *pat.CreateUserRequest) { r.Groups = []pat.Membership{{Group: "7", Role: pat.RoleAdmin}} }))),
				errOf(w.CreateUser(w.ctx, admin, newUser("bob"))),
				errOf(w.PatchUser(w.ctx, admin, pat.PatchUserRequest{Name: "alice", Suspended: ptr(true)})),
				errOf(w.PatchUser(w.ctx, admin, pat.PatchUserRequest{Name: "alice", Groups: &[]pat.Membership{{Group: "8", Role: pat.RoleAdmin}}})),
				w.DeleteUser(w.ctx, admin, "alice"),
			} {
				if e := w.refused(err, pat.CodeUnavailable); !errors.Is(e, down) {
					t.Errorf("the log is told %v", e.Err)
				}
			}
			if row := w.row("user#alice"); row.Version != 1 {
				t.Errorf("the user was changed: %+v", row)
			}
		})
	}
}

func TestAUserPutOutOfManyGroupsKeepsTheOthers(t *testing.T) {
	w := newWorld(t)
	w.user("alice", inGroup("a", pat.RoleAdmin), inGroup("b", pat.RoleMember), inGroup("c", pat.RoleAdmin))
	kept := []pat.Membership{{Group: "c", Role: pat.RoleAdmin}, {Group: "b", Role: pat.RoleAdmin}}
	row := w.patchUser(pat.PatchUserRequest{Name: "alice", Groups: &kept})
	if !slices.Equal(row.Groups, kept) || row.Epoch != 2 {
		t.Errorf("groups %v, epoch %d", row.Groups, row.Epoch)
	}
}
