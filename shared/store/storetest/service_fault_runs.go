package storetest

import (
	"time"

	"latchkey/shared/pat"
)

func faultLogin(s *site, f call) {
	o := s.owner("user#alice")
	s.fault(f, "log in", func() error {
		_, err := s.Authenticate(s.Context(), sessionOf(o))
		return err
	})
	s.caller(o.ID)
}

// token makes one for alice, by a site of its own, so that s has not yet read anything.
func (s *site) token(req pat.CreateRequest) pat.CreateResult {
	s.Helper()
	s.owner("user#alice")
	other := s.site()
	made, err := other.Create(s.Context(), other.caller("user#alice"), req)
	s.must(err)
	return made
}

func (s *site) verify(secret pat.Secret) error {
	r, err := s.Verify(s.Context(), pat.VerifyRequest{Token: secret, Cost: 1})
	s.same("result without a verdict", r, pat.VerifyResult{})
	return err
}

func faultVerify(s *site, f call) {
	made := s.token(request())
	s.fault(f, "verify", func() error { return s.verify(made.Secret) })
	s.verdicts([]pat.CreateResult{made}, pat.VerifyValid)
}

// A note of use that fails is not the verdict's affair.
func faultTouch(s *site, f call) {
	made := s.token(request())
	s.faults.Fail(f.method, f.nth, f.when)
	s.verdicts([]pat.CreateResult{made, made}, pat.VerifyValid)
	s.same("when it was used", s.stored(made.Token.Prefix).Usage.LastUsedAt, noon())
}

// A lost answer may burn a use; it never gives one more.
func faultSpend(s *site, f call) {
	req := request()
	req.MaxUses = 3
	made := s.token(req)
	s.fault(f, "spend", func() error { return s.verify(made.Secret) })
	left := 3
	if f.when == After {
		left--
	}
	for range left {
		s.verdicts([]pat.CreateResult{made}, pat.VerifyValid)
	}
	s.verdicts([]pat.CreateResult{made, made}, pat.VerifyExhausted)
	s.same("uses", s.stored(made.Token.Prefix).Usage.Uses, int64(3))
}

func faultCreate(s *site, f call) {
	o := s.owner("user#alice")
	s.retryCreate(f, s.caller(o.ID), replayed("key"), o.ID)
}

func faultCreateGroup(s *site, f call) {
	o := pat.Owner{ID: "user#alice", Tag: s.tag(), Epoch: 1, Groups: []pat.Membership{{Group: "7", Role: pat.RoleAdmin}}}
	s.must(s.store.PutOwner(s.Context(), o, 0, pat.Standing{}))
	req := replayed("key")
	req.Group = "7"
	s.retryCreate(f, s.caller(o.ID), req, "group#7")
}

// retryCreate checks that a create with an idempotency key makes one token, however its first try ended.
func (s *site) retryCreate(f call, c pat.Caller, req pat.CreateRequest, owner pat.OwnerID) {
	s.Helper()
	s.fault(f, "create", func() error {
		r, err := s.Create(s.Context(), c, req)
		s.same("result", r.Token, pat.Token{})
		s.same("there is no secret", r.Secret.IsZero(), true)
		return err
	})
	made, err := s.Create(s.Context(), c, req)
	s.must(err)
	s.same("the first try has made it", made.Replayed, f.method == "CreateToken" && f.when == After)
	again, err := s.Create(s.Context(), c, req)
	s.must(err)
	s.sameResult(again, made)
	s.same("tokens", s.walk(s.row(owner), 10), []pat.Token{made.Token})
	s.verdicts([]pat.CreateResult{made}, pat.VerifyValid)
}

func faultRevoke(s *site, f call) {
	made := s.token(request())
	c := s.caller("user#alice")
	revoke := func() error { return s.Delete(s.Context(), c, pat.DeleteRequest{ID: made.Token.ID}) }
	s.fault(f, "revoke", revoke)
	want := pat.VerifyValid
	if f.when == After {
		want = pat.VerifyRevoked
	}
	s.verdicts([]pat.CreateResult{made}, want)
	s.must(revoke())
	s.verdicts([]pat.CreateResult{made}, pat.VerifyRevoked)
	s.same("version", s.stored(made.Token.Prefix).Version, int64(2))
}

// A notice whose write was lost is written by the next run; one whose answer was lost is not written again.
func faultNotify(s *site, f call) {
	s.owner("user#alice")
	made := s.issue(s.caller("user#alice"), sweptTokens)
	s.clock.advance(83 * 24 * time.Hour)
	s.eventually(func() bool {
		due, err := s.store.Due(s.Context(), s.clock.Now(), 100)
		s.must(err)
		return len(due) == len(made)
	})
	s.fault(f, "announce", func() error { return only(s.Notify(s.Context(), 100)) })
	for range 2 {
		s.must(only(s.Notify(s.Context(), 100)))
		for _, m := range made {
			t := s.stored(m.Token.Prefix)
			s.same("version", t.Version, int64(2))
			s.same("last change", t.LastChange, pat.Change{Kind: pat.ChangeExpiring, Via: "system", At: s.clock.Now(), Notice: 7 * 24 * time.Hour})
		}
	}
}

func only(_ int, _ bool, err error) error { return err }
