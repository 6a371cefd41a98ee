package dynamo

import (
	"maps"
	"slices"
	"unicode/utf8"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"latchkey/shared/pat"
)

// counts are numbers by scope, none of them 0.
type counts = map[pat.Scope]int64

// attrCalls and a scope name the attribute that counts the calls for it.
const attrCalls = "calls:"

// limitFields are the limits of calls, a map.
func limitFields(r *row, most *counts) {
	values := item{}
	for scope, n := range *most {
		r.unless(isCount(scope, n), "a limit of calls has no scope or no number")
		values[string(scope)] = number(n)
	}
	r.field("maxCalls", len(values) > 0, &types.AttributeValueMemberM{Value: values}, func(a types.AttributeValue) bool {
		m, ok := a.(*types.AttributeValueMemberM)
		if !ok || len(m.Value) == 0 {
			return false
		}
		*most = counts{}
		for scope, v := range m.Value {
			n, ok := readNumber(v)
			if !ok || !isCount(pat.Scope(scope), n) {
				return false
			}
			(*most)[pat.Scope(scope)] = n
		}
		return true
	})
}

// callFields are the counters of the scopes that have a limit. Each is an attribute by itself, since in a map that is
// not there nothing can be counted. No change of the token touches them.
func callFields(r *row, most counts, calls *counts) {
	for _, scope := range slices.Sorted(maps.Keys(most)) {
		n := (*calls)[scope]
		r.field(attrCalls+string(scope), n > 0, number(n), func(a types.AttributeValue) bool {
			n, ok := readNumber(a)
			r.unless(ok && n > 0, "a count of calls is malformed") // without the scope, which is the record's own
			if *calls == nil {
				*calls = counts{}
			}
			(*calls)[scope] = n
			return true
		})
	}
	for scope, n := range *calls {
		r.unless(n > 0 && most[scope] > 0, "a count of calls is none or has no limit")
	}
}

func isCount(scope pat.Scope, n int64) bool {
	return scope != "" && utf8.ValidString(string(scope)) && n > 0
}
