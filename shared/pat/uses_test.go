package pat_test

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"latchkey/shared/pat"
)

// spend verifies at a cost and returns the verdict and the uses left.
func (w *world) spend(secret pat.Secret, cost int64) string {
	w.t.Helper()
	result, err := w.Verify(w.ctx, pat.VerifyRequest{Token: secret, Cost: cost})
	w.must(err)
	left, limited := result.Token.UsesLeft()
	return fmt.Sprintf("%s %d %t", result.Code, left, limited)
}

func TestALimitedTokenIsSpent(t *testing.T) {
	w := newWorld(t)
	secret := w.create(w.as("alice"), withUses(5)).Secret
	for i, c := range []struct {
		cost int64
		want string
	}{
		{0, "VALID 5 true"},
		{1, "VALID 4 true"},
		{5, "EXHAUSTED 4 true"}, // too much at once spends nothing
		{2, "VALID 2 true"},
		{0, "VALID 2 true"},
		{1000, "EXHAUSTED 2 true"},
		{2, "VALID 0 true"},
		{0, "EXHAUSTED 0 true"},
		{1, "EXHAUSTED 0 true"},
	} {
		if got := w.spend(secret, c.cost); got != c.want {
			t.Errorf("step %d at a cost of %d: %s, want %s", i, c.cost, got, c.want)
		}
	}
}

func TestALookWritesNothing(t *testing.T) {
	w := newWorld(t)
	secret := w.create(w.as("alice"), withUses(5)).Secret
	if got := w.spend(secret, 0); got != "VALID 5 true" || w.store.calls("SpendUses") != 0 {
		t.Errorf("got %s, with %d writes", got, w.store.calls("SpendUses"))
	}
}

func TestATokenWithoutALimitIsNotCounted(t *testing.T) {
	w := newWorld(t)
	secret := w.create(w.as("alice")).Secret
	if got := w.spend(secret, 1000); got != "VALID 0 false" {
		t.Errorf("got %s", got)
	}
	if n := w.store.calls("SpendUses"); n != 0 {
		t.Errorf("the uses were counted %d times", n)
	}
}

func TestUsesAreExactHoweverManyVerificationsRace(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.as("alice"), withUses(7))
	var valid atomic.Int64
	var all sync.WaitGroup
	for range 40 {
		all.Go(func() {
			if result, err := w.Verify(w.ctx, pat.VerifyRequest{Token: made.Secret, Cost: 1}); err == nil && result.Code == pat.VerifyValid {
				valid.Add(1)
			}
		})
	}
	all.Wait()
	if uses := w.record(made.Token.Prefix).Usage.Uses; valid.Load() != 7 || uses != 7 {
		t.Errorf("%d verifications said VALID, %d uses were counted, of 7", valid.Load(), uses)
	}
}

func TestATokenChangedWhileItIsSpentIsJudgedAnew(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*pat.Token)
		want pat.VerifyCode
	}{
		{"revoked", func(t *pat.Token) { t.RevokedAt = morning }, pat.VerifyRevoked},
		{"disabled", func(t *pat.Token) { t.Disabled = true }, pat.VerifyDisabled},
		{"renamed", func(t *pat.Token) { t.Name = "other" }, pat.VerifyValid},
		{"given another secret", func(t *pat.Token) { t.Hash = pat.Hash{} }, pat.VerifyNotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			made := w.create(w.as("alice"), withUses(5))
			w.store.first("SpendUses", func() { w.rewrite(made.Token.Prefix, c.edit) })
			w.wantVerdict(made.Secret, c.want)
		})
	}
}

func TestALostAnswerMayBurnAUseAndIsNoVerdict(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.as("alice"), withUses(5))
	w.store.lose("SpendUses", errors.New("the answer was lost"))
	w.refused(errOf(w.Verify(w.ctx, pat.VerifyRequest{Token: made.Secret, Cost: 2})), pat.CodeUnavailable)
	w.store.lose("SpendUses", nil)
	if got := w.spend(made.Secret, 0); got != "VALID 3 true" {
		t.Errorf("got %s", got)
	}
}

func TestUseIsNotedAtMostOnceAMinute(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.as("alice"))
	for _, c := range []struct {
		after time.Duration
		want  time.Duration // since morning
		calls int
	}{
		{0, 0, 1},
		{time.Second, 0, 1},
		{59*time.Second - time.Millisecond, 0, 1},
		{time.Millisecond, time.Minute, 2}, // a minute to the millisecond
		{time.Minute - time.Millisecond, time.Minute, 2},
		{time.Millisecond, 2 * time.Minute, 3},
	} {
		w.clock.advance(c.after)
		w.wantVerdict(made.Secret, pat.VerifyValid)
		if got := w.record(made.Token.Prefix); !got.Usage.LastUsedAt.Equal(morning.Add(c.want)) || w.store.calls("TouchToken") != c.calls || got.Version != 1 {
			t.Errorf("at %s: last used %s, %d writes, version %d", w.clock.Now(), got.Usage.LastUsedAt, w.store.calls("TouchToken"), got.Version)
		}
	}
}

func TestTheAnswerHasTheUseThatItNoted(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.as("alice"), withUses(9))
	result, err := w.Verify(w.ctx, pat.VerifyRequest{Token: made.Secret, IP: netip.MustParseAddr(home), Cost: 2})
	w.must(err)
	want := pat.Usage{LastUsedAt: morning, LastUsedIPs: []netip.Addr{netip.MustParseAddr(home)}, Uses: 2}
	for _, got := range []pat.Usage{result.Token.Usage, w.record(made.Token.Prefix).Usage} {
		if diff := compare(want, got); diff != "" {
			t.Error(diff)
		}
	}
}

func TestTheLastFiveAddressesAreKeptNewestFirst(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.as("alice"))
	for _, c := range []struct{ from, want string }{
		{"192.0.2.1", "192.0.2.1"},
		{"192.0.2.2", "192.0.2.2 192.0.2.1"},
		{"192.0.2.1", "192.0.2.1 192.0.2.2"},
		{"", "192.0.2.1 192.0.2.2"},
		{"2001:db8::3", "2001:db8::3 192.0.2.1 192.0.2.2"},
		{"::ffff:192.0.2.1", "192.0.2.1 2001:db8::3 192.0.2.2"},
		{"192.0.2.4", "192.0.2.4 192.0.2.1 2001:db8::3 192.0.2.2"},
		{"192.0.2.5", "192.0.2.5 192.0.2.4 192.0.2.1 2001:db8::3 192.0.2.2"},
		{"192.0.2.6", "192.0.2.6 192.0.2.5 192.0.2.4 192.0.2.1 2001:db8::3"},
	} {
		var ip netip.Addr
		if c.from != "" {
			ip = netip.MustParseAddr(c.from)
		}
		w.clock.advance(time.Minute)
		if _, err := w.Verify(w.ctx, pat.VerifyRequest{Token: made.Secret, IP: ip, Cost: 1}); err != nil {
			t.Fatal(err)
		}
		usage := w.record(made.Token.Prefix).Usage
		if got := strings.Trim(fmt.Sprint(usage.LastUsedIPs), "[]"); got != c.want || !usage.LastUsedAt.Equal(w.clock.Now()) {
			t.Errorf("after %q: %s at %s, want %s", c.from, got, usage.LastUsedAt, c.want)
		}
	}
}

func TestNotingTheUseNeverDecides(t *testing.T) {
	const line = "a token's use was not noted"
	t.Run("it fails: that is logged", func(t *testing.T) {
		w := newWorld(t)
		made := w.create(w.as("alice"))
		w.store.fail("TouchToken", errors.New("throttled"))
		w.wantVerdict(made.Secret, pat.VerifyValid)
		if !strings.Contains(w.written.String(), line) || !strings.Contains(w.written.String(), "throttled") {
			t.Error("it was not logged")
		}
	})
	t.Run("another came first: that is nothing", func(t *testing.T) {
		w := newWorld(t)
		made := w.create(w.as("alice"))
		w.store.fail("TouchToken", pat.ErrConflict)
		w.wantVerdict(made.Secret, pat.VerifyValid)
		if strings.Contains(w.written.String(), line) {
			t.Error("it was logged")
		}
	})
	t.Run("it hangs: it has a deadline", func(t *testing.T) {
		w := newWorld(t)
		made := w.create(w.as("alice"))
		w.store.hangs = true
		w.wantVerdict(made.Secret, pat.VerifyValid)
		if !strings.Contains(w.written.String(), line) {
			t.Error("it was not logged")
		}
	})
}
