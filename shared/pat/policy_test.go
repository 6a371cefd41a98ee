package pat_test

import (
	"strings"
	"testing"
	"time"

	"latchkey/shared/pat"
)

func TestTheDefaultPolicyIsAWorkingOne(t *testing.T) {
	if err := pat.DefaultPolicy().Validate(); err != nil {
		t.Error(err)
	}
}

func TestAPolicyHasBounds(t *testing.T) {
	const (
		lives = "1 day to "
		rate  = "perMinute and burst, each 1 to 1000000"
	)
	for _, c := range []struct {
		name string
		edit func(*pat.Policy)
		want []string // none: it is a policy
	}{
		{"the least of everything", func(p *pat.Policy) {
			*p = pat.Policy{Brand: "a", DefaultLifetime: day, MaxLifetime: day, TokensPerOwner: 1, Retention: day, SessionLifetime: time.Minute,
				Creates: pat.Rate{PerMinute: 1, Burst: 1}, LoginsByAccount: pat.Rate{PerMinute: 1, Burst: 1}, LoginsBySource: pat.Rate{PerMinute: 1, Burst: 1}}
		}, nil},
		{"the most of everything", func(p *pat.Policy) {
			most := pat.Rate{PerMinute: 1e6, Burst: 1e6}
			*p = pat.Policy{Brand: strings.Repeat("a", 32), DefaultLifetime: 36500 * day, MaxLifetime: 36500 * day, TokensPerOwner: 1000,
				Retention: 3650 * day, SessionLifetime: day, Creates: most, LoginsByAccount: most, LoginsBySource: most}
		}, nil},
		{"a brand of 33 characters", func(p *pat.Policy) { p.Brand = strings.Repeat("a", 33) }, []string{"brand: letters in lower case and digits, at most 32"}},
		{"no brand", func(p *pat.Policy) { p.Brand = "" }, []string{"brand: letters in lower case and digits, at most 32"}},
		{"a brand with an underscore", func(p *pat.Policy) { p.Brand = "a_b" }, []string{"brand: letters in lower case and digits, at most 32"}},
		{"a brand in capitals", func(p *pat.Policy) { p.Brand = "Pat" }, []string{"brand: letters in lower case and digits, at most 32"}},
		{"a scope that includes a management scope", func(p *pat.Policy) { p.Implies["repo:admin"] = []pat.Scope{"admin:all"} },
			[]string{"implies: admin:all is Latchkey's own: no other scope can include it"}},
		{"a management scope that includes a scope", func(p *pat.Policy) { p.Implies["admin:all"] = []pat.Scope{"repo:admin"} }, nil},
		{"a malformed scope in an implication", func(p *pat.Policy) { p.Implies["repo"] = []pat.Scope{"x"} },
			[]string{"implies/0: " + scopeIs, "implies/0: " + scopeIs}},
		{"a malformed mintable scope", func(p *pat.Policy) { p.Mintable = []pat.Scope{"a:b", "c"} }, []string{"mintableScopes/1: not a scope"}},
		{"a cycle", func(p *pat.Policy) { p.Implies["repo:read"] = []pat.Scope{"repo:admin"} }, nil},
		{"no lifetime", func(p *pat.Policy) { p.DefaultLifetime = 0 }, []string{"defaultLifetimeDays: " + lives + "366 days"}},
		{"a default beyond the maximum", func(p *pat.Policy) { p.MaxLifetime = 30 * day }, []string{"defaultLifetimeDays: " + lives + "30 days"}},
		{"a maximum below a day", func(p *pat.Policy) { p.MaxLifetime, p.DefaultLifetime = time.Hour, day }, []string{"maxLifetimeDays: " + lives + "36500 days"}},
		{"no retention", func(p *pat.Policy) { p.Retention = 0 }, []string{"retentionDays: " + lives + "3650 days"}},
		{"sessions of two days", func(p *pat.Policy) { p.SessionLifetime = 2 * day }, []string{"sessionMinutes: 1m0s to 1 day"}},
		{"a life for Quay", func(p *pat.Policy) { p.Lifetimes = map[pat.ProductName]time.Duration{pat.Quay: time.Second} }, nil},
		{"the longest life", func(p *pat.Policy) { p.Lifetimes = map[pat.ProductName]time.Duration{pat.Quay: 36500 * day} }, nil},
		{"a life for tokens whose makers can say it", func(p *pat.Policy) { p.Lifetimes = map[pat.ProductName]time.Duration{pat.HOPRd: day} },
			[]string{"dialectLifetimes: that of quay alone; elsewhere clients say how long"}},
		{"a life of nothing", func(p *pat.Policy) { p.Lifetimes = map[pat.ProductName]time.Duration{pat.Quay: 0} },
			[]string{"dialectLifetimes: 1s to 36500 days"}},
		{"a life of centuries", func(p *pat.Policy) { p.Lifetimes = map[pat.ProductName]time.Duration{pat.Quay: 36501 * day} },
			[]string{"dialectLifetimes: 1s to 36500 days"}},
		{"a life for our own tokens, which have another member", func(p *pat.Policy) { p.Lifetimes = map[pat.ProductName]time.Duration{pat.Native: day} },
			[]string{"dialectLifetimes: that of quay alone; elsewhere clients say how long"}},
		{"a life for nobody's", func(p *pat.Policy) { p.Lifetimes = map[pat.ProductName]time.Duration{"Quay": day} },
			[]string{"dialectLifetimes: that of quay alone; elsewhere clients say how long"}},
		{"no tokens", func(p *pat.Policy) { p.TokensPerOwner = 0 }, []string{"tokensPerOwner: 1 to 1000"}},
		{"1001 tokens", func(p *pat.Policy) { p.TokensPerOwner = 1001 }, []string{"tokensPerOwner: 1 to 1000"}},
		{"a rate of nothing", func(p *pat.Policy) { p.Creates.PerMinute = 0 }, []string{"creates: " + rate}},
		{"a burst of nothing", func(p *pat.Policy) { p.LoginsByAccount.Burst = 0 }, []string{"failedLoginsByAccount: " + rate}},
		{"a burst of millions", func(p *pat.Policy) { p.LoginsBySource.Burst = 1e6 + 1 }, []string{"failedLoginsBySource: " + rate}},
		{"a rate of millions", func(p *pat.Policy) { p.LoginsBySource.PerMinute = 1e6 + 1 }, []string{"failedLoginsBySource: " + rate}},
	} {
		t.Run(c.name, func(t *testing.T) {
			policy := pat.DefaultPolicy()
			c.edit(&policy)
			err := policy.Validate()
			if c.want == nil {
				if err != nil {
					t.Error(err)
				}
				return
			}
			w := &world{t: t, written: &written{}}
			w.refusedFields(err, pat.CodeInvalid, c.want...)
		})
	}
}
