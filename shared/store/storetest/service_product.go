package storetest

import (
	"fmt"
	"net/netip"

	"latchkey/shared/pat"
)

// keyed is a product whose tokens are all one owner's, without a limit to their number, and are shown by themselves.
var keyed = pat.Product{Name: pat.HOPRd, Shape: pat.ShapeHOPRd, Takes: map[pat.ProductName]pat.Form{pat.HOPRd: pat.AsKey},
	Superuser: true, Owner: pat.ServiceID(pat.HOPRd), Lasts: true, Nameless: true, Unlimited: true}

const superuser = "the superuser's own token"

// key authenticates a key that must do for a scope, once.
func (s *site) key(secret pat.Secret, needs pat.Scope) (pat.Caller, error) {
	return s.Authenticate(s.Context(), pat.Credential{Product: keyed, Scheme: pat.SchemeKey, Keys: []pat.Secret{secret}, Needs: needs,
		Grants: []pat.Scope{pat.ScopeTokensWrite}, Source: pat.Source{IP: netip.MustParseAddr("192.0.2.7")}})
}

// product asks for a token whose calls for a scope are limited; 0: they are not.
func product(scope pat.Scope, most int64) pat.CreateRequest {
	req := pat.CreateRequest{Scopes: []pat.Scope{scope}}
	if most > 0 {
		req.MaxCalls = map[pat.Scope]int64{scope: most}
	}
	return req
}

func productCases() []testCase {
	var cases []testCase
	for _, processes := range []int{1, 5} {
		over := fmt.Sprintf(", over %d processes", processes)
		cases = append(cases,
			testCase{"makes every one of 48 tokens at once" + over, func(w *world) { w.makeAtOnce(processes) }},
			testCase{"lets as many of 48 calls at once through as are left" + over, func(w *world) { w.callAtOnce(processes) }},
			testCase{"lets as many of 48 verifications at once through as are left" + over, func(w *world) { w.verifyAtOnce(processes) }})
	}
	return cases
}

func (w *world) makeAtOnce(processes int) {
	sites := w.sites(processes)
	made := make([]pat.CreateResult, 48)
	for _, err := range atOnce(len(made), func(i int) error {
		s := sites[i%processes]
		root, err := s.key(pat.NewSecret(superuser), "hoprd:tokensCreate")
		if err != nil {
			return err
		}
		made[i], err = s.Create(w.Context(), root, product("hoprd:nodePing", 0))
		return err
	}) {
		w.must(err)
	}
	sites[0].verdicts(made, pat.VerifyValid)
	w.same("tokens", len(w.walk(w.row(keyed.Owner), 100)), len(made))
}

// limited makes a token that is good for so many calls.
func (s *site) limited(scope pat.Scope, most int64) pat.Secret {
	s.Helper()
	root, err := s.key(pat.NewSecret(superuser), scope)
	s.must(err)
	made, err := s.Create(s.Context(), root, product(scope, most))
	s.must(err)
	return made.Secret
}

func (w *world) callAtOnce(processes int) {
	const scope, most = "hoprd:tokensCreate", 10
	sites := w.sites(processes)
	secret := sites[0].limited(scope, most)
	passed := 0
	for _, err := range atOnce(48, func(i int) error {
		_, err := sites[i%processes].key(secret, scope)
		return err
	}) {
		if err == nil {
			passed++
		} else {
			w.refused("call", err, pat.CodeInsufficientScope)
		}
	}
	w.same("calls that passed", passed, most)
}

func (w *world) verifyAtOnce(processes int) {
	const scope, most = "hoprd:nodePing", 10
	sites := w.sites(processes)
	secret := sites[0].limited(scope, most)
	verdicts := make([]pat.VerifyCode, 48)
	for _, err := range atOnce(len(verdicts), func(i int) error {
		r, err := sites[i%processes].Verify(w.Context(), pat.VerifyRequest{Token: secret, Scopes: []pat.Scope{scope}, Cost: 1})
		verdicts[i] = r.Code
		return err
	}) {
		w.must(err)
	}
	came := map[pat.VerifyCode]int{}
	for _, code := range verdicts {
		came[code]++
	}
	w.same("verdicts", came, map[pat.VerifyCode]int{pat.VerifyValid: most, pat.VerifyExhausted: 48 - most})
}
