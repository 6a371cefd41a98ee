package lambdahost

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"latchkey/shared/pat"
	"latchkey/shared/store/dynamo"
	"latchkey/shared/store/mem"
)

// streamed is a store with a stream: what it is asked to tell again, and how that ends.
type streamed struct {
	pat.Store
	due    func(ctx context.Context) error // before it says what is due; nil: nothing
	retell func(ctx context.Context, before, now time.Time) (dynamo.Retold, error)
}

func (s *streamed) Due(ctx context.Context, at time.Time, max int) ([]pat.Prefix, error) {
	if s.due != nil {
		if err := s.due(ctx); err != nil {
			return nil, err
		}
	}
	return s.Store.Due(ctx, at, max)
}

func (s *streamed) Retell(ctx context.Context, before, now time.Time) (dynamo.Retold, error) {
	return s.retell(ctx, before, now)
}

func newStreamed() *streamed {
	return &streamed{Store: mem.New(), retell: func(context.Context, time.Time, time.Time) (dynamo.Retold, error) { return dynamo.Retold{}, nil }}
}

// expired stores tokens that have expired, and nobody has said so.
func (s *streamed) expired(t *testing.T, n int) (all []pat.Prefix) {
	t.Helper()
	o := pat.Owner{ID: "user#alice", Tag: "0000alic", Epoch: 1}
	if err := s.PutOwner(t.Context(), o, 0, pat.Standing{}); err != nil {
		t.Fatal(err)
	}
	at := time.Now().Add(-time.Hour).UTC().Truncate(time.Millisecond)
	for i := range n {
		p, err := pat.NewPrefix(o.Tag, at.Add(-time.Duration(i)*time.Second), rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		token := pat.Token{Prefix: p, Owner: o.ID, Version: 1, OwnerEpoch: 1, ExpiresAt: at, PurgeAt: at.Add(100 * time.Hour), DueAt: at}
		if err := s.CreateToken(t.Context(), pat.NewToken{Token: token}); err != nil {
			t.Fatal(err)
		}
		all = append(all, p)
	}
	return all
}

// notifying is the function over a store, and what it logs.
func notifying(t *testing.T, store pat.Store) (lambda.Handler, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	h, err := newHandler(t.Context(), pat.OpNotify, environment(), opening(store, nil), slog.New(slog.NewJSONHandler(&log, nil)))
	if err != nil {
		t.Fatal(err)
	}
	return h, &log
}

func TestNotifyNeedsNoKeysAndAStreamBehindItsStore(t *testing.T) {
	h, log := notifying(t, newStreamed())
	if answer, err := h.Invoke(t.Context(), []byte(`{}`)); err != nil || string(answer) != "null" {
		t.Errorf("got %s, %v", answer, err)
	}
	if n := strings.Count(log.String(), "\n"); n != 1 || !strings.Contains(log.String(), `"announced":0,"retold":0,"more":false}`) {
		t.Errorf("logged %s", log)
	}
	if _, err := newHandler(t.Context(), pat.OpNotify, environment(), opening(mem.New(), nil), slog.New(slog.DiscardHandler)); err == nil || !strings.Contains(err.Error(), "LATCHKEY_STORE") {
		t.Errorf("without a stream: %v", err)
	}
}

func TestNotifyGoesOnUntilNothingIsDue(t *testing.T) {
	s := newStreamed()
	all := s.expired(t, noticeBatch+100)
	h, log := notifying(t, s)
	if _, err := h.Invoke(t.Context(), []byte(`{}`)); err != nil || !strings.Contains(log.String(), `"announced":10100,"retold":0,"more":false`) {
		t.Errorf("%v, and logged %s", err, log)
	}
	for _, p := range all {
		if token, err := s.Token(t.Context(), p); err != nil || token.LastChange.Kind != pat.ChangeExpired || token.Version != 2 {
			t.Fatalf("%+v, %v", token, err)
		}
	}
}

func TestEachPartOfNotifyHasItsChanceWhateverBecomesOfTheOther(t *testing.T) {
	down, lost := errors.New("the table is down"), errors.New("the index is down")
	for name, c := range map[string]struct {
		due, retell error
		logged      string
	}{
		"none fails":       {nil, nil, `"level":"INFO","msg":"notify","announced":3,"retold":2,"more":false}`},
		"the first fails":  {down, nil, `"level":"ERROR","msg":"notify","announced":0,"retold":2,"more":false,"err":`},
		"the second fails": {nil, lost, `"level":"ERROR","msg":"notify","announced":3,"retold":2,"more":false,"err":`},
		"both fail":        {down, lost, `"level":"ERROR","msg":"notify","announced":0,"retold":2,"more":false,"err":`},
	} {
		t.Run(name, func(t *testing.T) {
			s := newStreamed()
			s.expired(t, 3)
			s.due = func(context.Context) error { return c.due }
			s.retell = func(_ context.Context, before, now time.Time) (dynamo.Retold, error) {
				if now.Sub(before) != 6*time.Hour || time.Since(now) > time.Hour {
					t.Errorf("from %s, at %s", before, now)
				}
				return dynamo.Retold{Count: 2, Oldest: now.Add(-25 * time.Hour)}, c.retell
			}
			h, log := notifying(t, s)
			_, err := h.Invoke(t.Context(), []byte(`{}`))
			if errors.Is(err, down) != (c.due != nil) || errors.Is(err, lost) != (c.retell != nil) || (err != nil) != (c.due != nil || c.retell != nil) {
				t.Errorf("got %v", err)
			}
			if !strings.Contains(log.String(), c.logged) || !strings.Contains(log.String(), `"count":2,"oldestHours":25}`) || strings.Count(log.String(), "\n") != 2 {
				t.Errorf("logged %s", log)
			}
		})
	}
}

// A minute is there; at its end seven seconds are kept, and what is before them both parts share.
func TestTheTimeOfAnInvocationIsShared(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStreamed()
		s.due = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		began := time.Now()
		s.retell = func(ctx context.Context, _, _ time.Time) (dynamo.Retold, error) {
			if after := time.Since(began); after != 26500*time.Millisecond {
				t.Errorf("its turn comes after %s", after)
			}
			<-ctx.Done()
			return dynamo.Retold{Count: 1, Oldest: began, More: true}, nil
		}
		h, log := notifying(t, s)
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := h.Invoke(ctx, []byte(`{}`)); err != nil || !strings.Contains(log.String(), `"announced":0,"retold":1,"more":true`) {
			t.Errorf("%v, and logged %s", err, log)
		}
		if after := time.Since(began); after != 53*time.Second {
			t.Errorf("it ends after %s", after)
		}
	})
}

// What a round has failed at is not forgotten because the time is over.
func TestAFailureIsToldThoughTheTimeIsOver(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newStreamed()
		made := s.expired(t, 1)[0]
		damaged := errors.New("the record is damaged")
		h, _ := notifying(t, &unreadable{s, damaged})
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		if _, err := h.Invoke(ctx, []byte(`{}`)); !errors.Is(err, damaged) || !strings.Contains(err.Error(), string(made)) {
			t.Errorf("got %v", err)
		}
	})
}

// unreadable has records that take a minute and cannot be read.
type unreadable struct {
	*streamed
	err error
}

func (u *unreadable) Token(context.Context, pat.Prefix) (pat.Token, error) {
	time.Sleep(time.Minute)
	return pat.Token{}, u.err
}
