package storetest

import (
	"fmt"

	"latchkey/shared/pat"
)

// call is one call of the store that fails.
type call struct {
	method string
	nth    int
	when   When
}

func (c call) String() string {
	return fmt.Sprintf("call %d of %s fails %s", c.nth, c.method, [...]string{"before its work", "after its work"}[c.when])
}

// faultCases hold the service to this: a fault of the store is CodeUnavailable, never a verdict, and asking
// again finishes what was begun.
func faultCases() []testCase {
	var cases []testCase
	add := func(operation string, run func(*site, call), faults ...call) {
		for _, f := range faults {
			cases = append(cases, testCase{operation + ", " + f.String(), func(w *world) {
				s := w.site()
				run(s, f)
				if s.faults.Waiting() {
					w.Errorf("the operation made no such call: %s", f)
				}
			}})
		}
	}
	add("log in", faultLogin, call{"Owner", 1, Before})
	add("verify", faultVerify, call{"Keys", 1, Before}, call{"Token", 1, Before})
	add("note a use", faultTouch, call{"TouchToken", 1, Before}, call{"TouchToken", 1, After})
	add("spend a use", faultSpend, call{"SpendUses", 1, Before}, call{"SpendUses", 1, After})
	add("create", faultCreate, call{"Owner", 1, Before}, call{"Owner", 2, Before}, call{"Answer", 1, Before},
		call{"CountLive", 1, Before}, call{"CreateToken", 1, Before}, call{"CreateToken", 1, After})
	add("create for a new group", faultCreateGroup, call{"PutOwner", 1, Before}, call{"PutOwner", 1, After},
		call{"CreateToken", 1, Before}, call{"CreateToken", 1, After})
	add("revoke", faultRevoke, call{"Token", 1, Before}, call{"UpdateToken", 1, Before}, call{"UpdateToken", 1, After})
	add("announce", faultNotify, call{"Due", 1, Before}, call{"Token", 1, Before}, call{"Token", sweptTokens, Before},
		call{"UpdateToken", 1, Before}, call{"UpdateToken", 1, After}, call{"UpdateToken", sweptTokens, Before}, call{"UpdateToken", sweptTokens, After})
	var sweeps []call
	for _, method := range []string{"Owner", "PutOwner", "Tokens"} {
		sweeps = append(sweeps, call{method, 1, Before})
	}
	sweeps = append(sweeps, call{"PutOwner", 1, After})
	for _, nth := range []int{1, 2, sweptTokens / 2, sweptTokens} {
		sweeps = append(sweeps, call{"UpdateToken", nth, Before}, call{"UpdateToken", nth, After})
	}
	add("suspend", faultSuspend, sweeps...)
	add("resume", faultResume, sweeps...)
	add("delete a user", faultDeleteUser, append(sweeps, call{"PutOwner", 2, Before}, call{"PutOwner", 2, After})...)
	return cases
}

// fault arms the fault, which do must then meet.
func (s *site) fault(f call, doing string, do func() error) {
	s.Helper()
	s.faults.Fail(f.method, f.nth, f.when)
	s.refused(doing+" with a fault", do(), pat.CodeUnavailable)
}
