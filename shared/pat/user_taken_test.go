package pat_test

import (
	"testing"

	"latchkey/shared/pat"
)

func TestATakenNameIsAConflict(t *testing.T) {
	w := newWorld(t)
	was := w.user("alice")
	w.refused(errOf(w.CreateUser(w.ctx, w.as(root), newUser("alice"))), pat.CodeConflict)
	if diff := compare(was, w.row("user#alice")); diff != "" {
		t.Errorf("the user was changed: %s", diff)
	}
	boss := w.as(root)
	w.store.first("PutOwner", func() { w.user("bob") }) // somebody else takes it meanwhile
	w.refused(errOf(w.CreateUser(w.ctx, boss, newUser("bob"))), pat.CodeConflict)
}

func TestANameThatNobodyHasTakenIsNoConflict(t *testing.T) {
	w := newWorld(t)
	w.store.failNext("PutOwner", 1, pat.ErrConflict) // as where other writes stood in the way to the end
	w.refused(errOf(w.CreateUser(w.ctx, w.as(root), newUser("bob"))), pat.CodeUnavailable)
}
