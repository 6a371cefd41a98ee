package dynamo_test

import (
	"fmt"
	"testing"

	"latchkey/localstack/faultproxy"
	"latchkey/shared/pat"
)

// conflicts are what the operation meets at two tries, from the nth one on.
func (r *rig) conflicts(operation string, nth int) {
	conflict := faultproxy.Conflict()
	if operation == "TransactWriteItems" {
		conflict = faultproxy.Cancel("None", faultproxy.TransactionConflict)
	}
	r.proxy.Fail(operation, nth, conflict)
	r.proxy.Fail(operation, nth+1, conflict)
}

// Other writes in the way of a later try do not say that the first was not made. Of a single record a look tells; of
// a transaction nothing does.
func TestConflictsDoNotHideAWriteWhoseAnswerIsLost(t *testing.T) {
	for name, w := range lostWrites() {
		for lost, fault := range map[string]faultproxy.Fault{"lost": faultproxy.DropAnswer(), "late": faultproxy.HangAfter()} {
			t.Run(name+" "+lost, func(t *testing.T) {
				f := newFixture(newRig(t)).hurried()
				f.proxy.Fail(w.operation, 1, fault)
				f.conflicts(w.operation, 2)
				if err := w.do(f); w.operation == "TransactWriteItems" {
					f.unjudged(name, err)
				} else {
					f.must(err)
				}
				w.left(f)
			})
		}
	}
}

// Whoever hears of a conflict writes again, beside a request that is still on its way.
func TestAWriteThatMayStillArriveIsNoConflict(t *testing.T) {
	for name, w := range lostWrites() {
		for doing, answer := range map[string]faultproxy.Fault{
			"lost": faultproxy.DropRequest(), "broken": faultproxy.Break(),
			"in progress": faultproxy.Refuse(400, "TransactionInProgressException", "in progress"),
		} {
			t.Run(name+" "+doing, func(t *testing.T) {
				f := newFixture(newRig(t))
				var late []byte
				f.proxy.Fail(w.operation, 1, func(r faultproxy.Request) *faultproxy.Answer {
					late = r.Body
					return answer(r)
				})
				f.conflicts(w.operation, 2)
				f.unjudged(name, w.do(f))
				f.arrives(w, late)
				w.left(f)
			})
		}
	}
}

// arrives lets a request through that was late, in the place of another of its kind.
func (f *fixture) arrives(w lostWrite, late []byte) {
	f.Helper()
	f.proxy.Fail(w.operation, 1, func(r faultproxy.Request) *faultproxy.Answer { return r.Forward(late) })
	was := f.token
	f.must(w.do(f))
	f.token = was
}

// Whoever was first keeps it: a request that is lost makes nobody's write ours.
func TestALostRequestDoesNotClaimAnothersWrite(t *testing.T) {
	for name, w := range lostWrites() {
		for _, conflicts := range []bool{false, true} {
			t.Run(fmt.Sprintf("%s, conflicts %t", name, conflicts), func(t *testing.T) {
				f := newFixture(newRig(t))
				other := f.overtaken(w.operation, conflicts, func(other *fixture) { f.must(w.do(other)) })
				err := w.do(f)
				if name == "TouchToken" || conflicts && w.operation == "TransactWriteItems" { // no version tells
					f.unjudged(name, err)
				} else {
					f.wants(name, err, pat.ErrConflict)
				}
				w.left(other)
			})
		}
	}
}

// Behind two others nobody knows whether ours was there before them.
func TestALostRequestIsOpenBehindTwoOthers(t *testing.T) {
	for _, conflicts := range []bool{false, true} {
		t.Run(fmt.Sprintf("conflicts %t", conflicts), func(t *testing.T) {
			f := newFixture(newRig(t))
			f.overtaken("UpdateItem", conflicts, func(other *fixture) {
				f.must(other.UpdateToken(f.ctx, f.token, 1, pat.Standing{}))
				f.must(other.UpdateToken(f.ctx, f.token, 2, pat.Standing{}))
			})
			f.unjudged("update", f.UpdateToken(f.ctx, f.token, 1, pat.Standing{}))
			f.same("version", f.stored(f.token.Prefix).Version, int64(3))
		})
	}
}

// overtaken loses the operation's next request, in whose place another process writes; the tries after it may meet
// conflicts.
func (f *fixture) overtaken(operation string, conflicts bool, do func(other *fixture)) (other *fixture) {
	r, copied := *f.rig, *f
	r.Store, copied.rig = f.open(), &r
	f.proxy.Fail(operation, 1, func(faultproxy.Request) *faultproxy.Answer {
		do(&copied)
		if conflicts {
			f.conflicts(operation, 1)
		}
		return nil
	})
	return &copied
}

// Where nothing arrives any more, a look would not either.
func TestAWriteThatIsNotAnsweredAtAllIsNotLookedFor(t *testing.T) {
	f := newFixture(newRig(t))
	f.proxy.Fail("UpdateItem", faultproxy.Always, faultproxy.DropRequest())
	n := f.calls("", func() { f.unjudged("update", f.UpdateToken(f.ctx, f.token, 1, pat.Standing{})) })
	f.same("requests", n, 3)
}
