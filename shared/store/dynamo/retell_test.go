package dynamo_test

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"latchkey/localstack/faultproxy"
	"latchkey/shared/pat"
	"latchkey/shared/store/dynamo"
)

// What a change costs, and to have it told. DynamoDB Local counts the entries of indexes as DynamoDB does, one unit to make one or
// take it out, two to move it; but not what fails or finds nothing, which DynamoDB charges a unit for, or half of one.
func TestWhatAChangeAndItsTellingCost(t *testing.T) {
	f := newFixture(newRig(t))
	version := int64(1)
	change := func() error {
		f.token.LastChange.At = f.token.LastChange.At.Add(time.Minute)
		version++
		return f.UpdateToken(f.ctx, f.token, version-1, pat.Standing{})
	}
	for _, c := range []struct {
		name string
		do   func() error
		want string
	}{
		{"a change of what is untold", change, "UpdateItem (UpdateItem) 3"},
		{"that it was told", func() error { return f.Told(f.ctx, f.token.Prefix, version) }, "UpdateItem (UpdateItem) 2"},
		{"a change of what was told", change, "UpdateItem (UpdateItem) 2"},
		{"that it was told", func() error { return f.Told(f.ctx, f.token.Prefix, version) }, "UpdateItem (UpdateItem) 2"},
		{"that it was told, once more", func() error { return f.Told(f.ctx, f.token.Prefix, version) }, "UpdateItem (UpdateItem) 0"},
		{"a use", func() error { return f.TouchToken(f.ctx, f.token.Prefix, time.Time{}, pat.Usage{LastUsedAt: noon()}) }, "UpdateItem (UpdateItem) 1"},
		{"a use that another was faster with", func() error {
			f.wants("touch", f.TouchToken(f.ctx, f.token.Prefix, time.Time{}, pat.Usage{LastUsedAt: noon()}), pat.ErrConflict)
			return nil
		}, "UpdateItem (UpdateItem) 0"},
	} {
		f.same(c.name, f.wire(func() { f.must(c.do()) }), []string{c.want})
	}
	f.must(f.Told(f.ctx, f.limited.Prefix, 1))
	f.must(change())
	all := f.wire(func() { f.same("told again", f.retells().Count, 1) })
	found := map[string]int{}
	for _, call := range all {
		found[call]++
	}
	f.same("telling one again", found, map[string]int{"UpdateItem (UpdateItem) 3": 1, "Query (Query untold-index) 0.5": 1, "Query (Query untold-index) 0": 15})
}

// What the index shows too late is judged by the record itself.
func TestAnIndexThatLagsTellsNothingAgain(t *testing.T) {
	for name, c := range map[string]struct {
		meanwhile func(f *fixture, other *dynamo.Store)
		left      []int64
	}{
		"told": {func(f *fixture, other *dynamo.Store) { f.must(other.Told(f.ctx, f.token.Prefix, 1)) }, []int64{1}},
		"gone": {func(f *fixture, _ *dynamo.Store) {
			f.remove(string(f.token.Prefix.Tag()), "tok#"+string(f.token.Prefix[pat.TagLen:]))
		}, []int64{1}},
		"changed": {func(f *fixture, other *dynamo.Store) {
			f.token.LastChange.At = evening()
			f.must(other.UpdateToken(f.ctx, f.token, 1, pat.Standing{}))
		}, []int64{1, 2}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(newRig(t))
			other := f.open()
			f.must(f.Told(f.ctx, f.limited.Prefix, 1))
			f.proxy.Fail("UpdateItem", 1, func(r faultproxy.Request) *faultproxy.Answer { // when it was found and before it is written
				c.meanwhile(f, other)
				return r.Forward(r.Body)
			})
			f.same("told again", f.retells(), dynamo.Retold{})
			f.same("in the stream", f.changes(f.token.Prefix), c.left)
		})
	}
}

func TestAWriteOfTellingWhoseAnswerIsLostIsMadeOnce(t *testing.T) {
	for name, fault := range map[string]faultproxy.Fault{"lost": faultproxy.DropAnswer(), "late": faultproxy.HangAfter(), "never there": faultproxy.DropRequest(), "throttled": faultproxy.Throttle()} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(newRig(t)).hurried()
			f.must(f.Told(f.ctx, f.limited.Prefix, 1))
			f.proxy.Fail("UpdateItem", 1, fault)
			f.retells()
			f.same("in the stream", f.changes(f.token.Prefix), []int64{1, 1})
			f.proxy.Fail("UpdateItem", 1, fault)
			f.must(f.Told(f.ctx, f.token.Prefix, 1))
			if f.untold(f.token.Prefix) {
				t.Error("it is untold")
			}
		})
	}
}

// Whoever changes a token finds his own change again, whatever is noted on it meanwhile.
func TestTellingDoesNotHideAWriteFromItsMaker(t *testing.T) {
	for name, note := range map[string]func(f *fixture, other *dynamo.Store) error{
		"told":   func(f *fixture, other *dynamo.Store) error { return other.Told(f.ctx, f.token.Prefix, 2) },
		"retold": func(f *fixture, other *dynamo.Store) error { return only(other.Retell(f.ctx, evening(), evening())) },
	} {
		t.Run(name, func(t *testing.T) {
			f := newFixture(newRig(t))
			other := f.open()
			f.proxy.Fail("UpdateItem", 1, func(r faultproxy.Request) *faultproxy.Answer {
				r.Forward(r.Body)
				f.must(note(f, other))
				return nil
			})
			f.must(f.UpdateToken(f.ctx, f.token, 1, pat.Standing{}))
			f.same("version", f.stored(f.token.Prefix).Version, int64(2))
		})
	}
}

func TestWhatCannotBeToldAgainStopsNoOther(t *testing.T) {
	r := newRig(t)
	o := r.owner("user#alice")
	var all []pat.Token
	for second := range 60 {
		all = append(all, r.create(&o, r.draft(o, second)))
	}
	for i, token := range all[:40] { // the soonest ones
		r.rewrite(tokenAt(token.Prefix), []func(item){set("v", num("2")), set("graceUntil", num("1"))}[i%2])
	}
	for run := range 2 {
		got, err := r.Retell(t.Context(), evening(), evening().Add(6*time.Hour))
		r.wants("tell again", err, dynamo.ErrDamaged)
		want, failed := dynamo.Retold{Count: 40, Oldest: noon().Add(time.Second)}, "and 32 more"
		if run > 0 { // another version's records are nobody's here to write
			want, failed = dynamo.Retold{}, "and 12 more"
		}
		r.same("told again", got, want)
		if !strings.Contains(err.Error(), failed) || strings.Contains(err.Error(), "deploy") || strings.Contains(err.Error(), "graceUntil") {
			t.Errorf("%v", err)
		}
	}
	for _, token := range all[40:] {
		r.same("in the stream", r.changes(token.Prefix), []int64{1, 1})
	}
}

func TestATableThatFailsWhileChangesAreToldAgain(t *testing.T) {
	for name, c := range map[string]struct {
		operation string
		fault     faultproxy.Fault
		says      string
	}{
		"no query":      {"Query", faultproxy.Throttle(), "throttles the table"},
		"no write":      {"UpdateItem", faultproxy.Break(), "has failed"},
		"in the way":    {"UpdateItem", faultproxy.Conflict(), ""}, // whose it is will be told
		"one shard":     {"Query", onShard("3", faultproxy.Deny()), "may not do this"},
		"denied writes": {"UpdateItem", faultproxy.Deny(), "may not do this"},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t)
			o := r.owner("user#alice")
			for second := range 20 {
				r.create(&o, r.draft(o, second))
			}
			r.proxy.Fail(c.operation, faultproxy.Always, c.fault)
			got, err := r.Retell(t.Context(), evening(), evening().Add(6*time.Hour))
			if c.says == "" && err != nil || c.says != "" && (err == nil || !strings.Contains(err.Error(), c.says)) || got.More {
				t.Errorf("%+v, %v", got, err)
			}
			r.proxy.Heal()
			r.same("in all", got.Count+r.retells().Count, 20)
			if name != "one shard" && got.Count > 0 || name == "one shard" && got.Count == 0 {
				t.Errorf("%d were told again at first", got.Count)
			}
		})
	}
}

// onShard makes a fault meet the queries of one shard of an index.
func onShard(shard string, fault faultproxy.Fault) faultproxy.Fault {
	return func(r faultproxy.Request) *faultproxy.Answer {
		if bytes.Contains(r.Body, []byte(`{"S":"`+shard+`"}`)) {
			return fault(r)
		}
		return r.Forward(r.Body)
	}
}

func TestTellingAgainEndsWithItsContextAndFinishesWhatItHasBegun(t *testing.T) {
	r := newRig(t)
	o := r.owner("user#alice")
	for second := range 40 {
		r.create(&o, r.draft(o, second))
	}
	ctx, stop := context.WithCancel(t.Context())
	r.proxy.Fail("UpdateItem", faultproxy.Always, func(q faultproxy.Request) *faultproxy.Answer {
		stop()
		return q.Forward(q.Body)
	})
	first, err := r.Retell(ctx, evening(), evening().Add(6*time.Hour))
	r.must(err)
	if !first.More || first.Count == 0 || first.Count > 8 {
		t.Errorf("%+v", first)
	}
	n := r.calls("", func() {
		again, err := r.Retell(ctx, evening(), evening().Add(6*time.Hour))
		r.must(err)
		r.same("with a context that has ended", again, dynamo.Retold{More: true})
	})
	r.same("requests", n, 0)
	r.same("the rest", r.retells().Count, 40-first.Count)
}

func TestManyWhoTellAgainTellOnce(t *testing.T) {
	r := newRig(t)
	o := r.owner("user#alice")
	for second := range 40 {
		r.create(&o, r.draft(o, second))
	}
	counts := make(chan int)
	for range 4 {
		other := r.open()
		go func() {
			got, err := other.Retell(r.Context(), evening(), evening().Add(6*time.Hour))
			if err != nil {
				r.Error(err)
			}
			counts <- got.Count
		}()
	}
	sum := 0
	for range 4 {
		sum += <-counts
	}
	r.same("in all", sum, 40)
}
