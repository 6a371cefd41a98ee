package pat_test

import (
	"errors"
	"testing"

	"latchkey/shared/pat"
)

// suspend and resume do so as an administrator.
func (w *world) suspend(name string) error {
	row, err := w.PatchUser(w.ctx, w.as(root), pat.PatchUserRequest{Name: name, Suspended: ptr(true)})
	if (err == nil) != (row.ID == pat.UserID(name)) {
		w.t.Errorf("the user %q beside the error %v", row.ID, err)
	}
	return err
}

func (w *world) resume(name string) error {
	_, err := w.PatchUser(w.ctx, w.as(root), pat.PatchUserRequest{Name: name, Suspended: ptr(false)})
	return err
}

func TestSuspendingAUserSuspendsAllHisTokens(t *testing.T) {
	w := newWorld(t)
	w.user("alice", inGroup("7", pat.RoleAdmin))
	alice := w.as("alice")
	w.store.short = 4
	var secrets []pat.Secret
	for range 25 {
		secrets = append(secrets, w.create(alice).Secret)
	}
	revoked := w.create(alice)
	w.must(w.Delete(w.ctx, alice, pat.DeleteRequest{ID: revoked.Token.ID}))
	disabled := w.create(alice)
	w.must(errOf(w.Patch(w.ctx, alice, pat.PatchRequest{ID: disabled.Token.ID, Enabled: ptr(false)})))
	groups, others := w.create(alice, forGroup("7")).Secret, w.create(w.as("bob")).Secret

	w.must(w.suspend("alice"))
	for _, secret := range secrets {
		w.wantVerdict(secret, pat.VerifySuspended)
		w.refused(errOf(w.Authenticate(w.ctx, bearer(secret))), pat.CodeUnauthenticated)
	}
	w.wantVerdict(revoked.Secret, pat.VerifyRevoked)
	w.wantVerdict(disabled.Secret, pat.VerifySuspended)
	w.wantVerdict(groups, pat.VerifyValid)
	w.wantVerdict(others, pat.VerifyValid)

	w.must(w.resume("alice"))
	for _, secret := range secrets {
		w.wantVerdict(secret, pat.VerifyValid)
	}
	w.wantVerdict(revoked.Secret, pat.VerifyRevoked)
	w.wantVerdict(disabled.Secret, pat.VerifyDisabled)
	w.wantVerdict(w.create(w.as("alice")).Secret, pat.VerifyValid)
}

func TestSuspendingTwiceChangesNothingMore(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.as("alice")).Token
	w.must(w.suspend("alice"))
	token, row := w.record(made.Prefix), w.row("user#alice")
	w.must(w.suspend("alice"))
	if diff := compare(token, w.record(made.Prefix)); diff != "" {
		t.Errorf("the token: %s", diff)
	}
	if again := w.row("user#alice"); again.Epoch != row.Epoch {
		t.Errorf("the epoch went from %d to %d", row.Epoch, again.Epoch)
	}
}

func TestASuspensionThatFailedOnTheWayIsFinishedByTheRepeat(t *testing.T) {
	down := errors.New("the store is down")
	for _, method := range []string{"UpdateToken", "Tokens"} {
		t.Run(method, func(t *testing.T) {
			w := newWorld(t)
			var secrets []pat.Secret
			for range 12 {
				secrets = append(secrets, w.create(w.as("alice")).Secret)
			}
			jwt := w.jwt("alice")
			w.store.short = 5
			w.store.first(method, func() { w.store.fail(method, down) }) // the first call is let through
			w.refused(w.suspend("alice"), pat.CodeUnavailable)
			w.refused(errOf(w.Authenticate(w.ctx, bearer(jwt))), pat.CodeUnauthenticated)
			w.store.fail(method, nil)
			w.must(w.suspend("alice"))
			for _, secret := range secrets {
				w.wantVerdict(secret, pat.VerifySuspended)
			}
		})
	}
}

func TestOfTwoSweepsTheFirstOnesFailureIsNotForgotten(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.as("alice"))
	w.store.fail("UpdateToken", errors.New("the store is down"))
	req := pat.PatchUserRequest{Name: "alice", Suspended: ptr(true), Admin: ptr(false)} // of which the second has nothing to write
	w.refused(errOf(w.PatchUser(w.ctx, w.as(root), req)), pat.CodeUnavailable)
	w.wantVerdict(made.Secret, pat.VerifyValid)
}

func TestALateSuspensionDoesNotUndoAResumption(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.as("alice"))
	w.store.first("UpdateToken", func() { w.must(w.resume("alice")) }) // comes first, though asked for later
	w.must(w.suspend("alice"))
	w.wantVerdict(made.Secret, pat.VerifyValid)
	if row := w.row("user#alice"); row.Suspended {
		t.Error("the row says otherwise")
	}
}

func TestATokenCollectedWhileItIsSweptIsNoFailure(t *testing.T) {
	w := newWorld(t)
	w.create(w.as("alice"))
	w.store.fail("UpdateToken", pat.ErrNotFound)
	w.must(w.suspend("alice"))
	if n := w.store.calls("UpdateToken"); n != 1 {
		t.Errorf("%d writes", n)
	}
}

func TestADeletedUserLeavesNothingBehind(t *testing.T) {
	w := newWorld(t)
	w.user("alice", admin, inGroup("7", pat.RoleAdmin), withPassword)
	alice := w.as("alice")
	jwt := w.jwt("alice")
	made := w.create(alice, repeated("k", "body"))
	powerful := w.create(alice, withScopes("admin:all"))
	was := w.row("user#alice")

	w.must(w.DeleteUser(w.ctx, w.as(root), "alice"))
	gone := w.row("user#alice")
	if !gone.Deleted || gone.Password != "" || gone.Admin || len(gone.Groups) > 0 || gone.Epoch <= was.Epoch {
		t.Errorf("what is left: %+v", gone)
	}
	w.wantVerdict(made.Secret, pat.VerifyRevoked)
	w.refused(w.DeleteUser(w.ctx, w.as(root), "alice"), pat.CodeNotFound)
	w.refused(errOf(w.PatchUser(w.ctx, w.as(root), pat.PatchUserRequest{Name: "alice", Suspended: ptr(false)})), pat.CodeNotFound)
	w.refused(errOf(w.Login(w.ctx, login("alice", password))), pat.CodeUnauthenticated)

	w.must(errOf(w.CreateUser(w.ctx, w.as(root), newUser("alice"))))
	next := w.row("user#alice")
	if next.Deleted || next.Suspended || next.Admin || len(next.Groups) > 0 || next.Tag == was.Tag || next.Epoch <= gone.Epoch {
		t.Errorf("the new one is %+v", next)
	}
	// Nothing of the old one's is the new one's.
	w.refused(errOf(w.Authenticate(w.ctx, bearer(jwt))), pat.CodeUnauthenticated)
	for _, old := range []pat.CreateResult{made, powerful} {
		w.wantVerdict(old.Secret, pat.VerifyRevoked)
		w.refused(errOf(w.Authenticate(w.ctx, bearer(old.Secret))), pat.CodeUnauthenticated)
		w.refused(errOf(w.Get(w.ctx, w.as("alice"), old.Token.ID)), pat.CodeNotFound)
		w.refused(w.Delete(w.ctx, w.as("alice"), pat.DeleteRequest{ID: old.Token.ID}), pat.CodeNotFound)
	}
	page, err := w.List(w.ctx, w.as("alice"), pat.ListRequest{})
	if w.must(err); len(page.Tokens) != 0 {
		t.Errorf("%d tokens are listed", len(page.Tokens))
	}
	w.refused(errOf(w.List(w.ctx, w.as("alice"), pat.ListRequest{Cursor: made.Token.Prefix})), pat.CodeInvalid)
	if again := w.create(w.as("alice"), repeated("k", "body")); again.Replayed || again.Secret.Reveal() == made.Secret.Reveal() {
		t.Error("the old answer is repeated")
	}
	// A request of the old one that was under way makes nothing for the new one.
	w.refused(errOf(w.Create(w.ctx, alice, request())), pat.CodeUnauthenticated)
}

func TestADeletionThatFailedOnTheWayIsFinishedByTheRepeat(t *testing.T) {
	down := errors.New("the store is down")
	w := newWorld(t)
	made := w.create(w.as("alice"))
	w.store.fail("UpdateToken", down)
	w.refused(w.DeleteUser(w.ctx, w.as(root), "alice"), pat.CodeUnavailable)
	if row := w.row("user#alice"); row.Deleted || !row.Suspended {
		t.Errorf("half done, the row is %+v", row)
	}
	w.refused(errOf(w.CreateUser(w.ctx, w.as(root), newUser("alice"))), pat.CodeConflict)
	w.store.fail("UpdateToken", nil)
	w.store.first("UpdateToken", func() { w.store.fail("PutOwner", down) })
	w.refused(w.DeleteUser(w.ctx, w.as(root), "alice"), pat.CodeUnavailable)
	w.wantVerdict(made.Secret, pat.VerifyRevoked)
	w.store.fail("PutOwner", nil)
	w.must(w.DeleteUser(w.ctx, w.as(root), "alice"))
	if row := w.row("user#alice"); !row.Deleted {
		t.Errorf("the row is %+v", row)
	}
}

func TestATokenMadeInTheMiddleOfADeletionDiesWithTheRest(t *testing.T) {
	w := newWorld(t)
	w.user("alice")
	w.create(w.as("alice"))
	var late pat.CreateResult
	w.store.first("UpdateToken", func() { // his token is being revoked: the next row to be written is his
		w.store.first("PutOwner", func() {
			w.patchUser(pat.PatchUserRequest{Name: "alice", Suspended: ptr(false)})
			late = w.create(w.as("alice"))
		})
	})
	w.must(w.DeleteUser(w.ctx, w.as(root), "alice"))
	w.wantVerdict(late.Secret, pat.VerifyRevoked)
	if row := w.row("user#alice"); !row.Deleted {
		t.Errorf("what is left: %+v", row)
	}
}
