package storetest

import (
	"time"

	"latchkey/shared/pat"
)

func limitCases() []testCase {
	return []testCase{
		{"lets one of fifty creates through at the limit less one", func(w *world) { w.fiftyAtTheLimit(1) }},
		{"lets one of fifty creates through, over five processes", func(w *world) { w.fiftyAtTheLimit(5) }},
		{"is the owner's, not the maker's", func(w *world) {
			s := w.site()
			o := pat.Owner{ID: "user#alice", Tag: w.tag(), Epoch: 1, Groups: []pat.Membership{{Group: "7", Role: pat.RoleAdmin}}}
			w.must(w.store.PutOwner(w.Context(), o, 0, pat.Standing{}))
			alice := s.caller(o.ID)
			s.issue(alice, most)
			req := request()
			req.Group = "7"
			for i := range most + 1 {
				_, err := s.Create(w.Context(), alice, req)
				if i < most {
					w.must(err)
				} else {
					w.refused("create one too many for the group", err, pat.CodeLimitReached)
				}
			}
			_, err := s.Create(w.Context(), alice, request())
			w.refused("create one too many for the user", err, pat.CodeLimitReached)
		}},
		{"frees a place with a revocation and with an expiry", func(w *world) {
			s := w.site()
			w.owner("user#alice")
			alice := s.caller("user#alice")
			short := request()
			short.Expiry.After = time.Hour
			_, err := s.Create(w.Context(), alice, short)
			w.must(err)
			made := s.issue(alice, most-1)
			_, err = s.Create(w.Context(), alice, request())
			w.refused("create at the limit", err, pat.CodeLimitReached)
			w.must(s.Delete(w.Context(), alice, pat.DeleteRequest{ID: made[0].Token.ID}))
			s.issue(alice, 1)
			w.clock.advance(time.Hour - time.Millisecond)
			_, err = s.Create(w.Context(), alice, request())
			w.refused("create before the expiry", err, pat.CodeLimitReached)
			w.clock.advance(time.Millisecond)
			s.issue(alice, 1)
			_, err = s.Create(w.Context(), alice, request())
			w.refused("create at the limit", err, pat.CodeLimitReached)
		}},
	}
}

func (w *world) fiftyAtTheLimit(processes int) {
	o := w.owner("user#alice")
	sites := w.sites(processes)
	var callers []pat.Caller
	for _, s := range sites {
		callers = append(callers, s.caller(o.ID))
	}
	made := sites[0].issue(callers[0], most-1)
	winners := make([]pat.CreateResult, 50)
	won := 0
	for i, err := range atOnce(len(winners), func(i int) (err error) {
		winners[i], err = sites[i%processes].Create(w.Context(), callers[i%processes], request())
		return err
	}) {
		if err == nil {
			won++
			made = append(made, winners[i])
		} else {
			w.refused("create", err, pat.CodeLimitReached)
		}
	}
	w.same("creates that succeeded", won, 1)
	w.same("tokens", len(w.walk(o, 100)), most)
	sites[0].verdicts(made, pat.VerifyValid)
}
