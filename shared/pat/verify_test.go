package pat_test

import (
	"context"
	"errors"
	"net/netip"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/shared/pat"
)

// defects are all that can be wrong with a token whose secret is right, the one that counts most first.
var defects = []struct {
	code pat.VerifyCode
	make func(*pat.Token)
	undo func(*pat.Token)
}{
	{pat.VerifyCompromised, func(t *pat.Token) { t.Compromised = true }, func(t *pat.Token) { t.Compromised = false }},
	{pat.VerifyRevoked, func(t *pat.Token) { t.RevokedAt = morning }, func(t *pat.Token) { t.RevokedAt = time.Time{} }},
	{pat.VerifyExpired, func(t *pat.Token) { t.ExpiresAt = morning }, func(t *pat.Token) { t.ExpiresAt = morning.Add(time.Hour) }},
	{pat.VerifySuspended, func(t *pat.Token) { t.Suspended = true }, func(t *pat.Token) { t.Suspended = false }},
	{pat.VerifyDisabled, func(t *pat.Token) { t.Disabled = true }, func(t *pat.Token) { t.Disabled = false }},
	{pat.VerifyNotYetValid, func(t *pat.Token) { t.NotBefore = morning.Add(time.Minute) }, func(t *pat.Token) { t.NotBefore = morning }},
	{pat.VerifyExhausted, func(t *pat.Token) { t.MaxUses = 1 }, func(t *pat.Token) { t.MaxUses = 2 }}, // one is spent
	{pat.VerifyIPNotAllowed, func(t *pat.Token) { t.AllowedIPs = nets("198.51.100.0/24") }, func(t *pat.Token) { t.AllowedIPs = nets("192.0.2.0/24") }},
	{pat.VerifyInsufficientScope, func(t *pat.Token) { t.Scopes = []pat.Scope{"other:thing"} }, func(t *pat.Token) { t.Scopes = []pat.Scope{"repo:read"} }},
}

// useOnce is a token with two uses of which one is spent.
func (w *world) useOnce() pat.CreateResult {
	w.t.Helper()
	made := w.create(w.as("alice"), withUses(2))
	if _, err := w.store.Store.SpendUses(w.ctx, made.Token, 1); err != nil {
		w.t.Fatal(err)
	}
	return made
}

func judge(w *world, secret pat.Secret) pat.VerifyResult {
	w.t.Helper()
	result, err := w.Verify(w.ctx, pat.VerifyRequest{Token: secret, IP: netip.MustParseAddr(home), Scopes: []pat.Scope{"repo:read"}, Cost: 1})
	w.must(err)
	return result
}

func TestEachDefectHasItsVerdict(t *testing.T) {
	for _, d := range defects {
		t.Run(string(d.code), func(t *testing.T) {
			w := newWorld(t)
			made := w.useOnce()
			w.rewrite(made.Token.Prefix, d.make)
			result := judge(w, made.Secret)
			if result.Code != d.code || result.Token == nil || result.Token.ID != made.Token.ID {
				t.Errorf("got %+v", result)
			}
			if got := w.record(made.Token.Prefix).Usage; got.Uses != 1 || !got.LastUsedAt.IsZero() {
				t.Errorf("a refusal was counted as a use: %+v", got)
			}
		})
	}
}

func TestOfSeveralDefectsTheMostFinalIsTheVerdict(t *testing.T) {
	w := newWorld(t)
	made := w.useOnce()
	for _, d := range defects {
		w.rewrite(made.Token.Prefix, d.make)
	}
	for _, d := range defects {
		if got := judge(w, made.Secret).Code; got != d.code {
			t.Errorf("the verdict is %s, want %s", got, d.code)
		}
		w.rewrite(made.Token.Prefix, d.undo)
	}
	if got := judge(w, made.Secret).Code; got != pat.VerifyValid {
		t.Errorf("without any defect the verdict is %s", got)
	}
}

func TestReasonsAreForWhoHasTheSecret(t *testing.T) {
	for _, d := range defects {
		t.Run(string(d.code), func(t *testing.T) {
			w := newWorld(t)
			made := w.useOnce()
			w.rewrite(made.Token.Prefix, d.make)
			reads := w.store.calls("Token")
			wrong, err := newStringsOf("pat").Mint(pat.ShapeNative, made.Token.Prefix, newSeeded("another secret"))
			w.must(err)
			if diff := compare(pat.VerifyResult{Code: pat.VerifyNotFound}, judge(w, wrong)); diff != "" {
				t.Errorf("told more than that (-want +got):\n%s", diff)
			}
			if w.store.calls("Token") != reads+1 {
				t.Error("the string did not get as far as the record, so this shows nothing")
			}
			if w.store.calls("SpendUses", "TouchToken") != 0 {
				t.Error("a wrong secret made the service write")
			}
		})
	}
}

func newStringsOf(brand string) pat.Strings { return pat.NewStrings(brand, [][]byte{tagKey(1)}) }

func TestAnInstantDecides(t *testing.T) {
	start, end := morning.Add(time.Hour), morning.Add(2*time.Hour)
	purge := end.Add(pat.DefaultPolicy().Retention)
	for _, c := range []struct {
		name string
		now  time.Time
		want pat.VerifyCode
	}{
		{"a millisecond before notBefore", start.Add(-time.Millisecond), pat.VerifyNotYetValid},
		{"a nanosecond before notBefore", start.Add(-1), pat.VerifyNotYetValid},
		{"at notBefore", start, pat.VerifyValid},
		{"a millisecond before the expiry", end.Add(-time.Millisecond), pat.VerifyValid},
		{"a nanosecond before the expiry", end.Add(-1), pat.VerifyValid},
		{"at the expiry", end, pat.VerifyExpired},
		{"a millisecond after the expiry", end.Add(time.Millisecond), pat.VerifyExpired},
		{"a millisecond before the end of retention", purge.Add(-time.Millisecond), pat.VerifyExpired},
		{"at the end of retention", purge, pat.VerifyNotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			made := w.create(w.as("alice"), withExpiry(pat.Expiry{At: end}), func(r *pat.CreateRequest) { r.NotBefore = start })
			w.clock.set(c.now)
			w.wantVerdict(made.Secret, c.want)
		})
	}
}

func TestForgeriesDieBeforeTheStore(t *testing.T) {
	w := newWorld(t)
	good := w.create(w.as("alice")).Secret
	w.wantVerdict(good, pat.VerifyValid)
	before := w.store.calls()
	text := good.Reveal()
	forged := []string{"", "x", text[:len(text)-1], text + "0", strings.ToUpper(text), "acme" + text[3:],
		text[:30] + "0" + text[31:], mint(t, newStrings(tagKey(9)), pat.ShapeAuthlance, testPrefix), strings.Repeat("0", 47), strings.Repeat("A", 120)}
	for _, f := range forged {
		w.wantVerdict(pat.NewSecret(f), pat.VerifyNotFound)
		w.refused(errOf(w.Authenticate(w.ctx, bearer(pat.NewSecret(f)))), pat.CodeUnauthenticated)
	}
	if n := w.store.calls() - before; n != 0 {
		t.Errorf("%d calls of the store", n)
	}
}

func TestAStringWhoseRecordIsGoneIsNotFound(t *testing.T) {
	w := newWorld(t)
	w.wantVerdict(pat.NewSecret(mint(t, newStringsOf("pat"), pat.ShapeNative, testPrefix)), pat.VerifyNotFound)
	if w.store.calls("Token") != 1 {
		t.Error("the string did not get as far as the record, so this shows nothing")
	}
}

// errOf is the error of a call that answers something too.
func errOf[T any](_ T, err error) error { return err }

func TestAStringOfAnyShapeLeadsToItsRecord(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.as("alice"))
	for _, c := range shapeCases {
		secret, err := newStringsOf("pat").Mint(c.shape, made.Token.Prefix, newSeeded(c.name))
		w.must(err)
		w.rewrite(made.Token.Prefix, func(t *pat.Token) { t.Hash = secret.Hash() })
		if got := w.verdict(secret); got != pat.VerifyValid {
			t.Errorf("%s: the verdict is %s", c.name, got)
		}
		w.wantVerdict(made.Secret, pat.VerifyNotFound)
	}
}

func TestAFailingStoreIsNeverAVerdict(t *testing.T) {
	down := errors.New("the store is down")
	for _, c := range []struct {
		name, method string
		err          error
		limited      bool
	}{
		{"the record cannot be read", "Token", down, false},
		{"the record is corrupt", "Token", errors.New("token 0000: hash has 3 bytes"), false},
		{"the uses cannot be counted", "SpendUses", down, true},
		{"the record keeps changing", "SpendUses", pat.ErrConflict, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			made := w.create(w.as("alice"), func(r *pat.CreateRequest) {
				if c.limited {
					r.MaxUses = 5
				}
			})
			w.store.fail(c.method, c.err)
			result, err := w.Verify(w.ctx, pat.VerifyRequest{Token: made.Secret, Cost: 1})
			if diff := compare(pat.VerifyResult{}, result); diff != "" {
				t.Errorf("a result beside the error: %s", diff)
			}
			if e := w.refused(err, pat.CodeUnavailable); !errors.Is(e, c.err) || strings.Contains(e.Message, c.err.Error()) {
				t.Errorf("message %q, of %v", e.Message, e.Err)
			}
			w.refused(errOf(w.Authenticate(w.ctx, bearer(made.Secret))), pat.CodeUnavailable)
		})
	}
}

func TestAnEndedContextIsNeverAVerdict(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.as("alice"), withUses(5))
	ended, end := context.WithCancel(w.ctx)
	end()
	w.refused(errOf(w.Verify(ended, pat.VerifyRequest{Token: made.Secret, Cost: 1})), pat.CodeUnavailable)

	while, end := context.WithCancel(w.ctx)
	w.store.first("SpendUses", end)
	w.refused(errOf(w.Verify(while, pat.VerifyRequest{Token: made.Secret, Cost: 1})), pat.CodeUnavailable)
}

func TestWithoutKeysNothingIsDecidedAndTheLogHasTheCure(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.as("alice"))
	alice := w.as("alice")
	w.store.fail("Keys", pat.ErrNotFound)
	later := pat.NewService(pat.Config{Store: w.store, Ring: pat.NewKeyRing(w.store), Sessions: w.sessions, Policy: w.policy,
		Now: w.clock.Now, Rand: w.random})
	for name, err := range map[string]error{
		"verify":       errOf(later.Verify(w.ctx, pat.VerifyRequest{Token: made.Secret})),
		"verify junk":  errOf(later.Verify(w.ctx, pat.VerifyRequest{Token: pat.NewSecret("junk")})),
		"authenticate": errOf(later.Authenticate(w.ctx, bearer(made.Secret))),
		"create":       errOf(later.Create(w.ctx, alice, request())),
		"ready":        later.Ready(w.ctx),
	} {
		e := w.refused(err, pat.CodeUnavailable)
		if e.Err == nil || !strings.Contains(e.Err.Error(), "latchkey admin bootstrap") || strings.Contains(e.Message, "bootstrap") {
			t.Errorf("%s: message %q, for the log %v", name, e.Message, e.Err)
		}
	}
	w.store.fail("Keys", nil)
	if result, err := later.Verify(w.ctx, pat.VerifyRequest{Token: made.Secret}); err != nil || result.Code != pat.VerifyValid {
		t.Errorf("once the keys are there: %+v, %v", result, err)
	}
	w.must(later.Ready(w.ctx))
	w.store.fail("Keys", errors.New("the store is down"))
	w.refused(later.Ready(w.ctx), pat.CodeUnavailable)
	if result, err := later.Verify(w.ctx, pat.VerifyRequest{Token: made.Secret}); err != nil || result.Code != pat.VerifyValid {
		t.Errorf("the keys are read more than once: %+v, %v", result, err)
	}
}

func TestARequestToVerifyHasBounds(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.as("alice"))
	for _, c := range []struct {
		name string
		req  pat.VerifyRequest
		want []string
	}{
		{"a cost below zero", pat.VerifyRequest{Cost: -1}, []string{"cost: 0 to 1000"}},
		{"a cost of 1001", pat.VerifyRequest{Cost: 1001}, []string{"cost: 0 to 1000"}},
		{"a malformed scope", pat.VerifyRequest{Scopes: []pat.Scope{"repo"}},
			[]string{"scopes/0: a scope is resource:action in lower case, at most 128 characters"}},
		{"a scope twice", pat.VerifyRequest{Scopes: []pat.Scope{"a:b", "a:b"}}, []string{"scopes/1: this scope is there twice"}},
		{"65 scopes", pat.VerifyRequest{Scopes: make([]pat.Scope, 65)}, []string{"scopes: at most 64 scopes"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			c.req.Token = made.Secret
			w.in(t)
			w.refusedFields(errOf(w.Verify(w.ctx, c.req)), pat.CodeInvalid, c.want...)
		})
	}
	for _, cost := range []int64{0, 1000} {
		if result, err := w.Verify(w.ctx, pat.VerifyRequest{Token: made.Secret, Cost: cost}); err != nil || result.Code != pat.VerifyValid {
			t.Errorf("a cost of %d: %+v, %v", cost, result, err)
		}
	}
}

func TestIPRules(t *testing.T) {
	for _, c := range []struct {
		rules string
		ip    string
		want  pat.VerifyCode
	}{
		{"", "192.0.2.7", pat.VerifyValid},
		{"", "", pat.VerifyValid},
		{"192.0.2.7/32", "192.0.2.7", pat.VerifyValid},
		{"192.0.2.7/32", "192.0.2.8", pat.VerifyIPNotAllowed},
		{"192.0.2.7/32", "", pat.VerifyIPNotAllowed},
		{"192.0.2.0/24 2001:db8::/32", "192.0.2.0", pat.VerifyValid},
		{"192.0.2.0/24 2001:db8::/32", "192.0.2.255", pat.VerifyValid},
		{"192.0.2.0/24 2001:db8::/32", "192.0.3.0", pat.VerifyIPNotAllowed},
		{"192.0.2.0/24 2001:db8::/32", "192.0.1.255", pat.VerifyIPNotAllowed},
		{"192.0.2.0/24 2001:db8::/32", "2001:db8:ffff::1", pat.VerifyValid},
		{"192.0.2.0/24 2001:db8::/32", "2001:db9::", pat.VerifyIPNotAllowed},
		{"192.0.2.0/24", "::ffff:192.0.2.7", pat.VerifyValid},
		{"192.0.2.0/24", "::ffff:192.0.3.7", pat.VerifyIPNotAllowed},
		{"192.0.2.0/24", "::192.0.2.7", pat.VerifyIPNotAllowed},
		{"0.0.0.0/0", "198.51.100.1", pat.VerifyValid},
		{"0.0.0.0/0", "::ffff:198.51.100.1", pat.VerifyValid},
		{"0.0.0.0/0", "2001:db8::1", pat.VerifyIPNotAllowed},
		{"::/0", "2001:db8::1", pat.VerifyValid},
		{"::/0", "198.51.100.1", pat.VerifyIPNotAllowed},
		{"::/0", "::ffff:198.51.100.1", pat.VerifyIPNotAllowed},
		{"::/0", "", pat.VerifyIPNotAllowed},
	} {
		t.Run(c.rules+" from "+c.ip, func(t *testing.T) {
			w := newWorld(t)
			made := w.create(w.as("alice"), withIPs(strings.Fields(c.rules)...))
			var ip netip.Addr
			if c.ip != "" {
				ip = netip.MustParseAddr(c.ip)
			}
			result, err := w.Verify(w.ctx, pat.VerifyRequest{Token: made.Secret, IP: ip})
			w.must(err)
			if result.Code != c.want {
				t.Errorf("the verdict is %s, want %s", result.Code, c.want)
			}
			_, err = w.Authenticate(w.ctx, pat.Credential{Product: nativeAPI, Scheme: pat.SchemeBearer, Secret: made.Secret, Source: pat.Source{IP: ip}})
			if w.saw(err); (err == nil) != (c.want == pat.VerifyValid) {
				t.Errorf("as a caller: %v", err)
			}
		})
	}
}

func TestScopesAreAskedOfTheClosure(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.as("alice"), withScopes("repo:write", "thing:do"))
	for _, c := range []struct {
		name   string
		wanted []pat.Scope
		want   pat.VerifyCode
		lacks  []pat.Scope
	}{
		{"none", nil, pat.VerifyValid, nil},
		{"one as sent", []pat.Scope{"repo:write"}, pat.VerifyValid, nil},
		{"one implied at a remove", []pat.Scope{"repo:public_read", "thing:do"}, pat.VerifyValid, nil},
		{"one that implies it", []pat.Scope{"repo:admin"}, pat.VerifyInsufficientScope, []pat.Scope{"repo:admin"}},
		{"some missing", []pat.Scope{"z:z", "repo:read", "a:a"}, pat.VerifyInsufficientScope, []pat.Scope{"z:z", "a:a"}},
		{"a wildcard is no more than its letters", []pat.Scope{"repo:*"}, pat.VerifyInsufficientScope, []pat.Scope{"repo:*"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.in(t)
			result, err := w.Verify(w.ctx, pat.VerifyRequest{Token: made.Secret, Scopes: c.wanted})
			if err != nil || result.Code != c.want || !slices.Equal(result.Missing, c.lacks) {
				t.Errorf("got %s, missing %v, %v", result.Code, result.Missing, err)
			}
		})
	}
	if diff := compare([]pat.Scope{"repo:public_read", "repo:read", "repo:write", "thing:do"}, w.Effective(made.Token)); diff != "" {
		t.Errorf("effective scopes: %s", diff)
	}
}

func TestATokenWithAWildcardScopeIsGoodForThatAlone(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.as("alice"), withScopes("repo:*"))
	if got := judge(w, made.Secret); got.Code != pat.VerifyInsufficientScope {
		t.Errorf("the verdict is %s", got.Code)
	}
}
