package hoprd

import (
	"fmt"
	"slices"

	"github.com/go-json-experiment/json"

	"latchkey/shared/pat"
)

// capability is the right to call an operation, as a token keeps it to say it again as it was asked for. Each limit is how
// many calls there may be; a token can have several of one operation, and all of them hold.
type capability struct {
	Operation string  `json:"e"`
	Limits    []int64 `json:"l,omitempty"`
}

// equal reports whether both are the same right, as a whole: the order of limits counts, what is used of them does not.
func (c capability) equal(other capability) bool {
	return c.Operation == other.Operation && slices.Equal(c.Limits, other.Limits)
}

// capabilitiesOf are the token's own: what it was made with as far as it still has it, and the operations that were added
// since.
func capabilitiesOf(t pat.Token) ([]capability, error) {
	var made []capability
	if err := json.Unmarshal(t.Wire, &made); err != nil {
		return nil, fmt.Errorf("decode what token %s keeps: %w", t.ID, err)
	}
	var own []capability
	for _, c := range made {
		if slices.Contains(t.Scopes, scopeOf(c.Operation)) {
			own = append(own, c)
		}
	}
	for _, scope := range t.Scopes {
		operation, ok := operationOf(scope)
		if ok && !slices.ContainsFunc(made, func(c capability) bool { return c.Operation == operation }) {
			own = append(own, capability{Operation: operation})
		}
	}
	return own, nil
}

// scopes are the operations of the capabilities, each once, and how often each may be called: as the lowest limit says.
func scopes(capabilities []capability) (all []pat.Scope, maxCalls map[pat.Scope]int64) {
	maxCalls = map[pat.Scope]int64{}
	for _, c := range capabilities {
		scope := scopeOf(c.Operation)
		if !slices.Contains(all, scope) {
			all = append(all, scope)
		}
		for _, limit := range c.Limits {
			if most, limited := maxCalls[scope]; !limited || limit < most {
				maxCalls[scope] = limit
			}
		}
	}
	return all, maxCalls
}

// exceed reports whether the capabilities allow more calls of an operation than the maker's own do, of which the least limit
// counts: two that the maker has of one operation are, each by itself, not what he has.
func exceed(wanted, own []capability) bool {
	all, most := scopes(wanted)
	_, mostOwn := scopes(own)
	return slices.ContainsFunc(all, func(scope pat.Scope) bool {
		may, bound := mostOwn[scope]
		would, limited := most[scope]
		return bound && (!limited || would > may)
	})
}
