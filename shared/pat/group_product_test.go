package pat_test

import (
	"errors"
	"net/netip"
	"testing"
	"time"

	"latchkey/shared/pat"
)

// groupAPI is a product whose tokens are a group's, with a life and a limit of its own, as Authlance's are.
var groupAPI = pat.Product{Name: pat.Authlance, Shape: pat.ShapeAuthlance, Secludes: true, Forgets: true,
	Lifetime: 60 * day, MaxLifetime: 1825 * day, Limit: 3}

// team makes the people of two groups: alice and bert administer 7, mia is a member of it, carl administers 8.
func team(t *testing.T, edits ...func(*pat.Config)) *world {
	t.Helper()
	w := newWorld(t, edits...)
	for name, in := range map[string]func(*pat.Owner){"alice": inGroup("7", pat.RoleAdmin), "bert": inGroup("7", pat.RoleAdmin),
		"mia": inGroup("7", pat.RoleMember), "carl": inGroup("8", pat.RoleAdmin)} {
		w.user(name, in)
	}
	return w
}

func TestALifeOfTheProductsOwnStandsInPlaceOfThePolicys(t *testing.T) {
	for name, c := range map[string]struct {
		policy func(*pat.Policy)
		expiry pat.Expiry
		want   time.Duration // 0: refused
	}{
		"nothing said":                         {func(*pat.Policy) {}, pat.Expiry{}, 60 * day},
		"the longest":                          {func(*pat.Policy) {}, pat.Expiry{After: 1825 * day}, 1825 * day},
		"longer":                               {func(*pat.Policy) {}, pat.Expiry{After: 1825*day + time.Millisecond}, 0},
		"for ever":                             {func(*pat.Policy) {}, pat.Expiry{Never: true}, 0},
		"nothing said, and the policy says":    {func(p *pat.Policy) { p.Lifetimes = map[pat.ProductName]time.Duration{pat.Authlance: 7 * day} }, pat.Expiry{}, 7 * day},
		"the policy says it of another":        {func(p *pat.Policy) { p.Lifetimes = map[pat.ProductName]time.Duration{pat.Quay: 7 * day} }, pat.Expiry{}, 60 * day},
		"bound, nothing said":                  {func(p *pat.Policy) { p.LifetimesForAll, p.MaxLifetime = true, 30*day }, pat.Expiry{}, 30 * day},
		"bound, longer than the policy allows": {func(p *pat.Policy) { p.LifetimesForAll = true }, pat.Expiry{After: 367 * day}, 0},
		"bound, within":                        {func(p *pat.Policy) { p.LifetimesForAll = true }, pat.Expiry{After: 366 * day}, 366 * day},
	} {
		t.Run(name, func(t *testing.T) {
			w := team(t, withPolicy(c.policy))
			made, err := w.Create(w.ctx, w.through(groupAPI, "alice"), request(forGroup("7"), withExpiry(c.expiry)))
			if c.want == 0 {
				w.refused(err, pat.CodeInvalid)
				return
			}
			w.must(err)
			if lives := made.Token.ExpiresAt.Sub(made.Token.CreatedAt); lives != c.want {
				t.Errorf("it lives %s, want %s", lives, c.want)
			}
		})
	}
}

func TestAProductsLimitCountsWhatItShows(t *testing.T) {
	w := team(t)
	alice, bert := w.through(groupAPI, "alice"), w.through(groupAPI, "bert")
	for range 4 {
		w.create(w.as("alice"), forGroup("7")) // the native API's, which do not count
	}
	short := w.create(alice, forGroup("7"), withExpiry(pat.Expiry{After: day})).Token
	second := w.create(bert, forGroup("7")).Token
	w.create(alice, forGroup("7"))
	full := func(why string) {
		t.Helper()
		for _, by := range []pat.Caller{alice, bert} {
			if _, err := w.Create(w.ctx, by, request(forGroup("7"))); pat.CodeOf(err) != pat.CodeLimitReached {
				t.Errorf("%s: %v", why, err)
			}
		}
	}
	full("there are three")
	w.clock.advance(day)
	full("one has expired")
	w.must(w.Delete(w.ctx, bert, pat.DeleteRequest{ID: second.ID}))
	w.create(alice, forGroup("7"))
	full("one was revoked and one was made")
	w.clock.set(short.PurgeAt)
	w.create(alice, forGroup("7"))
	full("one is not kept any more, and one was made")
	w.create(w.through(groupAPI, "carl"), forGroup("8"))
}

func TestTheWholeListOfAGroupIsItsAdmins(t *testing.T) {
	w := team(t)
	alice := w.through(groupAPI, "alice")
	var ids []pat.ID // newest first
	for _, by := range []string{"alice", "bert", "alice"} {
		ids = append([]pat.ID{w.create(w.through(groupAPI, by), forGroup("7")).Token.ID}, ids...)
		w.clock.advance(time.Millisecond)
	}
	w.create(w.as("alice"), forGroup("7"))
	w.create(w.as("alice"))
	w.must(w.Delete(w.ctx, alice, pat.DeleteRequest{ID: ids[1]}))
	want := []pat.ID{ids[0], ids[2]}
	for name, c := range map[string]struct {
		by    pat.Caller
		group string
		code  pat.Code
		want  []pat.ID
	}{
		"an admin":                         {alice, "7", "", want},
		"another admin":                    {w.through(groupAPI, "bert"), "7", "", want},
		"an administrator":                 {w.through(groupAPI, root), "7", "", want},
		"a member":                         {w.through(groupAPI, "mia"), "7", pat.CodeForbidden, nil},
		"a stranger":                       {w.through(groupAPI, "carl"), "7", pat.CodeNotFound, nil},
		"of a group that nobody has":       {alice, "9", pat.CodeNotFound, nil},
		"of a group without tokens":        {w.through(groupAPI, "carl"), "8", "", nil},
		"of what is no group":              {w.through(groupAPI, root), "a b", pat.CodeNotFound, nil},
		"his own, which are not a group's": {alice, "", "", nil},
	} {
		got, err := w.ListWhole(w.ctx, c.by, pat.WholeRequest{Group: c.group})
		if pat.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %q", name, err, c.code)
		}
		var gotIDs []pat.ID
		for _, token := range got {
			gotIDs = append(gotIDs, token.ID)
		}
		if diff := compare(c.want, gotIDs); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
	w.store.fail("Tokens", errors.New("the store is down"))
	_, err := w.ListWhole(w.ctx, alice, pat.WholeRequest{Group: "7"})
	w.refused(err, pat.CodeUnavailable)
}

func TestAVerificationCanAskForOneProductsTokens(t *testing.T) {
	w := team(t)
	own, other := w.create(w.through(groupAPI, "alice"), forGroup("7")), w.create(w.as("alice"), forGroup("7"))
	w.clock.advance(time.Second)
	for _, c := range []struct {
		secret pat.Secret
		made   *pat.ProductName
		want   pat.VerifyCode
	}{
		{own.Secret, ptr(pat.Authlance), pat.VerifyValid}, {other.Secret, ptr(pat.Authlance), pat.VerifyNotFound},
		{own.Secret, ptr(pat.Native), pat.VerifyNotFound}, {other.Secret, ptr(pat.Native), pat.VerifyValid},
		{own.Secret, nil, pat.VerifyValid}, {other.Secret, nil, pat.VerifyValid},
	} {
		got, err := w.Verify(w.ctx, pat.VerifyRequest{Token: c.secret, Cost: 1, IP: netip.MustParseAddr(home), Made: c.made})
		w.must(err)
		if known := c.want == pat.VerifyValid; got.Code != c.want || (got.Token != nil) != known || known && !got.At.Equal(w.clock.Now()) {
			t.Errorf("made by %v: %+v, want %s", c.made, got, c.want)
		}
	}
}

func TestWhatAProductsScopeIncludesNoPolicyTakesAway(t *testing.T) {
	for _, policy := range []pat.Policy{pat.DefaultPolicy(), {}, {Implies: map[pat.Scope][]pat.Scope{"authlance:full_scope": {"repo:read"}}}} {
		if !policy.Closure([]pat.Scope{"authlance:full_scope"}).Has("authlance:public_scope") {
			t.Errorf("%v takes it", policy.Implies)
		}
	}
}
