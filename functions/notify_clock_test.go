package functions_test

import (
	"strconv"
	"testing"
	"time"

	"latchkey/shared/pat"
)

// TestClocksAnHourApartAnnounceOnce: the function's clock is right; other machines on the table are an hour ahead or behind.
func TestClocksAnHourApartAnnounceOnce(t *testing.T) {
	t.Parallel()
	s := newSchedule(t)
	soon := s.made(3, life{ago: 10 * day, life: 17*day + 30*time.Minute}) // half an hour before its notice
	past := s.made(3, life{ago: 10 * day, life: 17*day - 30*time.Minute}) // half an hour after
	for _, c := range []struct {
		ahead time.Duration
		done  int
	}{{-time.Hour, 0}, {time.Hour, 3}, {-time.Hour, 0}, {time.Hour, 0}, {0, 0}} { // the function has done the other three by then
		s.ago = -c.ahead
		done, more, err := s.svc.Notify(t.Context(), 100)
		if s.must(err); done != c.done || more {
			t.Errorf("with a clock %s ahead %d are announced, want %d", c.ahead, done, c.done)
		}
		s.invoke()
	}
	told := s.stream()
	for _, token := range append(soon, past...) {
		s.wants("it", told, token, "created v1", "expiring 7 v2")
	}
	if s.announced() != 3 {
		t.Errorf("by the right clock %d were announced, want the three that were due\n%s", s.announced(), s.log)
	}
}

func TestClocksAnHourApartTellAgainOnce(t *testing.T) {
	t.Parallel()
	s := newSchedule(t)
	late := s.untold(3, life{ago: 5*time.Hour + 30*time.Minute, life: 60 * day})
	for _, c := range []struct {
		ahead time.Duration
		count int
	}{{0, 0}, {-time.Hour, 0}, {time.Hour, 3}, {0, 0}, {-time.Hour, 0}, {time.Hour, 0}} {
		now := s.start.Add(c.ahead)
		r, err := s.Retell(t.Context(), now.Add(-6*time.Hour), now)
		if s.must(err); r.Count != c.count {
			t.Errorf("with a clock %s ahead %d are told again, want %d", c.ahead, r.Count, c.count)
		}
		s.invoke()
	}
	told := s.stream()
	for _, token := range late {
		s.wants("it", told, token, "created v1", "created v1")
	}
}

// A clock that is a year ahead hides no change for a year.
func TestAChangeOfTheFutureIsToldAgain(t *testing.T) {
	t.Parallel()
	s := newSchedule(t)
	with := func(ahead time.Duration) pat.Token {
		token := s.untold(1, life{ago: 10 * day, life: 90 * day})[0]
		s.damage(token, "untoldAt", strconv.FormatInt(s.start.Add(ahead).UnixMilli(), 10))
		return token
	}
	far, near := with(366*day), with(5*time.Hour)
	written := len(s.written())
	s.invoke()
	s.hears(s.since(written), map[pat.Prefix]string{far.Prefix: "created v1"})
	if len(s.lines(`"count":1,"oldestHours":240`)) != 1 {
		t.Errorf("the log is\n%s", s.log)
	}
	s.must(s.Told(t.Context(), near.Prefix, 1))
	s.invoke()
	s.hears(s.since(written), map[pat.Prefix]string{far.Prefix: "created v1"})
}
