package pat_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/shared/pat"
)

// told is what has been announced of a token, oldest first, each with the number of days after morning.
func (l *ledger) told(p pat.Prefix) []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	var all []string
	for _, t := range l.written {
		if t.Prefix == p && t.LastChange.Via == "system" {
			all = append(all, toldOf(t.LastChange))
		}
	}
	return all
}

func toldOf(c pat.Change) string {
	after := fmt.Sprintf(" on day %g", c.At.Sub(morning).Hours()/24)
	if c.Kind == pat.ChangeExpiring {
		return fmt.Sprintf("%g days%s", c.Notice.Hours()/24, after)
	}
	return string(c.Kind) + after
}

// notifyAll announces all that is due.
func (w *world) notifyAll() (done int) {
	w.t.Helper()
	done, more, err := w.Notify(w.ctx, 100_000)
	if w.must(err); more {
		w.t.Error("there is more")
	}
	return done
}

// passing runs the notices several times a day, and twice each time, for so many days.
func (w *world) passing(days int) {
	w.t.Helper()
	for range 4 * days {
		w.clock.advance(6 * time.Hour)
		w.notifyAll()
		if n := w.notifyAll(); n != 0 {
			w.t.Errorf("on day %g: %d notices once more", w.clock.Now().Sub(morning).Hours()/24, n)
		}
	}
}

func TestEachThresholdIsAnnouncedOnce(t *testing.T) {
	for _, c := range []struct {
		name    string
		notices []time.Duration
		expiry  pat.Expiry
		want    []string
	}{
		{"of a long life", pat.DefaultPolicy().Notices, pat.Expiry{After: 40 * day},
			[]string{"30 days on day 10", "7 days on day 33", "1 days on day 39", "expired on day 40"}},
		{"of a life shorter than a threshold", pat.DefaultPolicy().Notices, pat.Expiry{After: 10 * day},
			[]string{"7 days on day 3", "1 days on day 9", "expired on day 10", "purged on day 40"}},
		{"of a life as long as a threshold", pat.DefaultPolicy().Notices, pat.Expiry{After: 7 * day},
			[]string{"1 days on day 6", "expired on day 7", "purged on day 37"}},
		{"of a life shorter than all thresholds", pat.DefaultPolicy().Notices, pat.Expiry{After: 6 * time.Hour}, []string{"expired on day 0.25", "purged on day 30.25"}},
		{"without thresholds", nil, pat.Expiry{After: 20 * day}, []string{"expired on day 20", "purged on day 50"}},
		{"of a life without an end", pat.DefaultPolicy().Notices, pat.Expiry{Never: true}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, withPolicy(func(p *pat.Policy) { p.Notices, p.AllowNeverExpiring = c.notices, true }))
			l := w.ledger()
			made := w.create(w.as("alice"), withExpiry(c.expiry)).Token
			w.passing(50)
			if diff := compare(c.want, l.told(made.Prefix)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestANoticeIsAVersionAndNothingElse(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.as("alice"), withExpiry(pat.Expiry{After: 10 * day}))
	want := made.Token
	for _, c := range []struct {
		on, next time.Duration
		change   pat.Change
	}{
		{3 * day, 9 * day, pat.Change{Kind: pat.ChangeExpiring, Notice: 7 * day}},
		{9*day + time.Hour, 10 * day, pat.Change{Kind: pat.ChangeExpiring, Notice: day}},
		{10 * day, 40 * day, pat.Change{Kind: pat.ChangeExpired}},
		{41 * day, 0, pat.Change{Kind: pat.ChangePurged}},
	} {
		w.clock.set(morning.Add(c.on))
		if n := w.notifyAll(); n != 1 {
			t.Errorf("%d notices", n)
		}
		want.Version++
		want.LastChange = c.change
		want.LastChange.Via, want.LastChange.At = "system", w.clock.Now()
		if want.DueAt = morning.Add(c.next); c.next == 0 {
			want.DueAt = time.Time{}
		}
		if diff := compare(want, w.record(made.Token.Prefix)); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
	}
	w.wantVerdict(made.Secret, pat.VerifyNotFound)
}

func TestTheEndOfTheRetentionIsToldOnce(t *testing.T) {
	for _, c := range []struct {
		name string
		do   func(w *world, made pat.Token)
		want []string
	}{
		{"of one that expired", func(*world, pat.Token) {}, []string{"7 days on day 3", "1 days on day 9", "expired on day 10", "purged on day 40"}},
		{"of one that was revoked", func(w *world, made pat.Token) {
			w.clock.advance(2 * day)
			w.must(w.Delete(w.ctx, w.as("alice"), pat.DeleteRequest{ID: made.ID}))
		}, []string{"purged on day 40"}}, // at the later one of the two ends
		{"of one that was revoked after it had expired", func(w *world, made pat.Token) {
			w.passing(12)
			w.must(w.Delete(w.ctx, w.as("alice"), pat.DeleteRequest{ID: made.ID}))
		}, []string{"7 days on day 3", "1 days on day 9", "expired on day 10", "purged on day 42"}},
		{"of one that nobody looked at in time, after the expiry", func(w *world, _ pat.Token) { w.clock.advance(50 * day) },
			[]string{"expired on day 50.25", "purged on day 50.25"}},
		{"of one whose owner is deleted later", func(w *world, _ pat.Token) {
			w.passing(41)
			w.must(w.DeleteUser(w.ctx, w.as(root), "alice"))
		}, []string{"7 days on day 3", "1 days on day 9", "expired on day 10", "purged on day 40"}},
		{"of one whose owner is deleted before that was told", func(w *world, _ pat.Token) {
			w.passing(39)
			w.clock.advance(2 * day)
			w.must(w.DeleteUser(w.ctx, w.as(root), "alice"))
		}, []string{"7 days on day 3", "1 days on day 9", "expired on day 10", "purged on day 41.25"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			l := w.ledger()
			made := w.create(w.as("alice"), withExpiry(pat.Expiry{After: 10 * day})).Token
			c.do(w, made)
			for range 4 * 50 {
				w.clock.advance(6 * time.Hour)
				w.notifyAll()
				w.notifyAll() // each run tells one thing of a token
			}
			if diff := compare(c.want, l.told(made.Prefix)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// The end of a retention is written on the record, and told when it comes, whatever the policy says by then.
func TestTheEndOfTheRetentionIsToldWhenTheRecordSays(t *testing.T) {
	for _, retention := range []time.Duration{5 * day, 60 * day} {
		t.Run(retention.String(), func(t *testing.T) {
			w := newWorld(t)
			l := w.ledger()
			made := w.create(w.as("alice"), withExpiry(pat.Expiry{After: 10 * day})).Token
			w.passing(12)
			other := w.process(func(c *pat.Config) { c.Policy.Retention = retention })
			name := "renamed"
			if _, err := other.Patch(w.ctx, w.as("alice"), pat.PatchRequest{ID: made.ID, Name: &name}); err != nil {
				t.Fatal(err)
			}
			w.passing(80)
			end := fmt.Sprintf("purged on day %d", 10+retention/day)
			if diff := compare([]string{"7 days on day 3", "1 days on day 9", "expired on day 10", end}, l.told(made.Prefix)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestOfWhatNobodyAnnouncedInTimeTheNearestIs(t *testing.T) {
	for _, c := range []struct {
		on   int
		want []string
	}{
		{34, []string{"7 days on day 34", "1 days on day 39", "expired on day 40"}},
		{39, []string{"1 days on day 39", "expired on day 40"}},
		{40, []string{"expired on day 40"}},
		{45, []string{"expired on day 45"}},
	} {
		w := newWorld(t)
		l := w.ledger()
		made := w.create(w.as("alice"), withExpiry(pat.Expiry{After: 40 * day})).Token
		w.clock.advance(time.Duration(c.on) * day)
		w.notifyAll()
		w.passing(10)
		if diff := compare(c.want, l.told(made.Prefix)); diff != "" {
			t.Errorf("on day %d (-want +got):\n%s", c.on, diff)
		}
	}
}

func TestAMovedExpiryHasNewNotices(t *testing.T) {
	w := newWorld(t)
	l := w.ledger()
	made := w.create(w.as("alice"), withExpiry(pat.Expiry{After: 40 * day})).Token
	expires := func(on int) {
		w.must(errOf(w.Patch(w.ctx, w.as("alice"), pat.PatchRequest{ID: made.ID, Expiry: &pat.Expiry{At: morning.Add(time.Duration(on) * day)}})))
	}
	w.passing(35)
	expires(80) // its 30 days are told anew
	w.passing(16)
	expires(55) // its 7 days lie behind, and are not told late
	w.must(errOf(w.Patch(w.ctx, w.as("alice"), pat.PatchRequest{ID: made.ID, Name: ptr("new")})))
	w.passing(10)
	want := []string{"30 days on day 10", "7 days on day 33", "30 days on day 50", "1 days on day 54", "expired on day 55"}
	if diff := compare(want, l.told(made.Prefix)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestWhoseEndIsAnnounced(t *testing.T) {
	end := []string{"7 days on day 3", "1 days on day 9", "expired on day 10"}
	for _, c := range []struct {
		name string
		do   func(w *world, made pat.Token)
		want []string
	}{
		{"a disabled token's", func(w *world, made pat.Token) {
			w.must(errOf(w.Patch(w.ctx, w.as("alice"), pat.PatchRequest{ID: made.ID, Enabled: ptr(false)})))
		}, end},
		{"a suspended user's", func(w *world, _ pat.Token) { w.must(w.suspend("alice")) }, end},
		{"not a revoked token's", func(w *world, made pat.Token) {
			w.must(w.Delete(w.ctx, w.as("alice"), pat.DeleteRequest{ID: made.ID}))
		}, nil},
		{"not a deleted user's", func(w *world, _ pat.Token) { w.must(w.DeleteUser(w.ctx, w.as(root), "alice")) }, nil},
		{"not one's that has been revoked since it was due", func(w *world, made pat.Token) {
			w.clock.set(morning.Add(4 * day))
			w.must(w.Delete(w.ctx, w.as("alice"), pat.DeleteRequest{ID: made.ID}))
			w.clock.set(morning)
		}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			l := w.ledger()
			made := w.create(w.as("alice"), withExpiry(pat.Expiry{After: 10 * day})).Token
			c.do(w, made)
			w.passing(12)
			if diff := compare(c.want, l.told(made.Prefix)); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestAClockThatJumpsRepeatsNothing(t *testing.T) {
	w := newWorld(t)
	l := w.ledger()
	made := w.create(w.as("alice"), withExpiry(pat.Expiry{After: 40 * day})).Token
	for _, on := range []int{10, 0, 10, 34, 5, 33, 39, 12, 41, 0, 39, 40, 60} {
		w.clock.set(morning.Add(time.Duration(on) * day))
		w.notifyAll()
	}
	want := []string{"30 days on day 10", "7 days on day 34", "1 days on day 39", "expired on day 41"}
	if diff := compare(want, l.told(made.Prefix)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestAnotherPolicyChangesWhatIsPlannedNextAndNothingThatIsPromised(t *testing.T) {
	w := newWorld(t)
	l := w.ledger()
	made := w.create(w.as("alice"), withExpiry(pat.Expiry{After: 40 * day})).Token
	other := w.process(func(c *pat.Config) { c.Policy.Notices = []time.Duration{14 * day} })
	for on := range 45 {
		w.clock.set(morning.Add(time.Duration(on) * day))
		if _, _, err := other.Notify(w.ctx, 10); err != nil {
			t.Fatal(err)
		}
	}
	want := []string{"30 days on day 10", "14 days on day 26", "expired on day 40"}
	if got := l.told(made.Prefix); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestARecordIsCollectedAWeekAfterItsEndWasTold(t *testing.T) {
	end, told := morning, morning.Add(400*day)
	for _, c := range []struct {
		name  string
		token pat.Token
		want  time.Time
	}{
		{"of one without an end", pat.Token{}, time.Time{}},
		{"of one whose end is to be told", pat.Token{PurgeAt: end, DueAt: end}, time.Time{}},
		{"of one that has a notice ahead", pat.Token{PurgeAt: end, DueAt: end.Add(-day)}, time.Time{}},
		{"of one whose end was told, by whatever clock", pat.Token{PurgeAt: end, LastChange: pat.Change{Kind: pat.ChangePurged, At: told}}, told.Add(7 * day)},
		{"of one from before ends were told", pat.Token{PurgeAt: end, LastChange: pat.Change{Kind: pat.ChangeRevoked, At: told}}, end.Add(7 * day)},
	} {
		if got := c.token.CollectAt(); !got.Equal(c.want) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

// The last instant that can be written has no retention after it.
func TestTheLastInstantOfAllIsToldOnce(t *testing.T) {
	w := newWorld(t)
	l := w.ledger()
	last := time.Date(9999, 12, 31, 23, 59, 59, 999_000_000, time.UTC)
	made := w.create(w.as("alice"), withExpiry(pat.Expiry{After: 10 * day})).Token
	w.rewrite(made.Prefix, func(t *pat.Token) { t.ExpiresAt, t.PurgeAt, t.DueAt = last, last, last })
	w.clock.set(last)
	w.notifyAll()
	w.notifyAll()
	if got := l.told(made.Prefix); len(got) != 1 || !strings.HasPrefix(got[0], "purged") {
		t.Errorf("told %q", got)
	}
}

// By a clock that is far ahead every token is past its retention. Whoever is deleted then must not be back when it is right.
func TestWhoIsDeletedByAWrongClockStaysSo(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.as("alice"), withExpiry(pat.Expiry{After: 10 * day}))
	w.clock.advance(366 * day)
	w.must(w.DeleteUser(w.ctx, w.as(root), "alice"))
	w.wantVerdict(made.Secret, pat.VerifyNotFound)
	w.clock.set(morning)
	w.wantVerdict(made.Secret, pat.VerifyRevoked)
}
