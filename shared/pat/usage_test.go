package pat_test

import (
	"errors"
	"math"
	"testing"

	"latchkey/shared/pat"
)

func TestAUsageIsSpentUpToItsLimit(t *testing.T) {
	const scope pat.Scope = "repo:read"
	for _, c := range []struct {
		spent, n, most int64
		ok             bool
	}{
		{0, 1, 1, true}, {0, 1, 0, false}, {0, 2, 1, false}, {1, 1, 2, true}, {2, 1, 2, false}, {3, 1, 2, false},
		{0, math.MaxInt64, math.MaxInt64, true}, {1, math.MaxInt64, math.MaxInt64, false}, {math.MaxInt64, 1, math.MaxInt64, false},
	} {
		uses := pat.Usage{Uses: c.spent}
		calls := pat.Usage{Calls: map[pat.Scope]int64{scope: c.spent, "another:one": 7}}
		for what, spend := range map[string]func() (got, stored int64, err error){
			"uses": func() (int64, int64, error) { n, err := uses.AddUses(c.n, c.most); return n, uses.Uses, err },
			"calls": func() (int64, int64, error) {
				n, err := calls.AddCalls(scope, c.n, c.most)
				return n, calls.Calls[scope], err
			},
		} {
			got, stored, err := spend()
			want, left := c.spent+c.n, error(nil)
			if !c.ok {
				want, left, got = c.spent, pat.ErrSpent, got+c.spent
			}
			if got != want || stored != want || !errors.Is(err, left) {
				t.Errorf("%+v of %s: %d, now %d, %v", c, what, got, stored, err)
			}
		}
		if calls.Calls["another:one"] != 7 {
			t.Errorf("%+v: another scope's calls are %d", c, calls.Calls["another:one"])
		}
	}
}

func TestACloneSharesNoCountsAndNoSecret(t *testing.T) {
	counts := func() map[pat.Scope]int64 { return map[pat.Scope]int64{"repo:read": 1} }
	token := pat.Token{Sealed: []byte{1}, MaxCalls: counts(), Usage: pat.Usage{Calls: counts()}}
	clone := token.Clone()
	clone.Sealed[0]++
	clone.MaxCalls["repo:read"]++
	clone.Usage.Calls["repo:read"]++
	if token.Sealed[0] != 1 || token.MaxCalls["repo:read"] != 1 || token.Usage.Calls["repo:read"] != 1 {
		t.Errorf("the original became %+v", token)
	}
	empty := pat.Token{MaxCalls: map[pat.Scope]int64{}, Usage: pat.Usage{Calls: map[pat.Scope]int64{}}}.Clone()
	if empty.MaxCalls != nil || empty.Usage.Calls != nil {
		t.Errorf("counts of no scope are %+v", empty)
	}
}
