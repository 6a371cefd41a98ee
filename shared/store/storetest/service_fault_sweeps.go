package storetest

import (
	"latchkey/shared/pat"
)

// sweptTokens is how many tokens alice has whom the faults of a sweep leave half done.
const sweptTokens = 6

// swept is an operation on all of alice's tokens that breaks off.
type swept struct {
	*site
	admin pat.Caller
	made  []pat.CreateResult
}

func newSwept(s *site) *swept {
	s.Helper()
	s.owner("user#alice")
	return &swept{s, s.admin(), s.issue(s.caller("user#alice"), sweptTokens)}
}

// breakOff runs the operation into the fault and then again. In between each token is as it was or as it
// becomes; in the end all have become it, each by one change.
func (s *swept) breakOff(f call, was, becomes pat.VerifyCode, do func() error) {
	s.Helper()
	before := s.versions()
	s.fault(f, "sweep", do)
	for i, m := range s.made {
		if got := s.verdict(m.Secret); got != was && got != becomes {
			s.Errorf("token %d, half way: %s", i, got)
		}
	}
	if err := do(); f != (call{"PutOwner", 2, After}) { // after which the user is gone, and so cannot be found
		s.must(err)
	}
	s.verdicts(s.made, becomes)
	for i, version := range s.versions() {
		s.same("changes of a token", version-before[i], int64(1))
	}
}

func (s *swept) versions() []int64 {
	s.Helper()
	var all []int64
	for _, m := range s.made {
		all = append(all, s.stored(m.Token.Prefix).Version)
	}
	return all
}

func (s *swept) suspend(suspended bool) error {
	_, err := s.PatchUser(s.Context(), s.admin, pat.PatchUserRequest{Name: "alice", Suspended: &suspended})
	return err
}

func faultSuspend(s *site, f call) {
	a := newSwept(s)
	a.breakOff(f, pat.VerifyValid, pat.VerifySuspended, func() error { return a.suspend(true) })
	s.must(a.suspend(false))
	s.verdicts(a.made, pat.VerifyValid)
}

func faultResume(s *site, f call) {
	a := newSwept(s)
	s.must(a.suspend(true))
	a.breakOff(f, pat.VerifySuspended, pat.VerifyValid, func() error { return a.suspend(false) })
	s.issue(s.caller("user#alice"), 1)
}

func faultDeleteUser(s *site, f call) {
	a := newSwept(s)
	a.breakOff(f, pat.VerifyValid, pat.VerifyRevoked, func() error { return s.DeleteUser(s.Context(), a.admin, "alice") })
	row := s.row("user#alice")
	s.same("is deleted", row.Deleted, true)
	_, err := s.Authenticate(s.Context(), sessionOf(row))
	s.refused("a session of the deleted user", err, pat.CodeUnauthenticated)
}
