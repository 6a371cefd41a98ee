package pat_test

import (
	"testing"

	"latchkey/shared/pat"
)

func TestWhatACallerLosesMeanwhileItCannotUse(t *testing.T) {
	takeAway := func(w *world, name string, req pat.PatchUserRequest) func() {
		req.Name = name
		return func() { w.patchUser(req) }
	}
	for _, c := range []struct {
		name string
		run  func(w *world) error
		code pat.Code
	}{
		{"a demoted administrator gives his token no office", func(w *world) error {
			eve := w.as("eve")
			made := w.create(eve)
			w.store.first("UpdateToken", takeAway(w, "eve", pat.PatchUserRequest{Admin: ptr(false)}))
			return errOf(w.Patch(w.ctx, eve, pat.PatchRequest{ID: made.Token.ID, Scopes: ptr([]pat.Scope{"admin:all"})}))
		}, pat.CodeUnauthenticated},
		{"a demoted administrator makes no other", func(w *world) error {
			eve := w.as("eve")
			w.store.first("PutOwner", takeAway(w, "eve", pat.PatchUserRequest{Admin: ptr(false)}))
			return errOf(w.CreateUser(w.ctx, eve, newUser("mole", func(r *pat.CreateUserRequest) { r.Admin = true })))
		}, pat.CodeUnauthenticated},
		{"a demoted administrator demotes nobody", func(w *world) error {
			eve := w.as("eve")
			w.store.first("PutOwner", takeAway(w, "eve", pat.PatchUserRequest{Admin: ptr(false)}))
			return errOf(w.PatchUser(w.ctx, eve, pat.PatchUserRequest{Name: "boss", Admin: ptr(false)}))
		}, pat.CodeUnauthenticated},
		{"who has left a group changes none of its tokens", func(w *world) error {
			bob := w.as("bob")
			made := w.create(bob, forGroup("7"))
			w.store.first("UpdateToken", takeAway(w, "bob", pat.PatchUserRequest{Groups: &[]pat.Membership{}}))
			return errOf(w.Patch(w.ctx, bob, pat.PatchRequest{ID: made.Token.ID, Name: ptr("his still")}))
		}, pat.CodeUnauthenticated},
		{"a revoked token makes no heir", func(w *world) error {
			made := w.create(w.as("bob"), withScopes("tokens:write"))
			caller := w.by(made.Secret)
			w.store.first("CreateToken", func() { w.must(w.Delete(w.ctx, w.as("bob"), pat.DeleteRequest{ID: made.Token.ID})) })
			return errOf(w.Create(w.ctx, caller, request(withScopes("tokens:write"))))
		}, pat.CodeUnavailable},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.user("eve", admin)
			w.user("boss", admin)
			w.user("bob", inGroup("7", pat.RoleAdmin))
			w.refused(c.run(w), c.code)
		})
	}
}

func TestATokenGivesNothingByWayOfAnAccount(t *testing.T) {
	w := newWorld(t)
	w.user("alice", inGroup("7", pat.RoleMember))
	caller := w.by(w.create(w.as(root), withScopes("admin:all")).Secret)
	grown := &[]pat.Membership{{Group: "7", Role: pat.RoleAdmin}}
	for name, err := range map[string]error{
		"an administrator":   errOf(w.CreateUser(w.ctx, caller, newUser("mole", func(r *pat.CreateUserRequest) { r.Admin = true }))),
		"a user in a group":  errOf(w.CreateUser(w.ctx, caller, newUser("mole", func(r *pat.CreateUserRequest) { r.Groups = *grown }))),
		"a password":         errOf(w.PatchUser(w.ctx, caller, pat.PatchUserRequest{Name: "alice", Password: ptr(pat.NewSecret(password))})),
		"an office":          errOf(w.PatchUser(w.ctx, caller, pat.PatchUserRequest{Name: "alice", Admin: ptr(true)})),
		"a higher role":      errOf(w.PatchUser(w.ctx, caller, pat.PatchUserRequest{Name: "alice", Groups: grown})),
		"a group of another": errOf(w.PatchUser(w.ctx, caller, pat.PatchUserRequest{Name: "alice", Groups: &[]pat.Membership{{Group: "8", Role: pat.RoleMember}}})),
	} {
		if pat.CodeOf(err) != pat.CodeForbidden {
			t.Errorf("%s: %v", name, err)
		}
	}
	// What takes away, it may do; and a plain user has nothing that he did not bring.
	w.must(errOf(w.PatchUser(w.ctx, caller, pat.PatchUserRequest{Name: "alice", Suspended: ptr(true)})))
	w.must(errOf(w.PatchUser(w.ctx, caller, pat.PatchUserRequest{Name: "alice", Suspended: ptr(false)})))
	w.must(errOf(w.PatchUser(w.ctx, caller, pat.PatchUserRequest{Name: "alice", Groups: &[]pat.Membership{}})))
	w.must(errOf(w.CreateUser(w.ctx, caller, newUser("plain"))))
	w.must(w.DeleteUser(w.ctx, caller, "plain"))
}

func TestADeletionThatIsOvertakenLeavesTheNextAccountAlone(t *testing.T) {
	w := newWorld(t)
	w.user("alice")
	w.create(w.as("alice"))
	var next pat.CreateResult
	w.store.first("UpdateToken", func() { // the first deletion is sweeping: a second one is quicker
		w.must(w.DeleteUser(w.ctx, w.as(root), "alice"))
		w.must(errOf(w.CreateUser(w.ctx, w.as(root), newUser("alice"))))
		next = w.create(w.as("alice"))
	})
	w.must(w.DeleteUser(w.ctx, w.as(root), "alice"))
	if w.row("user#alice").Deleted {
		t.Error("the account that was made since is gone")
	}
	w.wantVerdict(next.Secret, pat.VerifyValid)
}

func TestADeletedFirstAdministratorDoesNotComeBack(t *testing.T) {
	w := newWorld(t)
	w.user("boss", admin)
	w.user(root, admin)
	w.must(w.DeleteUser(w.ctx, w.as("boss"), root))
	created, err := w.Bootstrap(w.ctx, root, func() (pat.Secret, error) { return pat.NewSecret(password), nil })
	if created || err != nil || !w.row(pat.UserID(root)).Deleted {
		t.Errorf("created %t, %v", created, err)
	}
}

func TestLookingIsNoUse(t *testing.T) {
	w := newWorld(t)
	w.user("alice")
	made := w.create(w.as("alice"))
	result, err := w.Verify(w.ctx, pat.VerifyRequest{Token: made.Secret, Cost: 0})
	if err != nil || result.Code != pat.VerifyValid || !w.record(made.Token.Prefix).Usage.LastUsedAt.IsZero() {
		t.Errorf("got %v, %v; used at %v", result.Code, err, w.record(made.Token.Prefix).Usage.LastUsedAt)
	}
}
