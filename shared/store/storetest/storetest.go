// Package storetest is the contract of pat.Store as a test that any store can run, and the promises of
// pat.Service that rest on it:
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T) pat.Store { return mem.New() })
//	}
//
// Each case has a fresh store. A store may be one file or a table far away: pages may be short or empty, a
// lookup by fragment or of what is due may lag behind (the case asks again until it does not), and nothing waits for
// a clock.
//
// Faulty wraps a store so that a chosen call fails, before it does its work or after it.
package storetest

import (
	"testing"

	"latchkey/shared/pat"
)

// Run tests the stores that open returns, each of them empty. It closes them.
func Run(t *testing.T, open func(t *testing.T) pat.Store) {
	for _, g := range groups() {
		t.Run(g.name, func(t *testing.T) {
			t.Parallel()
			for _, c := range g.cases {
				t.Run(c.name, func(t *testing.T) {
					t.Parallel()
					store := open(t)
					t.Cleanup(func() {
						if err := store.Close(); err != nil {
							t.Errorf("Close: %v", err)
						}
					})
					c.run(newWorld(t, store))
				})
			}
		})
	}
}

type group struct {
	name  string
	cases []testCase
}

// testCase is one sentence of the contract; its name continues the group's.
type testCase struct {
	name string
	run  func(*world)
}

func groups() []group {
	return []group{
		{"keys", keysCases()},
		{"owners", ownerCases()},
		{"users", userCases()},
		{"tokens", tokenCases()},
		{"create", createCases()},
		{"create without a limit", ungatedCases()},
		{"create fails whole", createFailureCases()},
		{"update", updateCases()},
		{"happens for a caller that stands", standingCases()},
		{"touch", touchCases()},
		{"spend", spendCases()},
		{"calls", callCases()},
		{"list", listCases()},
		{"count", countCases()},
		{"find", findCases()},
		{"due", dueCases()},
		{"answers", answerCases()},
		{"end", endCases()},
		{"service limit", limitCases()},
		{"service verdicts", verdictCases()},
		{"service product", productCases()},
		{"service replay", replayCases()},
		{"service faults", faultCases()},
	}
}
