package functions_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"latchkey/localstack/eventsink"
	"latchkey/localstack/faultproxy"
	"latchkey/localstack/runtimeapi"
	"latchkey/shared/pat"
)

// TestAfterADayWithoutAConsumerEachTokensLastChangeIsAnEvent: the stream has lost all of an outage of 25 hours; what notify puts into
// it again, cleanup tells.
func TestAfterADayWithoutAConsumerEachTokensLastChangeIsAnEvent(t *testing.T) {
	t.Parallel()
	c := newTelling(t)
	want := c.outage(25 * time.Hour)
	c.records() // which nobody hears, and then they are gone
	lost := c.heard
	c.poll()
	c.tells()
	c.invoke() // notify
	c.poll()
	var ids []string
	for p, change := range want {
		token, err := c.Token(t.Context(), p)
		if c.must(err); changeOf(token) != change {
			t.Errorf("the table has %s, want %s", changeOf(token), change)
		}
		kind, _, _ := strings.Cut(change, " v")
		ids = append(ids, idOf(token, int(token.Version), strings.ReplaceAll(kind, " ", "-")))
		c.keep(token, pat.NewSecret("none"))
	}
	c.tells(ids...)
	c.once()
	areValid(t, c.sink.Entries())
	c.nothingUntold()
	c.heard = lost // the batches come again
	c.poll()
	c.tells(ids...)
	c.nothingUntold()
	c.keepsSecrets()
}

// TestABusOrAQueueThatFailsForAWhileLosesNothing: whatever is wrong with them, the batch comes again.
func TestABusOrAQueueThatFailsForAWhileLosesNothing(t *testing.T) {
	for name, breaks := range map[string]func(c *telling, tries func() bool){
		"the bus refuses all": func(c *telling, tries func() bool) {
			c.sink.Refuse(func(eventsink.Entry) string { return code(tries(), eventsink.Throttled) })
		},
		"the bus is broken": func(c *telling, tries func() bool) { c.sink.Fail(failing(eventsink.PutEvents, eventsink.Break, tries)) },
		"the bus loses its answers": func(c *telling, tries func() bool) {
			c.sink.Fail(failing(eventsink.PutEvents, eventsink.Lose, tries))
		},
		"the bus hangs": func(c *telling, tries func() bool) { c.sink.Fail(failing(eventsink.PutEvents, eventsink.Hang, tries)) },
		"the queue is broken": func(c *telling, tries func() bool) {
			c.sink.Fail(failing(eventsink.SendMessage, eventsink.Break, tries))
		},
		"the queue hangs": func(c *telling, tries func() bool) {
			c.sink.Fail(failing(eventsink.SendMessage, eventsink.Hang, tries))
		},
		"both hang": func(c *telling, tries func() bool) { c.sink.Fail(failing("", eventsink.Hang, tries)) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			// A part of the time is the bus's, a part of the rest the notes', and what then is left is for the answer: two seconds and
			// a half, which a busy machine needs.
			c := newTelling(t, func(o *runtimeapi.Options) { o.Timeout = 40 * time.Second })
			var ids []string
			for range 3 {
				ids = append(ids, idOf(c.make(day, 90*day), 1, "created"))
			}
			damaged := c.make(day, 90*day)
			c.damage(damaged, "version", "-1")
			var invocations atomic.Int64
			c.poller.Invoke = countedBy(&invocations, c.cleanup.Invoke)
			breaks(c, func() bool { return invocations.Load() == 1 })
			c.poll()
			ids = append(ids, idOf(damaged, 1, "created")) // before it was damaged
			c.tells(ids...)
			if n := c.poller.Counts(); n.Again == 0 || n.Discarded > 0 {
				t.Errorf("%+v\n%s", n, c.said)
			}
			if letters := c.letters(); len(letters) != 1 {
				t.Errorf("the dead letters are %v", letters)
			}
			c.keepsSecrets()
			if c.cleanup.Started() != 1 {
				t.Errorf("%d processes\n%s", c.cleanup.Started(), c.said)
			}
		})
	}
}

// TestCleanupIsKilledBetweenTheBusAndTheTable: what was told just before is told again, by the same ids.
func TestCleanupIsKilledBetweenTheBusAndTheTable(t *testing.T) {
	for name, heard := range map[string]bool{"before the table hears": false, "after the table has heard": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newTelling(t)
			var ids []string
			for range 5 {
				ids = append(ids, idOf(c.make(day, 90*day), 1, "created"))
			}
			c.notes.Fail("UpdateItem", 3, func(r faultproxy.Request) *faultproxy.Answer {
				if heard {
					r.Forward(r.Body)
				}
				c.cleanup.Kill()
				return nil
			})
			c.poll()
			c.tells(ids...)
			for id, n := range c.told() {
				if n != 2 {
					t.Errorf("%s was told %d times", id, n)
				}
			}
			if n := c.poller.Counts(); c.cleanup.Started() != 2 || n.Discarded > 0 {
				t.Errorf("%d processes, %+v", c.cleanup.Started(), n)
			}
			c.nothingUntold()
			c.keepsSecrets()
		})
	}
}

// TestATableThatTakesNoNoteFailsNoBatch: what stays untold by that is told again, when notify has found it.
func TestATableThatTakesNoNoteFailsNoBatch(t *testing.T) {
	t.Parallel()
	c := newTelling(t)
	token := c.make(day, 90*day)
	c.notes.Fail("UpdateItem", faultproxy.Always, faultproxy.Break())
	c.poll()
	if n := c.poller.Counts(); n.Invocations != 1 || !strings.Contains(c.said.String(), "it will be told again") {
		t.Errorf("%+v\n%s", n, c.said)
	}
	c.notes.Heal()
	c.invoke()
	c.poll()
	c.tells(idOf(token, 1, "created"))
	if n := c.told()[idOf(token, 1, "created")]; n != 2 {
		t.Errorf("it was told %d times", n)
	}
	c.nothingUntold()
}
