package pat_test

import (
	"context"
	"errors"
	"io"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"latchkey/shared/pat"
)

// process is another service over the same store, as another process would be.
func (w *world) process(edits ...func(*pat.Config)) *pat.Service {
	config := pat.Config{Store: w.store, Ring: pat.NewKeyRing(w.store), Sessions: w.sessions, Policy: w.policy, Now: w.clock.Now, Rand: w.random}
	for _, edit := range edits {
		edit(&config)
	}
	return pat.NewService(config)
}

func TestTheLimitIsExactHoweverManyProcessesRace(t *testing.T) {
	w := newWorld(t, withPolicy(func(p *pat.Policy) { p.TokensPerOwner = 5 }))
	alice := w.as("alice")
	var made, refused atomic.Int64
	var all sync.WaitGroup
	for range 4 {
		process := w.process()
		all.Go(func() {
			for range 4 {
				_, err := process.Create(w.ctx, alice, request())
				switch {
				case err == nil:
					made.Add(1)
				case pat.CodeOf(err) == pat.CodeLimitReached:
					refused.Add(1)
				}
			}
		})
	}
	all.Wait()
	if made.Load() != 5 || refused.Load() != 11 {
		t.Errorf("%d were made and %d refused, of 16 with a limit of 5", made.Load(), refused.Load())
	}
}

func TestCreationsOfTwoOwnersDoNotWaitForEachOther(t *testing.T) {
	w := newWorld(t)
	alice, bob := w.as("alice"), w.as("bob")
	w.store.first("CountLive", func() {
		patient, end := context.WithTimeout(w.ctx, 5*time.Second)
		defer end()
		w.must(errOf(w.Create(patient, bob, request())))
	})
	w.create(alice)
}

func TestNothingIsValidAfterAnAcknowledgedRevocation(t *testing.T) {
	w := newWorld(t)
	alice := w.as("alice")
	for range 20 {
		made := w.create(alice)
		var acknowledged atomic.Bool
		var all sync.WaitGroup
		for range 4 {
			all.Go(func() {
				for done := false; !done; {
					done = acknowledged.Load()
					result, err := w.Service.Verify(w.ctx, pat.VerifyRequest{Token: made.Secret})
					if err != nil || done && result.Code != pat.VerifyRevoked {
						t.Errorf("after it: %s, %v", result.Code, err)
					}
				}
			})
		}
		w.must(w.Delete(w.ctx, alice, pat.DeleteRequest{ID: made.Token.ID}))
		acknowledged.Store(true)
		all.Wait()
	}
}

func TestChangesThatRaceAreAllMade(t *testing.T) {
	w := newWorld(t)
	alice := w.as("alice")
	made := w.create(alice).Token
	var all sync.WaitGroup
	for _, req := range []pat.PatchRequest{{Name: ptr("new")}, {Description: ptr("new")}, {Enabled: ptr(false)}, {AllowedIPs: ptr(nets("192.0.2.0/24"))}} {
		all.Go(func() {
			req.ID = made.ID
			if _, err := w.Patch(w.ctx, alice, req); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if got := w.record(made.Prefix); got.Name != "new" || got.Description != "new" || !got.Disabled || len(got.AllowedIPs) != 1 || got.Version != 5 {
		t.Errorf("got %+v", got)
	}
}

func TestOfRacingChangesAtOneVersionOneIsMade(t *testing.T) {
	w := newWorld(t)
	alice := w.as("alice")
	made := w.create(alice).Token
	var done, refused atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			_, err := w.Patch(w.ctx, alice, pat.PatchRequest{ID: made.ID, Name: ptr("new"), IfMatch: pat.IfMatch{1}})
			switch {
			case err == nil:
				done.Add(1)
			case pat.CodeOf(err) == pat.CodePrecondition:
				refused.Add(1)
			}
		})
	}
	all.Wait()
	if done.Load() != 1 || refused.Load() != 7 {
		t.Errorf("%d were made and %d refused", done.Load(), refused.Load())
	}
}

func TestAnOwnerThatTwoRequestsMakeIsOne(t *testing.T) {
	w := newWorld(t)
	w.identities["foreign.sub.x"] = pat.Identity{Issuer: "https://issuer.example", Subject: "42"}
	stranger := w.by(pat.NewSecret("foreign.sub.x"))
	process := w.process()
	w.store.first("PutOwner", func() { w.must(errOf(process.Create(w.ctx, stranger, request()))) })
	made := w.create(stranger)
	page, err := w.List(w.ctx, w.by(pat.NewSecret("foreign.sub.x")), pat.ListRequest{})
	if w.must(err); len(page.Tokens) != 2 || made.Token.Prefix.Tag() != w.row(stranger.Owner).Tag {
		t.Errorf("%d tokens, at %s of the tag %s", len(page.Tokens), made.Token.Prefix, w.row(stranger.Owner).Tag)
	}
}

func TestWhoeverGivesUpIsToldThatNothingWasDecided(t *testing.T) {
	t.Run("while another creation has its turn", func(t *testing.T) {
		w := newWorld(t)
		alice := w.as("alice")
		w.store.first("CountLive", func() {
			ended, end := context.WithCancel(w.ctx)
			w.store.first("Answer", end)
			w.refused(errOf(w.Create(ended, alice, request(repeated("k", "body")))), pat.CodeUnavailable)
		})
		w.create(alice)
	})
	t.Run("before the next try", func(t *testing.T) {
		w := newWorld(t)
		alice := w.as("alice")
		ended, end := context.WithCancel(w.ctx)
		w.store.fail("CreateToken", pat.ErrOwnerMoved)
		w.store.first("CreateToken", end)
		w.refused(errOf(w.Create(ended, alice, request())), pat.CodeUnavailable)
	})
}

func TestWithTooLittleRandomnessNothingIsMade(t *testing.T) {
	w := newWorld(t)
	w.user("rich", inGroup("7", pat.RoleAdmin))
	rich := w.as("rich")
	enough := false
	for n := int64(0); n <= 256 && !enough; n++ {
		process := w.process(func(c *pat.Config) { c.Rand = io.LimitReader(newSeeded(t.Name()), n) })
		made, err := process.Create(w.ctx, rich, request(forGroup("7"), repeated("k", "body")))
		if enough = err == nil; enough {
			w.wantVerdict(made.Secret, pat.VerifyValid)
			w.secrets = append(w.secrets, made.Secret.Reveal())
		} else if e := w.refused(err, pat.CodeInternal); !made.Secret.IsZero() || !errors.Is(e, io.EOF) && !errors.Is(e, io.ErrUnexpectedEOF) {
			t.Errorf("with %d bytes: %v, %v", n, made, err)
		}
	}
	if !enough || w.store.calls("CreateToken") != 1 {
		t.Errorf("enough: %t; %d tokens were made", enough, w.store.calls("CreateToken"))
	}
}
