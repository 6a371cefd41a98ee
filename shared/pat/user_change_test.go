package pat_test

import (
	"errors"
	"slices"
	"testing"

	"latchkey/shared/pat"
)

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
