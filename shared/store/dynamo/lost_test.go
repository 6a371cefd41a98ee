package dynamo_test

import (
	"testing"
	"time"

	"latchkey/localstack/faultproxy"
	"latchkey/shared/pat"
)

// lostWrite is a write whose answer gets lost, and a look at what it must have left, once.
type lostWrite struct {
	operation string
	do        func(*fixture) error
	left      func(*fixture)
}

func lostWrites() map[string]lostWrite {
	return map[string]lostWrite{
		"PutKeys": {"PutItem", func(f *fixture) error { return f.PutKeys(f.ctx, keys(), 1) }, func(f *fixture) {
			k, err := f.Keys(f.ctx)
			f.must(err)
			f.same("version", k.Version, int64(2))
		}},
		"PutOwner of a new group": {"PutItem", func(f *fixture) error {
			return f.PutOwner(f.ctx, pat.Owner{ID: "group#8", Tag: f.group.Tag}, 0, pat.Standing{})
		}, func(f *fixture) { f.same("version", f.row("group#8").Version, int64(1)) }},
		"PutOwner of a new user": {"TransactWriteItems", func(f *fixture) error {
			return f.PutOwner(f.ctx, pat.Owner{ID: "user#bob", Tag: f.group.Tag}, 0, pat.Standing{})
		}, func(f *fixture) { f.same("version", f.row("user#bob").Version, int64(1)) }},
		"PutOwner": {"PutItem", func(f *fixture) error {
			return f.PutOwner(f.ctx, f.alice, 1, pat.Standing{})
		}, func(f *fixture) { f.same("version", f.row(f.alice.ID).Version, int64(2)) }},
		"CreateToken": {"TransactWriteItems", func(f *fixture) error {
			f.token = f.draft(f.group, 100)
			return f.CreateToken(f.ctx, pat.NewToken{Token: f.token, OwnerVersion: f.group.Version, By: f.foreign, Answer: answerOf(f.alice, noon())})
		}, func(f *fixture) {
			f.same("token", f.stored(f.token.Prefix), f.token)
			f.same("tokens", len(f.walk(f.group, 10)), 3)
			f.same("version", f.row(f.group.ID).Version, f.group.Version+1)
		}},
		"UpdateToken": {"UpdateItem", func(f *fixture) error {
			f.token.RevokedAt = noon()
			return f.UpdateToken(f.ctx, f.token, 1, pat.Standing{})
		}, func(f *fixture) { f.wasRevoked() }},
		"UpdateToken by another": {"TransactWriteItems", func(f *fixture) error {
			f.token.RevokedAt = noon()
			return f.UpdateToken(f.ctx, f.token, 1, f.foreign)
		}, func(f *fixture) { f.wasRevoked() }},
		"TouchToken": {"UpdateItem", func(f *fixture) error {
			return f.TouchToken(f.ctx, f.token.Prefix, time.Time{}, pat.Usage{LastUsedAt: noon()})
		}, func(f *fixture) { f.same("used", f.stored(f.token.Prefix).Usage.LastUsedAt, noon()) }},
	}
}

func (f *fixture) wasRevoked() {
	f.Helper()
	f.token.Version = 2
	f.same("token", f.stored(f.token.Prefix), f.token)
}

func TestAWriteWhoseAnswerIsLostHappensOnceAndIsAcknowledged(t *testing.T) {
	for name, w := range lostWrites() {
		for lost, drop := range map[string]func(*rig){
			"once": func(r *rig) { r.proxy.Fail(w.operation, 1, faultproxy.DropAnswer()) },
			"twice": func(r *rig) {
				r.proxy.Fail(w.operation, 1, faultproxy.DropAnswer())
				r.proxy.Fail(w.operation, 2, faultproxy.DropAnswer())
			},
			"late": func(r *rig) { r.proxy.Fail(w.operation, 1, faultproxy.HangAfter()) },
		} {
			t.Run(name+" "+lost, func(t *testing.T) {
				f := newFixture(newRig(t)).hurried()
				drop(f.rig)
				f.must(w.do(f))
				w.left(f)
			})
		}
	}
}

// A revocation that was made is known as made even when the token has been used between its two tries.
func TestAUseDoesNotHideAWriteFromItsMaker(t *testing.T) {
	f := newFixture(newRig(t))
	other := f.open()
	f.proxy.Fail("UpdateItem", 1, func(r faultproxy.Request) *faultproxy.Answer {
		r.Forward(r.Body)
		f.must(other.TouchToken(f.ctx, f.token.Prefix, time.Time{}, pat.Usage{LastUsedAt: noon()}))
		return nil
	})
	f.must(f.UpdateToken(f.ctx, f.token, 1, pat.Standing{}))
}

// spends are the methods that count what is spent of the limited token.
func (f *fixture) spends() map[string]func() (int64, error) {
	return map[string]func() (int64, error){
		"uses":  func() (int64, error) { return f.SpendUses(f.ctx, f.limited, 1) },
		"calls": func() (int64, error) { return f.SpendCalls(f.ctx, f.limited, "repo:read", 1) },
	}
}

func TestASpendWhoseAnswerIsLostBurnsAtMostOne(t *testing.T) {
	for name, c := range map[string]struct {
		fault faultproxy.Fault
		left  int64
	}{
		"answer": {faultproxy.DropAnswer(), 4}, "late answer": {faultproxy.HangAfter(), 4},
		"request": {faultproxy.DropRequest(), 5}, "refused": {faultproxy.Throttle(), 5},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(newRig(t)).hurried()
			for what, spend := range f.spends() {
				f.proxy.Fail("UpdateItem", 1, c.fault)
				n := f.calls("UpdateItem", func() { f.unjudged("spend "+what, only(spend())) })
				f.same("times sent", n, 1)
				for left := c.left; left > 0; left-- {
					count, err := spend()
					f.must(err)
					f.same(what, count, 5-left+1)
				}
				f.wants("spend one more", only(spend()), pat.ErrSpent)
			}
		})
	}
}
