package pat

import (
	"regexp"
	"slices"
	"time"
)

// Policy is what an operator decides for all owners. DefaultPolicy is a working one.
type Policy struct {
	// Brand leads the native token strings: <Brand>_…, [a-z0-9]{1,32}.
	Brand string
	// Implies names, for a scope, the scopes that it includes; those include theirs in turn.
	Implies map[Scope][]Scope
	// Mintable lists the scopes that a token may be given; empty means every well-formed one. Management
	// scopes are not listed here: whoever holds them may mint them.
	Mintable []Scope
	// DefaultLifetime is what a token gets whose request names no expiry; MaxLifetime bounds every request.
	DefaultLifetime, MaxLifetime time.Duration
	// AllowNeverExpiring permits tokens without an expiry in the native API.
	AllowNeverExpiring bool
	// LifetimesForAll makes these hold for the tokens of other products too. A client that could name an expiry and does
	// not, where tokens live for ever, is refused then, unless AllowNeverExpiring.
	LifetimesForAll bool
	// Lifetimes is, by product, how long a token lives where clients cannot say it: at Quay alone.
	Lifetimes map[ProductName]time.Duration
	// TokensPerOwner bounds the live tokens (not revoked, not expired) of an owner, 1 to 1,000.
	TokensPerOwner int
	// Retention is how long a token can still be seen after it expired or was revoked.
	Retention time.Duration
	// SessionLifetime is how long a log-in lasts.
	SessionLifetime time.Duration
	// Creates limits token creation per caller, or per network where one owner stands for all of a product's callers;
	// LoginsByAccount and LoginsBySource limit failed log-ins.
	Creates, LoginsByAccount, LoginsBySource Rate
}

// Rate lets Burst events happen at once and PerMinute of them in the long run. It is kept in each process's memory.
type Rate struct{ PerMinute, Burst int }

// MaxTokensPerOwner is the highest limit that a policy may set.
const MaxTokensPerOwner = 1000

const day = 24 * time.Hour

// maxSession is the longest that a policy may let a log-in last.
const maxSession = day

// DefaultPolicy returns the policy of an installation that configures nothing.
func DefaultPolicy() Policy {
	return Policy{
		Brand: "pat",
		Implies: map[Scope][]Scope{
			"repo:admin": {"repo:write"},
			"repo:write": {"repo:read"},
			"repo:read":  {"repo:public_read"},
		},
		DefaultLifetime: 90 * day,
		MaxLifetime:     366 * day,
		TokensPerOwner:  100,
		Retention:       30 * day,
		SessionLifetime: time.Hour,
		Creates:         Rate{PerMinute: 120, Burst: 240},
		LoginsByAccount: Rate{PerMinute: 6, Burst: 10},
		LoginsBySource:  Rate{PerMinute: 30, Burst: 60},
	}
}

// Closure returns the scopes and all that they imply.
func (p Policy) Closure(scopes []Scope) ScopeSet {
	set := make(ScopeSet, len(scopes))
	todo := slices.Clone(scopes)
	for len(todo) > 0 {
		s := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if set.Has(s) {
			continue
		}
		set[s] = struct{}{}
		todo = append(todo, p.Implies[s]...)
		todo = append(todo, fixedImplies[s]...)
	}
	return set
}

// mintable reports whether a token may be given s at all; who may give it is the caller's affair.
func (p Policy) mintable(s Scope) bool {
	return s.IsManagement() || len(p.Mintable) == 0 || slices.Contains(p.Mintable, s)
}

var brandForm = regexp.MustCompile(`^[a-z0-9]{1,32}$`)

// Validate reports everything in the policy that the service could not work by, as CodeInvalid.
func (p Policy) Validate() error {
	var wrong problems
	if !brandForm.MatchString(p.Brand) {
		wrong.add("brand", "letters in lower case and digits, at most 32")
	}
	for scope, implied := range p.Implies {
		checkScopes(&wrong, "implies", []Scope{scope})
		checkScopes(&wrong, "implies", implied)
		for _, s := range implied {
			if s.IsManagement() {
				wrong.add("implies", "%s is Latchkey's own: no other scope can include it", s)
			}
		}
	}
	for i, scope := range p.Mintable {
		if !scope.Valid() {
			wrong.add(index("mintableScopes", i), "not a scope")
		}
	}
	between := func(field string, n, low, high time.Duration) {
		if n < low || n > high {
			wrong.add(field, "%s to %s", lifetime(low), lifetime(high))
		}
	}
	between("maxLifetimeDays", p.MaxLifetime, day, 36500*day)
	between("defaultLifetimeDays", p.DefaultLifetime, day, max(p.MaxLifetime, day))
	between("retentionDays", p.Retention, day, 3650*day)
	for product, lasts := range p.Lifetimes {
		if product != Quay {
			wrong.add("dialectLifetimes", "that of %s alone; elsewhere clients say how long", Quay)
		}
		between("dialectLifetimes", lasts, time.Second, 36500*day)
	}
	between("sessionMinutes", p.SessionLifetime, time.Minute, maxSession)
	if p.TokensPerOwner < 1 || p.TokensPerOwner > MaxTokensPerOwner {
		wrong.add("tokensPerOwner", "1 to %d", MaxTokensPerOwner)
	}
	for field, r := range map[string]Rate{"creates": p.Creates, "failedLoginsByAccount": p.LoginsByAccount, "failedLoginsBySource": p.LoginsBySource} {
		if r.PerMinute < 1 || r.Burst < 1 || r.PerMinute > 1_000_000 || r.Burst > 1_000_000 {
			wrong.add(field, "perMinute and burst, each 1 to 1000000")
		}
	}
	return wrong.err()
}
