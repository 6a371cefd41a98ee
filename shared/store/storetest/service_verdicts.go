package storetest

import (
	"sync"
	"sync/atomic"

	"latchkey/shared/pat"
)

func verdictCases() []testCase {
	return []testCase{
		{"are never VALID once a revocation was acknowledged", func(w *world) {
			sites := w.sites(2)
			w.owner("user#alice")
			alice := sites[0].caller("user#alice")
			for _, made := range sites[0].issue(alice, 5) {
				w.watch(sites, []pat.CreateResult{made}, pat.VerifyValid, pat.VerifyRevoked, func() error {
					return sites[0].Delete(w.Context(), alice, pat.DeleteRequest{ID: made.Token.ID})
				})
			}
		}},
		{"follow a user who is suspended, resumed and deleted", verdictsOfUser},
		{"leave a revoked token revoked when its owner is resumed", func(w *world) {
			s := w.site()
			w.owner("user#alice")
			made := s.issue(s.caller("user#alice"), 3)
			alice, admin := s.caller("user#alice"), s.admin()
			s.patchUser(admin, true)
			w.must(s.Delete(w.Context(), admin, pat.DeleteRequest{ID: made[0].Token.ID}))
			s.patchUser(admin, false)
			s.verdicts(made[:1], pat.VerifyRevoked)
			s.verdicts(made[1:], pat.VerifyValid)
			_, err := s.Create(w.Context(), alice, request())
			w.refused("create by a session from before", err, pat.CodeUnauthenticated)
		}},
		{"let no token through that is made while its owner is suspended", suspendAgainstCreate},
		{"spend no more uses than there are, for many at once", func(w *world) { w.spendByVerifying(1) }},
		{"spend no more uses than there are, over three processes", func(w *world) { w.spendByVerifying(3) }},
	}
}

// watch verifies the tokens all the time while change happens. Up to then each verdict is one of the two;
// one that is asked for after change has returned is the second.
func (w *world) watch(sites []*site, made []pat.CreateResult, was, becomes pat.VerifyCode, change func() error) {
	w.Helper()
	var changed atomic.Bool
	var started, ended sync.WaitGroup
	for i := range 8 {
		started.Add(1)
		ended.Go(func() {
			s := sites[i%len(sites)]
			check := func() {
				late := changed.Load()
				got := s.verdict(made[i%len(made)].Secret)
				if got != becomes && (late || got != was) {
					w.Errorf("verdict %s, want %s (after the change was acknowledged: %t)", got, becomes, late)
				}
			}
			check()
			started.Done()
			for !changed.Load() && !w.Failed() {
				check()
			}
			for range 3 {
				check()
			}
		})
	}
	started.Wait()
	err := change()
	changed.Store(true)
	ended.Wait()
	w.must(err)
}

// patchUser suspends or resumes alice.
func (s *site) patchUser(admin pat.Caller, suspended bool) {
	s.Helper()
	_, err := s.PatchUser(s.Context(), admin, pat.PatchUserRequest{Name: "alice", Suspended: &suspended})
	s.must(err)
}

func verdictsOfUser(w *world) {
	sites := w.sites(2)
	s := sites[0]
	w.owner("user#alice")
	made := s.issue(s.caller("user#alice"), most)
	admin := s.admin()
	suspend := func(suspended bool) func() error {
		return func() error {
			_, err := s.PatchUser(w.Context(), admin, pat.PatchUserRequest{Name: "alice", Suspended: &suspended})
			return err
		}
	}
	w.watch(sites, made, pat.VerifyValid, pat.VerifySuspended, suspend(true))
	s.verdicts(made, pat.VerifySuspended)
	w.watch(sites, made, pat.VerifySuspended, pat.VerifyValid, suspend(false))
	s.verdicts(made, pat.VerifyValid)
	w.watch(sites, made, pat.VerifyValid, pat.VerifyRevoked, func() error {
		return s.DeleteUser(w.Context(), admin, "alice")
	})
	s.verdicts(made, pat.VerifyRevoked)
	_, err := s.Authenticate(w.Context(), sessionOf(w.row("user#alice")))
	w.refused("a session of the deleted user", err, pat.CodeUnauthenticated)
}

func suspendAgainstCreate(w *world) {
	sites := w.sites(2)
	w.owner("user#alice")
	alice, admin := sites[0].caller("user#alice"), sites[1].admin()
	made := make([]pat.CreateResult, 8)
	for i, err := range atOnce(len(made)+1, func(i int) (err error) {
		if i == len(made) {
			yes := true
			_, err = sites[1].PatchUser(w.Context(), admin, pat.PatchUserRequest{Name: "alice", Suspended: &yes})
			return err
		}
		made[i], err = sites[0].Create(w.Context(), alice, request())
		return err
	}) {
		switch {
		case i == len(made):
			w.must(err)
		case err != nil:
			w.refused("create", err, pat.CodeForbidden, pat.CodeUnauthenticated)
		default:
			sites[0].verdicts(made[i:i+1], pat.VerifySuspended)
		}
	}
}

func (w *world) spendByVerifying(processes int) {
	const uses, calls = 20, 48
	sites := w.sites(processes)
	w.owner("user#alice")
	req := request()
	req.MaxUses = uses
	made, err := sites[0].Create(w.Context(), sites[0].caller("user#alice"), req)
	w.must(err)
	var valid, exhausted atomic.Int64
	for _, err := range atOnce(calls, func(i int) error {
		r, err := sites[i%processes].Verify(w.Context(), pat.VerifyRequest{Token: made.Secret, Cost: 1})
		switch r.Code {
		case pat.VerifyValid:
			valid.Add(1)
		case pat.VerifyExhausted:
			exhausted.Add(1)
		}
		return err
	}) {
		w.must(err)
	}
	w.same("VALID", valid.Load(), int64(uses))
	w.same("EXHAUSTED", exhausted.Load(), int64(calls-uses))
	w.same("uses", w.stored(made.Token.Prefix).Usage.Uses, int64(uses))
}
