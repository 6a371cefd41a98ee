package functions_test

import (
	"testing"
	"time"

	"latchkey/shared/pat"
	"latchkey/shared/store/dynamo"
)

// outage is what happens to tokens while nobody hears the stream: by each one's last change, what a consumer must hear of it in the
// end. Of several changes that were lost it is the last, whose version shows the gap.
func (s *schedule) outage(ago time.Duration) map[pat.Prefix]string {
	s.Helper()
	made := map[string]pat.Token{}
	for name, l := range map[string]life{
		"renamed": {ago + 3*day, 90 * day, nil}, "revoked": {ago + 3*day, 90 * day, nil}, "renamed twice": {ago + 3*day, 90 * day, nil},
		"announced": {ago + 10*day, 17 * day, nil}, "expired": {ago + 3*day, 3 * day, nil}, "over": {ago + 32*day, 2 * day, nil},
		"untouched": {ago + 3*day, 90 * day, nil},
	} {
		made[name] = s.made(1, l)[0]
	}
	past := made["over"] // its expiry was announced when it came
	s.ago = ago + 30*day
	_, _, err := s.svc.Notify(s.Context(), 100)
	s.must(err)
	s.must(s.Told(s.Context(), past.Prefix, 2))

	admin := s.at(ago)
	made["new"] = s.untold(1, life{ago: ago, life: 90 * day})[0]
	made["new and revoked"] = s.untold(1, life{ago: ago, life: 90 * day})[0]
	for _, name := range []string{"revoked", "new and revoked"} {
		s.must(s.svc.Delete(s.Context(), admin, pat.DeleteRequest{ID: made[name].ID}))
	}
	for i, name := range []string{"renamed", "renamed twice", "renamed twice"} {
		to := string(rune('a' + i))
		_, err := s.svc.Patch(s.Context(), admin, pat.PatchRequest{ID: made[name].ID, Name: &to})
		s.must(err)
	}
	_, _, err = s.svc.Notify(s.Context(), 100)
	s.must(err)
	want := map[pat.Prefix]string{}
	for name, change := range map[string]string{"renamed": "updated v2", "revoked": "revoked v2", "renamed twice": "updated v3",
		"announced": "expiring 7 v2", "expired": "expired v2", "over": "purged v3", "new": "created v1", "new and revoked": "revoked v2"} {
		want[made[name].Prefix] = change
	}
	return want
}

// since is what came into the stream as changes after so many records: all that a consumer hears that begins there.
func (s *schedule) since(records int) map[pat.Prefix][]pat.Token {
	s.Helper()
	heard := map[pat.Prefix][]pat.Token{}
	for _, w := range s.written()[records:] {
		image, err := dynamo.ReadImage(w.New)
		if s.must(err); image.Changed {
			heard[image.Token.Prefix] = append(heard[image.Token.Prefix], image.Token)
		}
	}
	return heard
}

// hears checks that each token's last change is heard once, and of no other token anything.
func (s *schedule) hears(heard map[pat.Prefix][]pat.Token, want map[pat.Prefix]string) {
	s.Helper()
	for p, change := range want {
		if got := heard[p]; len(got) != 1 || changeOf(got[0]) != change {
			s.Errorf("of %s is heard %d times, wanted: %s", p, len(got), change)
		}
	}
	if len(heard) != len(want) {
		s.Errorf("%d tokens are heard of, want %d", len(heard), len(want))
	}
}

// TestNothingIsLostByAStreamThatWasNotHeard: the consumer was down while things changed, for six hours or for more than the day
// that the stream keeps them, and begins after all of it.
func TestNothingIsLostByAStreamThatWasNotHeard(t *testing.T) {
	for name, ago := range map[string]time.Duration{"for six hours": 6*time.Hour + time.Minute, "for 25 hours": 25 * time.Hour} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newSchedule(t)
			want := s.outage(ago)
			young := s.untold(1, life{ago: 5*time.Hour + 58*time.Minute, life: 90 * day})[0] // which the consumer may be about to tell
			lost := len(s.written())
			s.invoke()
			heard := s.since(lost)
			s.hears(heard, want)
			for p := range want {
				for _, token := range heard[p] {
					s.must(s.Told(t.Context(), p, token.Version))
				}
			}
			s.must(s.Told(t.Context(), young.Prefix, young.Version))
			told := len(s.written())
			s.invoke()
			s.hears(s.since(told), nil)
			left, err := s.Retell(t.Context(), s.start.Add(100*day), s.start.Add(101*day))
			if s.must(err); left.Count != 0 {
				t.Errorf("%d are untold at the end", left.Count)
			}
		})
	}
}

// TestWhatStaysUntoldIsToldAgainAndAgain for as long as the consumer is down, every six hours, by the change that is the last then.
func TestWhatStaysUntoldIsToldAgainAndAgain(t *testing.T) {
	t.Parallel()
	s := newSchedule(t)
	made := s.untold(1, life{ago: 25 * time.Hour, life: 90 * day})[0]
	for hours := 24; hours >= 0; hours-- {
		now := s.start.Add(-time.Duration(hours) * time.Hour)
		_, err := s.Retell(t.Context(), now.Add(-6*time.Hour), now)
		s.must(err)
		if hours == 10 {
			_, err := s.svc.Patch(t.Context(), s.at(10*time.Hour), pat.PatchRequest{ID: made.ID, Name: &[]string{"new"}[0]})
			s.must(err)
		}
	}
	s.wants("it", s.stream(), made, "created v1", "created v1", "created v1", "updated v2", "updated v2")
}
