package pat_test

import (
	"crypto/sha256"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/shared/pat"
)

// repeated gives a request an idempotency key and a body.
func repeated(key, body string) func(*pat.CreateRequest) {
	return func(r *pat.CreateRequest) { r.Replay = &pat.Replay{Key: key, Body: sha256.Sum256([]byte(body))} }
}

func TestARepeatGetsTheAnswerOfTheFirst(t *testing.T) {
	w := newWorld(t, withPolicy(func(p *pat.Policy) { p.Creates = pat.Rate{PerMinute: 1, Burst: 1} }))
	alice := w.as("alice")
	full := func(r *pat.CreateRequest) {
		r.Description, r.AllowedIPs, r.NotBefore, r.MaxUses = "d", nets("192.0.2.0/24", "2001:db8::/32"), morning, 5
	}
	first := w.create(alice, repeated("k", "body"), full)
	for _, after := range []time.Duration{0, time.Minute, 9*time.Minute - time.Millisecond} {
		w.clock.advance(after)
		again := w.create(alice, repeated("k", "body"), full)
		want := first
		want.Replayed = true
		if diff := compare(want, again); diff != "" {
			t.Errorf("at %s (-want +got):\n%s", w.clock.Now(), diff)
		}
	}
	if first.Replayed || w.store.calls("CreateToken") != 1 {
		t.Errorf("the first is replayed: %t; %d tokens were made", first.Replayed, w.store.calls("CreateToken"))
	}
	w.wantVerdict(first.Secret, pat.VerifyValid)
}

func TestAnAnswerIsRepeatedForTenMinutes(t *testing.T) {
	w := newWorld(t)
	alice := w.as("alice")
	first := w.create(alice, repeated("k", "body"))
	w.clock.advance(10*time.Minute - time.Millisecond)
	if again := w.create(alice, repeated("k", "body")); !again.Replayed || again.Secret.Reveal() != first.Secret.Reveal() {
		t.Error("a millisecond before the end it is not the same")
	}
	w.clock.advance(time.Millisecond)
	later := w.create(alice, repeated("k", "another body"))
	if later.Replayed || later.Secret.Reveal() == first.Secret.Reveal() || later.Token.ID == first.Token.ID {
		t.Error("at the end it is still the same")
	}
	if again := w.create(alice, repeated("k", "another body")); !again.Replayed || again.Secret.Reveal() != later.Secret.Reveal() {
		t.Error("the later answer is not repeated")
	}
}

func TestAKeyIsGoodForOneRequest(t *testing.T) {
	w := newWorld(t)
	alice := w.as("alice")
	w.create(alice, repeated("k", "body"))
	made, err := w.Create(w.ctx, alice, request(repeated("k", "another body")))
	w.refused(err, pat.CodeIdempotencyReused)
	if !made.Secret.IsZero() || w.store.calls("CreateToken") != 1 {
		t.Errorf("something was made: %+v", made)
	}
	if other := w.create(alice, repeated("K", "body")); other.Replayed {
		t.Error("another key is the same")
	}
}

func TestTheSameKeyOfAnotherOwnerIsAnotherKey(t *testing.T) {
	w := newWorld(t)
	first := w.create(w.as("alice"), repeated("k", "body"))
	second := w.create(w.as("bob"), repeated("k", "body"))
	if second.Replayed || second.Token.Owner != "user#bob" || second.Secret.Reveal() == first.Secret.Reveal() {
		t.Errorf("bob got %s of %s, replayed %t", second.Token.ID, second.Token.Owner, second.Replayed)
	}
	w.must(errOf(w.Create(w.ctx, w.as("carol"), request(repeated("k", "another body")))))
}

func TestOwnersWhoShareATagDoNotShareAnswers(t *testing.T) {
	w := newWorld(t)
	same := func(o *pat.Owner) { o.Tag = "k3v9b2mq" }
	w.user("alice", same)
	w.user("bob", same)
	first := w.create(w.as("alice"), repeated("k", "body"))
	second := w.create(w.as("bob"), repeated("k", "body"))
	if second.Replayed || second.Token.Owner != "user#bob" || second.Secret.Reveal() == first.Secret.Reveal() {
		t.Errorf("bob got %s of %s, replayed %t", second.Token.ID, second.Token.Owner, second.Replayed)
	}
}

func TestAKeyHasAForm(t *testing.T) {
	w := newWorld(t)
	alice := w.as("alice")
	for name, key := range map[string]string{
		"nothing": "", "a space": "a b", "a tab": "a\tb", "a newline": "a\n", "a NUL": "\x00", "DEL": "\x7f", "beyond ASCII": "é",
		"256 characters": strings.Repeat("k", 256),
	} {
		t.Run(name, func(t *testing.T) {
			w.in(t)
			w.refused(errOf(w.Create(w.ctx, alice, request(repeated(key, "body")))), pat.CodeUnreadable)
		})
	}
	for _, key := range []string{"!", "~", strings.Repeat("k", 255)} {
		w.create(alice, repeated(key, "body"))
	}
}

func TestAWeakerCredentialDoesNotGetTheStrongerOnesAnswer(t *testing.T) {
	for _, c := range []struct {
		name string
		weak func(*world) pat.Caller
		edit []func(*pat.CreateRequest)
	}{
		{"a token without the scope", func(w *world) pat.Caller { return w.calling(withScopes("tokens:write")) }, nil},
		{"a session reduced in scope", func(w *world) pat.Caller { return w.as("alice", "tokens:write") }, nil},
		{"a token that ends before", func(w *world) pat.Caller { return w.calling() },
			[]func(*pat.CreateRequest){withIPs("192.0.2.0/24"), withExpiry(pat.Expiry{After: 11 * day})}},
		{"a token for other networks", func(w *world) pat.Caller { return w.calling() },
			[]func(*pat.CreateRequest){withExpiry(pat.Expiry{After: day})}},
		{"a token with limited uses", func(w *world) pat.Caller { return w.calling(withUses(5)) },
			[]func(*pat.CreateRequest){withIPs("192.0.2.0/24"), withExpiry(pat.Expiry{After: day})}},
		{"a token, for what its user made for a group", func(w *world) pat.Caller { return w.calling() },
			[]func(*pat.CreateRequest){withIPs("192.0.2.0/24"), withExpiry(pat.Expiry{After: day}), forGroup("7")}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.user("alice", inGroup("7", pat.RoleAdmin))
			edits := append(c.edit, repeated("k", "body"))
			first := w.create(w.as("alice"), edits...)
			got, err := w.Create(w.ctx, c.weak(w), request(edits...))
			w.refused(err, pat.CodeForbidden)
			if !got.Secret.IsZero() {
				t.Error("it got the secret")
			}
			if again := w.create(w.as("alice"), edits...); !again.Replayed || again.Secret.Reveal() != first.Secret.Reveal() {
				t.Error("the stronger one gets it no more")
			}
		})
	}
}

func TestACredentialThatMayNotWriteGetsNoAnswer(t *testing.T) {
	w := newWorld(t)
	w.create(w.as("alice"), repeated("k", "body"))
	e := w.refused(errOf(w.Create(w.ctx, w.as("alice", "tokens:read", "repo:read"), request(repeated("k", "body")))), pat.CodeInsufficientScope)
	if e.Scope != pat.ScopeTokensWrite {
		t.Errorf("it is told to have %s", e.Scope)
	}
}

func TestWhoHasLostTheGroupDoesNotGetItsAnswer(t *testing.T) {
	w := newWorld(t)
	w.user("carol", inGroup("7", pat.RoleAdmin))
	w.create(w.as("carol"), forGroup("7"), repeated("k", "body"))
	w.rewriteOwner("user#carol", func(o *pat.Owner) { o.Groups[0].Role = pat.RoleMember })
	w.refused(errOf(w.Create(w.ctx, w.as("carol"), request(forGroup("7"), repeated("k", "body")))), pat.CodeForbidden)
}

func TestRacingRepeatsGetOneAnswer(t *testing.T) {
	w := newWorld(t)
	alice := w.as("alice")
	var all sync.WaitGroup
	var mu sync.Mutex
	secrets, firsts := map[string]bool{}, 0
	for range 16 {
		all.Go(func() {
			made, err := w.Create(w.ctx, alice, request(repeated("k", "body")))
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			} else if secrets[made.Secret.Reveal()] = true; !made.Replayed {
				firsts++
			}
		})
	}
	all.Wait()
	if len(secrets) != 1 || firsts != 1 {
		t.Errorf("%d secrets, %d of them new", len(secrets), firsts)
	}
}

func TestARepeatThatWasOvertakenGetsTheOthersAnswer(t *testing.T) {
	w := newWorld(t)
	alice := w.as("alice")
	var first pat.CreateResult
	// Another process, whose turns this one does not share.
	other := pat.NewService(pat.Config{Store: w.store.Store, Ring: pat.NewKeyRing(w.store.Store), Sessions: w.sessions, Policy: w.policy,
		Now: w.clock.Now, Rand: w.random})
	w.store.first("CreateToken", func() {
		var err error
		first, err = other.Create(w.ctx, alice, request(repeated("k", "body")))
		w.must(err)
	})
	got := w.create(alice, repeated("k", "body"))
	if !got.Replayed || got.Secret.Reveal() != first.Secret.Reveal() || got.Token.ID != first.Token.ID {
		t.Errorf("got %s, replayed %t; the first is %s", got.Token.ID, got.Replayed, first.Token.ID)
	}
	w.store.first("CreateToken", func() { w.must(errOf(other.Create(w.ctx, alice, request(repeated("l", "body"))))) })
	w.refused(errOf(w.Create(w.ctx, alice, request(repeated("l", "another body")))), pat.CodeIdempotencyReused)
}

func TestAfterALostAnswerTheRepeatFindsTheSecret(t *testing.T) {
	w := newWorld(t)
	alice := w.as("alice")
	w.store.lose("CreateToken", errors.New("the answer was lost"))
	w.refused(errOf(w.Create(w.ctx, alice, request(repeated("k", "body")))), pat.CodeUnavailable)
	w.store.lose("CreateToken", nil)
	again := w.create(alice, repeated("k", "body"))
	if !again.Replayed {
		t.Error("it made another token")
	}
	w.wantVerdict(again.Secret, pat.VerifyValid)
}

func TestARefusedRequestLeavesItsKeyFree(t *testing.T) {
	w := newWorld(t)
	alice := w.as("alice")
	w.refused(errOf(w.Create(w.ctx, alice, request(repeated("k", "body"), withScopes()))), pat.CodeInvalid)
	if made := w.create(alice, repeated("k", "another body")); made.Replayed {
		t.Error("it is replayed")
	}
}

func TestAnAnswerOfAnotherSealIsAFaultAndNotASecret(t *testing.T) {
	w := newWorld(t)
	alice := w.as("alice")
	w.create(alice, repeated("k", "body"))
	keys, err := w.store.Store.Keys(w.ctx)
	w.must(err)
	keys.Seal = tagKey(8)
	w.must(w.store.Store.PutKeys(w.ctx, keys, keys.Version))
	later := pat.NewService(pat.Config{Store: w.store, Ring: pat.NewKeyRing(w.store), Sessions: w.sessions, Policy: w.policy,
		Now: w.clock.Now, Rand: w.random})
	made, err := later.Create(w.ctx, alice, request(repeated("k", "body")))
	if w.refused(err, pat.CodeInternal); !made.Secret.IsZero() {
		t.Error("a secret came out")
	}
}

func TestAFailingStoreGivesNoAnswer(t *testing.T) {
	w := newWorld(t)
	alice := w.as("alice")
	w.store.fail("Answer", errors.New("the store is down"))
	w.refused(errOf(w.Create(w.ctx, alice, request(repeated("k", "body")))), pat.CodeUnavailable)
	if w.store.calls("CreateToken") != 0 {
		t.Error("a token was made")
	}
}
