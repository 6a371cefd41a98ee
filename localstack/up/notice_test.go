package main

import "testing"

// soonDue are tokens that the schedule announces by itself, while other tests run.
type soonDue struct{ inAWeek, atOnce made }

func makeSoonDue(t *testing.T, d *desk) soonDue {
	c := newClient(t, d)
	return soonDue{
		inAWeek: c.make(`,"expiresIn":604805`), // a week and five seconds: the threshold of a week passes in five seconds
		atOnce:  c.make(`,"expiresIn":1`),
	}
}

// areAnnounced: nobody asks for that; the schedule does.
func (s soonDue) areAnnounced(t *testing.T, e *ear) {
	got := e.await(t, "expiring", s.inAWeek.ID)
	if got.Data.Threshold != 7 || got.Data.DaysLeft == nil || *got.Data.DaysLeft != 7 || got.Data.Change.Via != "system" || got.Data.Version != 2 {
		t.Errorf("a week before: %+v", got)
	}
	if got := e.await(t, "expired", s.atOnce.ID); got.Data.Change.Via != "system" || got.Data.Version != 2 {
		t.Errorf("at the end: %+v", got)
	}
}
