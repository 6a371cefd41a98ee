package hoprd

import (
	"maps"
	"slices"
	"testing"
	"time"

	"latchkey/shared/pat"
)

func TestEveryOperationIsAScope(t *testing.T) {
	seen := map[string]bool{}
	for _, operation := range operations {
		if back, ok := operationOf(scopeOf(operation)); !ok || back != operation || !scopeOf(operation).Valid() || seen[operation] {
			t.Errorf("%s: %q, %t, seen before: %t", operation, back, ok, seen[operation])
		}
		seen[operation] = true
	}
	if len(operations) != 40 {
		t.Errorf("there are %d", len(operations))
	}
	for _, scope := range []pat.Scope{"hoprd:nonsense", "nodePing", "hoprd:", "repo:read", "hoprd:NodePing"} {
		if operation, ok := operationOf(scope); ok {
			t.Errorf("%s is %s", scope, operation)
		}
	}
}

func TestTheLowestLimitOfAnOperationCounts(t *testing.T) {
	all, most := scopes([]capability{{"nodePing", []int64{7, 5}}, {"nodeGetInfo", nil}, {"nodePing", []int64{6}}, {"nodePing", nil}, {"nodeGetInfo", []int64{1}}})
	if !slices.Equal(all, []pat.Scope{"hoprd:nodePing", "hoprd:nodeGetInfo"}) || !maps.Equal(most, map[pat.Scope]int64{"hoprd:nodePing": 5, "hoprd:nodeGetInfo": 1}) {
		t.Errorf("got %v, %v", all, most)
	}
}

func TestACapabilityIsPassedOnAsAWholeOrNot(t *testing.T) {
	end := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC)
	maker := pat.Token{Wire: []byte(`[{"e":"nodePing","l":[5]},{"e":"nodeGetInfo"},{"e":"nodeGetPeers"}]`), ExpiresAt: end,
		Scopes: []pat.Scope{"hoprd:nodePing", "hoprd:nodeGetInfo", "hoprd:messageSign", "repo:read"}}
	for _, c := range []struct {
		name   string
		wanted capability
		ends   time.Time
		want   error
	}{
		{"as it is", capability{"nodePing", []int64{5}}, end, nil},
		{"without its limit", capability{"nodePing", nil}, end, errCapabilities},
		{"with another", capability{"nodePing", []int64{4}}, end, errCapabilities},
		{"with a new one", capability{"nodeGetInfo", []int64{4}}, end, errCapabilities},
		{"one that was taken from the maker", capability{"nodeGetPeers", nil}, end, errCapabilities},
		{"one that the maker was given", capability{"messageSign", nil}, end, nil},
		{"one that the maker never had", capability{"nodeGetVersion", nil}, end, errCapabilities},
		{"a millisecond longer", capability{"nodeGetInfo", nil}, end.Add(time.Millisecond), errLifetime},
		{"without end", capability{"nodeGetInfo", nil}, time.Time{}, errLifetime},
	} {
		err := delegable(maker, []capability{c.wanted}, c.ends)
		if c.want == nil && err != nil || c.want != nil && pat.AsError(err).Err != c.want {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestOfOneOperationNoMoreCallsArePassedOnThanAllCapabilitiesAllow(t *testing.T) {
	maker := pat.Token{Wire: []byte(`[{"e":"nodePing","l":[5]},{"e":"nodePing","l":[7]},{"e":"nodePing"},{"e":"nodeGetInfo"},{"e":"nodeGetInfo","l":[9,3]}]`),
		Scopes: []pat.Scope{"hoprd:nodePing", "hoprd:nodeGetInfo"}}
	least, more, unbounded := capability{"nodePing", []int64{5}}, capability{"nodePing", []int64{7}}, capability{"nodePing", nil}
	for _, c := range []struct {
		wanted []capability
		want   error
	}{
		{[]capability{least}, nil},
		{[]capability{more, least}, nil},
		{[]capability{unbounded, least, least}, nil},
		{[]capability{more}, errCapabilities},
		{[]capability{unbounded}, errCapabilities},
		{[]capability{more, unbounded, more}, errCapabilities},
		{[]capability{{"nodeGetInfo", []int64{9, 3}}, {"nodeGetInfo", nil}}, nil},
		{[]capability{{"nodeGetInfo", nil}}, errCapabilities},
		{[]capability{least, {"nodeGetInfo", nil}}, errCapabilities},
	} {
		err := delegable(maker, c.wanted, time.Time{})
		if c.want == nil && err != nil || c.want != nil && pat.AsError(err).Err != c.want {
			t.Errorf("%v: %v", c.wanted, err)
		}
	}
}

func TestWhatATokenKeepsThatCannotBeReadIsAnError(t *testing.T) {
	for _, wire := range []string{"", "{}", `[{"e":1}]`, "x"} {
		if own, err := capabilitiesOf(pat.Token{ID: "id", Wire: []byte(wire)}); err == nil || pat.CodeOf(err) != pat.CodeInternal {
			t.Errorf("%q: %v, %v", wire, own, err)
		}
	}
}
