package pat_test

import (
	"slices"
	"strings"
	"testing"

	"latchkey/shared/pat"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func TestAScopeIsAResourceAndAnAction(t *testing.T) {
	for text, want := range map[string]bool{
		"repo:read":                              true,
		"0:*":                                    true,
		"repo/a.b_c-d*:read.all_now-*":           true,
		"r:" + strings.Repeat("a", 126):          true,
		"r:" + strings.Repeat("a", 127):          false,
		"":                                       false,
		":":                                      false,
		"repo":                                   false,
		"repo:":                                  false,
		":read":                                  false,
		"Repo:read":                              false,
		"repo:Read":                              false,
		"repo:read:all":                          false,
		"repo:read/all":                          false,
		"*:read":                                 false,
		"-repo:read":                             false,
		"repo :read":                             false,
		"repo:read\n":                            false,
		"répo:read":                              false,
		"repo:read,repo:write":                   false,
		"\u212aube:read":                         false,
		strings.Repeat("a", 1_000_000) + ":read": false,
	} {
		if got := pat.Scope(text).Valid(); got != want {
			t.Errorf("%.40q is valid: %t, want %t", text, got, want)
		}
	}
}

var managementScopes = []pat.Scope{pat.ScopeTokensRead, pat.ScopeTokensWrite, pat.ScopeTokensIntrospect, pat.ScopeSelfRotate,
	pat.ScopeUserAdmin, pat.ScopeAdminAll}

func TestLatchkeysOwnScopesAreTheManagementScopes(t *testing.T) {
	for _, s := range managementScopes {
		if !s.Valid() || !s.IsManagement() {
			t.Errorf("%s: valid %t, management %t", s, s.Valid(), s.IsManagement())
		}
	}
	for _, s := range []pat.Scope{"", "repo:read", "tokens:*", "tokens:delete", "admin:read", "tokens:read "} {
		if s.IsManagement() {
			t.Errorf("%q counts as one of Latchkey's own", s)
		}
	}
}

func TestAClosureHoldsWhatItsScopesImply(t *testing.T) {
	policy := pat.DefaultPolicy()
	for _, c := range []struct {
		name string
		of   []pat.Scope
		want []pat.Scope
	}{
		{"nothing implies nothing", nil, nil},
		{"an unknown scope is itself", []pat.Scope{"thing:do"}, []pat.Scope{"thing:do"}},
		{"implication goes all the way down", []pat.Scope{"repo:admin"}, []pat.Scope{"repo:admin", "repo:public_read", "repo:read", "repo:write"}},
		{"implication does not go up", []pat.Scope{"repo:read"}, []pat.Scope{"repo:public_read", "repo:read"}},
		{"repeats do not matter", []pat.Scope{"repo:read", "repo:read"}, []pat.Scope{"repo:public_read", "repo:read"}},
		{"writing tokens includes reading them", []pat.Scope{pat.ScopeTokensWrite}, []pat.Scope{pat.ScopeTokensRead, pat.ScopeTokensWrite}},
		{"admin:all includes all management", []pat.Scope{pat.ScopeAdminAll}, slices.Sorted(slices.Values(managementScopes))},
		{"managing users is not managing tokens", []pat.Scope{pat.ScopeUserAdmin}, []pat.Scope{pat.ScopeUserAdmin}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if diff := cmp.Diff(c.want, policy.Closure(c.of).Sorted()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAClosureOfACycleEnds(t *testing.T) {
	policy := pat.Policy{Implies: map[pat.Scope][]pat.Scope{
		"a:x": {"b:x"}, "b:x": {"c:x", "b:x"}, "c:x": {"a:x"},
	}}
	for _, start := range []pat.Scope{"a:x", "b:x", "c:x"} {
		if diff := cmp.Diff([]pat.Scope{"a:x", "b:x", "c:x"}, policy.Closure([]pat.Scope{start}).Sorted()); diff != "" {
			t.Errorf("from %s: %s", start, diff)
		}
	}
}

func TestAClosureLeavesItsInputAlone(t *testing.T) {
	policy := pat.DefaultPolicy()
	of := append(make([]pat.Scope, 0, 8), "repo:admin")
	policy.Closure(of)
	if of[:2][1] != "" || len(policy.Implies["repo:admin"]) != 1 {
		t.Errorf("the input became %v, the policy %v", of[:2], policy.Implies)
	}
}

// fewScopes makes policies and sets whose scopes meet each other often.
var (
	fewScopes  = rapid.SliceOfN(rapid.SampledFrom([]pat.Scope{"a:x", "b:x", "c:x", "d:x", "e:x", "tokens:write", "admin:all"}), 0, 5)
	somePolicy = rapid.Map(rapid.MapOf(rapid.SampledFrom([]pat.Scope{"a:x", "b:x", "c:x", "d:x"}), fewScopes),
		func(m map[pat.Scope][]pat.Scope) pat.Policy { return pat.Policy{Implies: m} })
)

func TestClosureIsAClosure(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		policy := somePolicy.Draw(t, "policy")
		of, more := fewScopes.Draw(t, "scopes"), fewScopes.Draw(t, "more scopes")
		closed := policy.Closure(of)
		if missing := closed.Missing(of); len(missing) > 0 {
			t.Errorf("it leaves out %v", missing)
		}
		if diff := cmp.Diff(closed, policy.Closure(closed.Sorted())); diff != "" {
			t.Errorf("it is not idempotent: %s", diff)
		}
		wider := policy.Closure(slices.Concat(of, more))
		if missing := wider.Missing(closed.Sorted()); len(missing) > 0 {
			t.Errorf("it is not monotone: with %v more it lacks %v", more, missing)
		}
		for s := range wider {
			if !closed.Has(s) && !policy.Closure(more).Has(s) {
				t.Errorf("%s comes from nowhere", s)
			}
		}
	})
}

func TestMissingKeepsTheOrderAskedFor(t *testing.T) {
	set := pat.ScopeSet{"a:x": {}}
	if diff := cmp.Diff([]pat.Scope{"c:x", "b:x"}, set.Missing([]pat.Scope{"c:x", "a:x", "b:x"})); diff != "" {
		t.Error(diff)
	}
	if missing := set.Missing([]pat.Scope{"a:x"}); missing != nil {
		t.Errorf("nothing is missing, and yet %v", missing)
	}
}
