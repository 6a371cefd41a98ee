package dynamo_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"time"

	"latchkey/localstack/faultproxy"
	"latchkey/shared/pat"
)

// fixture is what every method finds to work on.
type fixture struct {
	*rig
	ctx            context.Context
	alice, group   pat.Owner
	token, limited pat.Token
	foreign        pat.Standing // alice's, on records that the call does not write
}

func newFixture(r *rig) *fixture {
	r.Helper()
	f := &fixture{rig: r, ctx: r.Context(), alice: r.owner("user#alice"), group: r.owner("group#7")}
	f.must(f.PutKeys(f.ctx, keys(), 0))
	f.token = f.create(&f.group, f.draft(f.group, 0))
	f.limited = f.limitedToken()
	f.foreign = pat.Standing{Owner: f.alice.ID, Epoch: 1}
	return f
}

func (f *fixture) limitedToken() pat.Token { return f.create(&f.group, f.rig.limited(f.group, 5)) }

// method is one call of the store that would succeed, and the operation of DynamoDB that carries it.
type method struct {
	name, operation string
	do              func(*fixture) error
}

func methods() []method {
	return []method{
		{"Keys", "GetItem", func(f *fixture) error { return only(f.Keys(f.ctx)) }},
		{"PutKeys", "PutItem", func(f *fixture) error { return f.PutKeys(f.ctx, keys(), 1) }},
		{"Owner", "GetItem", func(f *fixture) error { return only(f.Owner(f.ctx, f.alice.ID)) }},
		{"PutOwner", "PutItem", func(f *fixture) error { return f.PutOwner(f.ctx, f.alice, 1, pat.Standing{}) }},
		{"PutOwner of a new user", "TransactWriteItems", func(f *fixture) error {
			return f.PutOwner(f.ctx, pat.Owner{ID: "user#bob", Tag: f.alice.Tag}, 0, pat.Standing{})
		}},
		{"PutOwner by another", "TransactWriteItems", func(f *fixture) error {
			return f.PutOwner(f.ctx, f.group, f.group.Version, f.foreign)
		}},
		{"Users", "Query", func(f *fixture) error { return only(f.Users(f.ctx, "", 10)) }},
		{"Users, the rows", "BatchGetItem", func(f *fixture) error { return only(f.Users(f.ctx, "", 10)) }},
		{"Token", "GetItem", func(f *fixture) error { return only(f.Token(f.ctx, f.token.Prefix)) }},
		{"CreateToken", "TransactWriteItems", func(f *fixture) error {
			return f.CreateToken(f.ctx, pat.NewToken{Token: f.draft(f.group, 1), OwnerVersion: f.group.Version, By: f.foreign,
				Answer: answerOf(f.alice, noon())})
		}},
		{"UpdateToken", "UpdateItem", func(f *fixture) error { return f.UpdateToken(f.ctx, f.token, 1, pat.Standing{}) }},
		{"UpdateToken by another", "TransactWriteItems", func(f *fixture) error { return f.UpdateToken(f.ctx, f.token, 1, f.foreign) }},
		{"TouchToken", "UpdateItem", func(f *fixture) error {
			return f.TouchToken(f.ctx, f.token.Prefix, time.Time{}, pat.Usage{LastUsedAt: noon()})
		}},
		{"SpendUses", "UpdateItem", func(f *fixture) error { return only(f.SpendUses(f.ctx, f.rig.stored(f.limited.Prefix), 1)) }},
		{"SpendCalls", "UpdateItem", func(f *fixture) error {
			return only(f.SpendCalls(f.ctx, f.rig.stored(f.limited.Prefix), "repo:read", 1))
		}},
		{"Told", "UpdateItem", func(f *fixture) error { return f.Told(f.ctx, f.token.Prefix, 1) }},
		{"Tokens", "Query", func(f *fixture) error { _, _, err := f.Tokens(f.ctx, f.group.ID, f.group.Tag, "", 10); return err }},
		{"CountLive", "Query", func(f *fixture) error { return only(f.CountLive(f.ctx, f.group.ID, f.group.Tag, noon())) }},
		{"FindTokens", "Query", func(f *fixture) error { return only(f.FindTokens(f.ctx, string(f.group.Tag), "", 10)) }},
		{"Due", "Query", func(f *fixture) error { return only(f.Due(f.ctx, noon(), 10)) }},
		{"FindTokens, the records", "BatchGetItem", func(f *fixture) error { return only(f.FindTokens(f.ctx, string(f.group.Tag), "", 10)) }},
	}
}

// sent is how often a request goes out at most: that which counts uses or calls, once.
func (m method) sent() int {
	if m.name == "SpendUses" || m.name == "SpendCalls" {
		return 1
	}
	return 3
}

// asks is how many requests the method makes when none fails.
func (m method) asks() int {
	if m.name == "Due" { // of each shard one
		return 8
	}
	return 1
}

// passingFaults are those after which a second try succeeds, and nothing has happened before it. All of a kind go
// the same way, so that one of each operation stands for the rarer ones.
func passingFaults(m method) map[string]faultproxy.Fault {
	faults := map[string]faultproxy.Fault{"throttled": faultproxy.Throttle(), "lost": faultproxy.DropRequest()}
	switch m.operation {
	case "PutItem", "UpdateItem":
		faults["in conflict"] = faultproxy.Conflict()
	case "TransactWriteItems":
		faults["in conflict"] = faultproxy.Cancel("None", faultproxy.TransactionConflict)
	}
	if slices.Contains([]string{"Token", "PutOwner", "CreateToken", "UpdateToken", "SpendUses", "SpendCalls", "CountLive"}, m.name) {
		faults["hung"] = faultproxy.Hang()
		faults["broken"] = faultproxy.Break()
		faults["throttled with the account"] = faultproxy.ThrottleAccount()
	}
	if m.name == "CreateToken" {
		faults["throttled in one entry"] = faultproxy.Cancel("ThrottlingError", "None")
		faults["still on its way"] = faultproxy.Refuse(400, "TransactionInProgressException", "in progress")
	}
	return faults
}

// patient bounds what these tests wait for a request that hangs: as long as a store waits that is told nothing else.
const patient = 3 * time.Second

// hurried goes on with a store that has no more time than that, now that all is set up.
func (f *fixture) hurried() *fixture {
	f.Helper()
	f.Store = f.open(within(patient))
	return f
}

func TestARequestThatFailsOnceIsSentAgain(t *testing.T) {
	for _, m := range methods() {
		for name, fault := range passingFaults(m) {
			if m.sent() == 1 {
				continue
			}
			t.Run(m.name+" "+name, func(t *testing.T) {
				f := newFixture(newRig(t)).hurried()
				f.proxy.Fail(m.operation, 1, fault)
				if n := f.calls(m.operation, func() { f.must(m.do(f)) }); n != m.asks()+1 {
					t.Errorf("sent %d times", n)
				}
			})
		}
	}
}

func TestARequestThatFailsAlwaysIsAnErrorInTime(t *testing.T) {
	for _, m := range methods() {
		for name, fault := range passingFaults(m) {
			t.Run(m.name+" "+name, func(t *testing.T) {
				f := newFixture(newRig(t)).hurried()
				f.proxy.Fail(m.operation, faultproxy.Always, fault)
				began := time.Now()
				var err error
				n := f.calls(m.operation, func() { err = m.do(f) })
				if n > m.sent() || n == 0 || name != "hung" && n != m.sent() {
					t.Errorf("sent %d times", n)
				}
				if took := time.Since(began); took > patient+time.Second {
					t.Errorf("took %s", took)
				}
				if name != "in conflict" {
					f.unjudged(m.name, err)
				}
			})
		}
	}
}

func TestOtherWritesInTheWayAreAConflict(t *testing.T) {
	want := map[string]error{
		"PutOwner": pat.ErrConflict, "PutOwner by another": pat.ErrConflict, "CreateToken": pat.ErrOwnerMoved,
		"UpdateToken": pat.ErrConflict, "UpdateToken by another": pat.ErrConflict, "TouchToken": pat.ErrConflict,
		"SpendUses": pat.ErrConflict, "SpendCalls": pat.ErrConflict,
	}
	for _, m := range methods() {
		fault, ok := passingFaults(m)["in conflict"]
		if !ok {
			continue
		}
		t.Run(m.name, func(t *testing.T) {
			f := newFixture(newRig(t))
			f.proxy.Fail(m.operation, faultproxy.Always, fault)
			err := m.do(f)
			if answer, ok := want[m.name]; ok {
				f.wants(m.name, err, answer)
			} else {
				f.unjudged(m.name, err) // nobody knows whether somebody was first
			}
			f.proxy.Heal()
			if err := m.do(f); err != nil {
				t.Errorf("afterwards: %v", err)
			}
		})
	}
}

func TestACallersEndEndsTheCall(t *testing.T) {
	for _, m := range methods() {
		t.Run(m.name, func(t *testing.T) {
			f := newFixture(newRig(t))
			ctx, cancel := context.WithCancel(t.Context())
			f.ctx = ctx
			f.proxy.Fail(m.operation, 1, func(r faultproxy.Request) *faultproxy.Answer {
				cancel()
				<-r.Context.Done()
				return nil
			})
			if err := m.do(f); !errors.Is(err, context.Canceled) {
				t.Errorf("%v, which does not say that the context has ended", err)
			}
		})
	}
}
