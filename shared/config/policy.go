package config

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"latchkey/shared/pat"
)

// policyFile is the policy as its JSON document has it. What is left out keeps its default.
type policyFile struct {
	Brand               *string             `json:"brand"`
	Implies             map[string][]string `json:"implies"` // replaces the default's
	MintableScopes      []string            `json:"mintableScopes"`
	DefaultLifetimeDays *int                `json:"defaultLifetimeDays"`
	MaxLifetimeDays     *int                `json:"maxLifetimeDays"`
	AllowNeverExpiring  *bool               `json:"allowNeverExpiring"`
	LifetimesForAll     *bool               `json:"lifetimesForAllDialects"`
	DialectLifetimes    map[string]life     `json:"dialectLifetimes"`
	TokensPerOwner      *int                `json:"tokensPerOwner"`
	RetentionDays       *int                `json:"retentionDays"`
	NoticeDays          []int               `json:"noticeDays"` // replaces the default's
	SessionMinutes      *int                `json:"sessionMinutes"`
	Creates             *rate               `json:"creates"`
	LoginsByAccount     *rate               `json:"failedLoginsByAccount"`
	LoginsBySource      *rate               `json:"failedLoginsBySource"`
}

type rate struct {
	PerMinute int `json:"perMinute"`
	Burst     int `json:"burst"`
}

// loadPolicy reads a policy from a file or, if the text begins with a brace, from the text.
func loadPolicy(text string) (pat.Policy, error) {
	p := pat.DefaultPolicy()
	if text == "" {
		return p, nil
	}
	if !strings.HasPrefix(strings.TrimSpace(text), "{") {
		file, err := os.ReadFile(text)
		if err != nil {
			return p, fmt.Errorf("names a file that cannot be read: %w", err)
		}
		text = string(file)
	}
	var in policyFile
	if err := json.Unmarshal([]byte(text), &in, json.RejectUnknownMembers(true)); err != nil {
		if semantic, ok := errors.AsType[*json.SemanticError](err); ok && errors.Is(err, json.ErrUnknownName) {
			return p, fmt.Errorf("is not a policy: it has no member %s", semantic.JSONPointer[1:])
		}
		return p, fmt.Errorf("is not a policy: %w", err)
	}
	in.apply(&p)
	if err := p.Validate(); err != nil {
		var wrong []string
		for _, f := range pat.AsError(err).Fields {
			wrong = append(wrong, f.Field+": "+f.Detail)
		}
		return p, errors.New("is not a policy: " + strings.Join(wrong, "; "))
	}
	return p, nil
}

func (in policyFile) apply(p *pat.Policy) {
	if in.Implies != nil {
		p.Implies = map[pat.Scope][]pat.Scope{}
		for scope, implied := range in.Implies {
			p.Implies[pat.Scope(scope)] = scopes(implied)
		}
	}
	if in.MintableScopes != nil {
		p.Mintable = scopes(in.MintableScopes)
	}
	days := func(to *time.Duration, n *int) {
		set(to, n, func(n int) time.Duration { return bounded(n) * 24 * time.Hour })
	}
	same := func(n int) int { return n }
	rates := func(r rate) pat.Rate { return pat.Rate(r) }
	days(&p.DefaultLifetime, in.DefaultLifetimeDays)
	days(&p.MaxLifetime, in.MaxLifetimeDays)
	days(&p.Retention, in.RetentionDays)
	if in.NoticeDays != nil {
		p.Notices = nil
		for _, n := range in.NoticeDays {
			p.Notices = append(p.Notices, bounded(n)*24*time.Hour)
		}
	}
	set(&p.SessionLifetime, in.SessionMinutes, func(n int) time.Duration { return bounded(n) * time.Minute })
	set(&p.Brand, in.Brand, func(s string) string { return s })
	set(&p.AllowNeverExpiring, in.AllowNeverExpiring, func(b bool) bool { return b })
	set(&p.LifetimesForAll, in.LifetimesForAll, func(b bool) bool { return b })
	for dialect, lasts := range in.DialectLifetimes {
		if p.Lifetimes == nil {
			p.Lifetimes = map[pat.ProductName]time.Duration{}
		}
		p.Lifetimes[pat.ProductName(dialect)] = time.Duration(lasts)
	}
	set(&p.TokensPerOwner, in.TokensPerOwner, same)
	set(&p.Creates, in.Creates, rates)
	set(&p.LoginsByAccount, in.LoginsByAccount, rates)
	set(&p.LoginsBySource, in.LoginsBySource, rates)
}

// bounded keeps a number so small that no unit makes it overflow; all the same it is out of any bounds.
func bounded(n int) time.Duration { return time.Duration(max(-1, min(n, 100_000))) }

func set[From, To any](to *To, from *From, as func(From) To) {
	if from != nil {
		*to = as(*from)
	}
}

func scopes(texts []string) []pat.Scope {
	out := make([]pat.Scope, len(texts))
	for i, text := range texts {
		out[i] = pat.Scope(text)
	}
	return out
}
