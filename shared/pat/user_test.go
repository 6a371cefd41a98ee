package pat_test

import (
	"errors"
	"fmt"
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
