package storetest

import (
	"time"

	"latchkey/shared/pat"
)

func limitCases() []testCase {
	native, group := limited{}, limited{product: tenShown, group: "7"}
	return []testCase{
		{"lets one of fifty creates through at the limit less one", func(w *world) { w.fiftyAtTheLimit(1, native) }},
		{"lets one of fifty creates through, over five processes", func(w *world) { w.fiftyAtTheLimit(5, native) }},
		{"of a product and a group lets one of fifty creates through", func(w *world) { w.fiftyAtTheLimit(1, group) }},
		{"of a product and a group lets one of fifty creates through, over five processes", func(w *world) { w.fiftyAtTheLimit(5, group) }},
		{"of a product counts what it shows, and frees a place with a revocation alone", func(w *world) { w.whatIsShownCounts() }},
		{"is the owner's, not the maker's", func(w *world) {
			s := w.site()
			w.administrator()
			alice := s.caller("user#alice")
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

// limited is whose tokens a case counts: those that are made through a product's API, for a group or for alice herself.
type limited struct {
	product pat.Product
	group   string
}

// tenShown is a product that bounds the tokens that it shows of an owner, where the policy's own limit bounds nothing.
var tenShown = pat.Product{Name: pat.Authlance, Shape: pat.ShapeAuthlance, Secludes: true, Forgets: true, Unlimited: true, Limit: most}

// maker is alice, who administers the group, through the product's API.
func (s *site) maker(l limited) pat.Caller {
	s.Helper()
	credential := sessionOf(s.row("user#alice"))
	credential.Product = l.product
	c, err := s.Authenticate(s.Context(), credential)
	s.must(err)
	return c
}

// request asks for one more token.
func (l limited) request() pat.CreateRequest {
	r := request()
	r.Group = l.group
	return r
}

// owner is whose they are.
func (l limited) owner() pat.OwnerID {
	if l.group == "" {
		return "user#alice"
	}
	return pat.GroupID(l.group)
}

// administrator makes alice, who administers the group 7.
func (w *world) administrator() {
	w.Helper()
	alice := pat.Owner{ID: "user#alice", Tag: w.tag(), Epoch: 1, Groups: []pat.Membership{{Group: "7", Role: pat.RoleAdmin}}}
	w.must(w.store.PutOwner(w.Context(), alice, 0, pat.Standing{}))
}

func (w *world) fiftyAtTheLimit(processes int, l limited) {
	w.administrator()
	sites := w.sites(processes)
	var callers []pat.Caller
	for _, s := range sites {
		callers = append(callers, s.maker(l))
	}
	var made []pat.CreateResult
	for range most - 1 {
		r, err := sites[0].Create(w.Context(), callers[0], l.request())
		w.must(err)
		made = append(made, r)
	}
	winners := make([]pat.CreateResult, 50)
	won := 0
	for i, err := range atOnce(len(winners), func(i int) (err error) {
		winners[i], err = sites[i%processes].Create(w.Context(), callers[i%processes], l.request())
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
	w.same("tokens", len(w.walk(w.row(l.owner()), 100)), most)
	sites[0].verdicts(made, pat.VerifyValid)
}

func (w *world) whatIsShownCounts() {
	w.administrator()
	s := w.site()
	l := limited{tenShown, "7"}
	alice := s.maker(l)
	native := request()
	native.Group = l.group
	_, err := s.Create(w.Context(), s.caller("user#alice"), native) // which the product does not show
	w.must(err)
	var made []pat.CreateResult
	for range most {
		r := l.request()
		r.Expiry.After = time.Hour
		result, err := s.Create(w.Context(), alice, r)
		w.must(err)
		made = append(made, result)
	}
	for _, wait := range []time.Duration{0, time.Hour} { // an expired one is still shown
		w.clock.advance(wait)
		_, err := s.Create(w.Context(), alice, l.request())
		w.refused("create at the limit", err, pat.CodeLimitReached)
	}
	w.must(s.Delete(w.Context(), alice, pat.DeleteRequest{ID: made[0].Token.ID}))
	_, err = s.Create(w.Context(), alice, l.request())
	w.must(err)
	_, err = s.Create(w.Context(), alice, l.request())
	w.refused("create at the limit", err, pat.CodeLimitReached)
}
