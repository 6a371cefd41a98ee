package pat_test

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"latchkey/shared/pat"
)

func withCalls(most map[pat.Scope]int64) func(*pat.CreateRequest) {
	return func(r *pat.CreateRequest) {
		r.MaxCalls = most
		r.Scopes = slices.Sorted(maps.Keys(most))
	}
}

// calls verifies for scopes at a cost and returns the verdict and the calls spent.
func (w *world) calls(secret pat.Secret, cost int64, scopes ...pat.Scope) string {
	w.t.Helper()
	result, err := w.Verify(w.ctx, pat.VerifyRequest{Token: secret, Cost: cost, Scopes: scopes})
	w.must(err)
	return fmt.Sprintf("%s %v", result.Code, result.Token.Usage.Calls)
}

func TestLimitsOfCallsHaveTheirBounds(t *testing.T) {
	calls := func(most map[pat.Scope]int64) func(*pat.CreateRequest) {
		return func(r *pat.CreateRequest) { r.MaxCalls, r.Scopes = most, []pat.Scope{"a:b", "c:d"} }
	}
	const bounds = "maxCalls: of each scope 1 to 2147483647"
	for _, c := range []struct {
		name string
		most map[pat.Scope]int64
		want []string
	}{
		{"none", nil, nil},
		{"one call", map[pat.Scope]int64{"a:b": 1}, nil},
		{"as many as 32 bits hold", map[pat.Scope]int64{"a:b": 1<<31 - 1, "c:d": 1}, nil},
		{"one more", map[pat.Scope]int64{"a:b": 1 << 31}, []string{bounds}},
		{"no call", map[pat.Scope]int64{"a:b": 0}, []string{bounds}},
		{"below zero", map[pat.Scope]int64{"a:b": -1, "c:d": 0}, []string{bounds}},
		{"of a scope that the token has not", map[pat.Scope]int64{"a:b": 1, "e:f": 1}, []string{"maxCalls: limits are of scopes that the token has"}},
		{"of no scope", map[pat.Scope]int64{"": 1}, []string{"maxCalls: limits are of scopes that the token has"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			made, err := w.Create(w.ctx, w.as("alice"), request(calls(c.most)))
			if c.want != nil {
				w.refusedFields(err, pat.CodeInvalid, c.want...)
				return
			}
			w.must(err)
			if got := w.record(made.Token.Prefix).MaxCalls; !maps.Equal(got, c.most) {
				t.Errorf("got %v", got)
			}
		})
	}
}

func TestCallsAreSpentByScope(t *testing.T) {
	w := newWorld(t)
	secret := w.create(w.as("alice"), func(r *pat.CreateRequest) {
		r.Scopes, r.MaxCalls = []pat.Scope{"a:b", "c:d", "e:f"}, map[pat.Scope]int64{"a:b": 3, "c:d": 1}
	}).Secret
	for i, c := range []struct {
		cost   int64
		scopes []pat.Scope
		want   string
	}{
		{0, []pat.Scope{"a:b"}, "VALID map[]"},
		{1, nil, "VALID map[]"},
		{1, []pat.Scope{"e:f"}, "VALID map[]"},
		{1, []pat.Scope{"a:b"}, "VALID map[a:b:1]"},
		{3, []pat.Scope{"a:b"}, "EXHAUSTED map[a:b:1]"}, // too many at once spend nothing
		{1, []pat.Scope{"e:f", "c:d", "a:b"}, "VALID map[a:b:2 c:d:1]"},
		{1, []pat.Scope{"a:b", "c:d"}, "EXHAUSTED map[a:b:2 c:d:1]"}, // nor does one without the other
		{1, []pat.Scope{"a:b", "x:y"}, "INSUFFICIENT_SCOPE map[a:b:2 c:d:1]"},
		{1, []pat.Scope{"a:b"}, "VALID map[a:b:3 c:d:1]"},
		{1, []pat.Scope{"a:b"}, "EXHAUSTED map[a:b:3 c:d:1]"},
		{0, []pat.Scope{"a:b"}, "EXHAUSTED map[a:b:3 c:d:1]"}, // who looks is told what a use would be
		{1, []pat.Scope{"e:f"}, "VALID map[a:b:3 c:d:1]"},
	} {
		if got := w.calls(secret, c.cost, c.scopes...); got != c.want {
			t.Errorf("step %d: %s, want %s", i, got, c.want)
		}
	}
}

// A scope that includes the one with the limit is another: it has none unless it is given one.
func TestALimitIsOfTheScopeThatIsNamed(t *testing.T) {
	w := newWorld(t)
	secret := w.create(w.as("alice"), withCalls(map[pat.Scope]int64{"repo:write": 1})).Secret
	for _, c := range []struct {
		scope pat.Scope
		want  string
	}{{"repo:read", "VALID map[]"}, {"repo:write", "VALID map[repo:write:1]"}, {"repo:write", "EXHAUSTED map[repo:write:1]"}, {"repo:read", "VALID map[repo:write:1]"}} {
		if got := w.calls(secret, 1, c.scope); got != c.want {
			t.Errorf("%s: %s, want %s", c.scope, got, c.want)
		}
	}
}

func TestCallsAreExactHoweverManyRace(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.as("alice"), withCalls(map[pat.Scope]int64{"a:b": 7}))
	var valid atomic.Int64
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() {
			if r, err := w.Verify(w.ctx, pat.VerifyRequest{Token: made.Secret, Cost: 1, Scopes: []pat.Scope{"a:b"}}); err == nil && r.Code == pat.VerifyValid {
				valid.Add(1)
			}
		})
	}
	all.Wait()
	if calls := w.record(made.Token.Prefix).Usage.Calls["a:b"]; valid.Load() != 7 || calls != 7 {
		t.Errorf("%d verifications said VALID, %d calls were counted, of 7", valid.Load(), calls)
	}
}

func TestATokenChangedWhileACallIsSpentIsJudgedAnew(t *testing.T) {
	for name, c := range map[string]struct {
		edit func(*pat.Token)
		want string
	}{
		"revoked":           {func(t *pat.Token) { t.RevokedAt = morning }, "REVOKED map[]"},
		"renamed":           {func(t *pat.Token) { t.Name = "other" }, "VALID map[a:b:1]"},
		"without the scope": {func(t *pat.Token) { t.Scopes = []pat.Scope{"c:d"} }, "INSUFFICIENT_SCOPE map[]"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			made := w.create(w.as("alice"), withCalls(map[pat.Scope]int64{"a:b": 5}))
			w.store.first("SpendCalls", func() { w.rewrite(made.Token.Prefix, c.edit) })
			if got := w.calls(made.Secret, 1, "a:b"); got != c.want {
				t.Errorf("got %s, want %s", got, c.want)
			}
		})
	}
}

func TestACallThatCannotBeCountedIsNoVerdict(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.as("alice"), withCalls(map[pat.Scope]int64{"a:b": 5}))
	ask := pat.VerifyRequest{Token: made.Secret, Cost: 1, Scopes: []pat.Scope{"a:b"}}
	w.store.fail("SpendCalls", errors.New("the store is down"))
	w.refused(errOf(w.Verify(w.ctx, ask)), pat.CodeUnavailable)
	w.store.fail("SpendCalls", pat.ErrConflict)
	w.refused(errOf(w.Verify(w.ctx, ask)), pat.CodeUnavailable)
	w.store.fail("SpendCalls", nil)
	w.store.lose("SpendCalls", errors.New("the answer was lost"))
	w.refused(errOf(w.Verify(w.ctx, ask)), pat.CodeUnavailable)
	w.store.lose("SpendCalls", nil)
	if got := w.calls(made.Secret, 0); got != "VALID map[a:b:1]" { // a lost answer may burn a call
		t.Errorf("got %s", got)
	}
}

// What a limited token makes can be used for a scope no more often than it can itself, by whatever way the scope is had.
func TestATokenMakesNoneThatMayCallMoreOften(t *testing.T) {
	calls := func(scope pat.Scope, most int64) func(*pat.CreateRequest) {
		return func(r *pat.CreateRequest) {
			r.Scopes = []pat.Scope{scope}
			if most > 0 {
				r.MaxCalls = map[pat.Scope]int64{scope: most}
			}
		}
	}
	for _, c := range []struct {
		name string
		edit func(*pat.CreateRequest)
		want string
	}{
		{"as often", calls("repo:read", 5), ""},
		{"less often", calls("repo:read", 4), ""},
		{"more often", calls("repo:read", 6), "maxCalls: at most 5 calls of repo:read, as the calling token has"},
		{"without a limit", calls("repo:read", 0), "maxCalls: at most 5 calls of repo:read, as the calling token has"},
		{"by a scope that includes it", calls("repo:write", 5), "maxCalls: at most 5 calls of repo:read, as the calling token has"},
		{"for another scope", calls("repo:public_read", 0), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			maker := w.by(w.create(w.as("alice"), func(r *pat.CreateRequest) {
				r.Scopes, r.MaxCalls = []pat.Scope{pat.ScopeTokensWrite, "repo:write", "repo:read"}, map[pat.Scope]int64{"repo:read": 5}
			}).Secret)
			_, err := w.Create(w.ctx, maker, request(c.edit))
			if c.want == "" {
				w.must(err)
				return
			}
			w.refusedFields(err, pat.CodeForbidden, c.want)
		})
	}
}
