package outbox_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"latchkey/shared/outbox"
	"latchkey/shared/pat"
)

func TestEveryChangeIsToldOnceAndInOrderAndIsGoneThen(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, one, two := &memory{}, &ear{key: "one"}, &ear{key: "two"}
		w := start(t, store, one, two)
		store.change(3)
		pass(2 * time.Second)
		store.change(100)
		pass(2 * time.Second)
		one.wants(t, ids(1, 103))
		two.wants(t, ids(1, 103))
		if lines := w.log.lines(`"msg":"event"`); len(lines) != 103 || !strings.Contains(lines[102], id(103)) {
			t.Errorf("%d lines", len(lines))
		}
		if store.waiting() != 0 {
			t.Errorf("%d changes are kept", store.waiting())
		}
	})
}

func TestTenThousandChangesAreTold(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, one, dead := &memory{}, &ear{key: "one"}, &ear{key: "dead", answer: down}
		w := start(t, store, one, dead)
		store.change(10_000)
		pass(2 * time.Second)
		one.wants(t, ids(1, 10_000))
		if got := len(w.log.lines(`"msg":"event"`)); got != 10_000 || store.waiting() != 10_000 {
			t.Errorf("%d lines, %d changes kept", got, store.waiting())
		}
		dead.answers(nil)
		pass(time.Hour)
		dead.wants(t, ids(1, 10_000))
		if store.waiting() != 0 {
			t.Errorf("%d changes are kept", store.waiting())
		}
	})
}

func TestTheLogMissesNothingAtAnEnd(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, one := &memory{}, &ear{key: "one"}
		w := start(t, store, one)
		pass(2*time.Second - time.Millisecond)
		store.change(100) // and nobody looks before the end
		w.stop()
		one.wants(t, nil)
		if got := len(w.log.lines(`"msg":"event"`)); got != 100 || store.readers["log"] != 100 || store.readers["one"] != 0 {
			t.Errorf("%d lines, %v", got, store.readers)
		}
		w = start(t, store, one)
		one.wants(t, ids(1, 100))
		if got := len(w.log.lines(`"msg":"event"`)); got != 0 {
			t.Errorf("%d lines come again", got)
		}
	})
}

func TestALineOfTheLogIsTheEvent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &memory{}
		store.change(1)
		w := start(t, store)
		var line struct {
			Level, Msg string
			Event      struct {
				ID, Source, Type, Sequence string
				Data                       struct{ Name string }
			}
		}
		lines := w.log.lines("event")
		if len(lines) != 1 || json.Unmarshal([]byte(lines[0]), &line) != nil {
			t.Fatalf("got %q", lines)
		}
		if e := line.Event; line.Level != "INFO" || line.Msg != "event" || e.ID != id(1) || e.Source != "urn:latchkey" ||
			e.Type != "dev.latchkey.token.created.v1" || e.Sequence != "0000000000000000001" || e.Data.Name != "deploy" {
			t.Errorf("got %s", lines[0])
		}
	})
}

func TestAReaderHearsOnlyTheTypesThatItWants(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &memory{}
		one := &ear{key: "one", types: []string{"dev.latchkey.token.created.v1", "dev.latchkey.token.revoked.v1"}}
		start(t, store, one)
		store.change(50)
		pass(2 * time.Second)
		one.wants(t, ids(1, 1))
		if store.waiting() != 0 {
			t.Errorf("%d changes are kept", store.waiting())
		}
	})
}

func TestANewReaderHearsWhatComesAndTheLogAll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, one, two := &memory{}, &ear{key: "one", answer: down}, &ear{key: "two"}
		store.change(5)
		w := start(t, store, one)
		if got := len(w.log.lines(`"msg":"event"`)); got != 5 {
			t.Errorf("the log has %d", got)
		}
		store.change(5)
		pass(time.Minute)
		w.stop()
		start(t, store, two) // and one is nobody's any more
		store.change(1)
		pass(2 * time.Second)
		one.wants(t, nil)
		two.wants(t, ids(11, 11))
		if store.waiting() != 0 || len(store.readers) != 2 {
			t.Errorf("%d changes are kept, for %v", store.waiting(), store.readers)
		}
	})
}

func TestAReaderGoesOnWhereItWas(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, one := &memory{}, &ear{key: "one"}
		w := start(t, store, one)
		store.change(40)
		pass(2 * time.Second)
		w.stop()
		store.change(2)
		pass(24 * time.Hour)
		w = start(t, store, one)
		one.wants(t, ids(1, 42))
		if got := w.log.lines(`"msg":"event"`); len(got) != 2 {
			t.Errorf("the log has %q", got)
		}
	})
}

func TestWhatWasTakenAndNotNotedIsToldAgainWithTheSameID(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, one := &memory{}, &ear{key: "one"}
		w := start(t, store, one)
		store.change(2)
		pass(2 * time.Second)
		store.mu.Lock()
		store.forgets = true
		store.mu.Unlock()
		store.change(1)
		store.mu.Lock()
		kept := slices.Clone(store.items)
		store.mu.Unlock()
		pass(2 * time.Second)
		w.stop()
		store.forgets, store.items = false, kept // it died between the post and the mark
		start(t, store, one)
		one.wants(t, append(ids(1, 3), id(3)))
	})
}

func TestWhatIsNoEventHoldsNothingBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, one := &memory{}, &ear{key: "one"}
		store.readers = map[string]uint64{"one": 0}
		store.change(4)
		store.items[1].Record.Change.Kind = "moved"
		store.items[2].Record.Name = "\xff"
		w := start(t, store, one)
		one.wants(t, []string{id(1), id(4)})
		if got := w.log.lines("is no event"); len(got) != 4 || !strings.Contains(got[0], "ERROR") {
			t.Errorf("got %q", got)
		}
	})
}

func TestWhatCannotBeReadHoldsNothingBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, one := &memory{readers: map[string]uint64{"one": 0}}, &ear{key: "one"}
		store.change(3)
		store.items[1] = outbox.Item{Sequence: 2, Err: errDown}
		w := start(t, store, one)
		one.wants(t, []string{id(1), id(3)})
		if got := w.log.lines("is no event"); len(got) != 2 || !strings.Contains(got[0], "ERROR") || !strings.Contains(got[0], errDown.Error()) {
			t.Errorf("got %q", got)
		}
		pass(time.Minute)
		if store.waiting() != 0 {
			t.Errorf("%d changes are kept", store.waiting())
		}
	})
}

// lostPlaces is a store whose note of where its readers are cannot be read until it is written anew.
type lostPlaces struct{ *memory }

func (l lostPlaces) Readers(ctx context.Context) (map[string]uint64, error) {
	through, err := l.memory.Readers(ctx)
	if through == nil {
		err = fmt.Errorf("%w: a flipped bit", outbox.ErrLost)
	}
	return through, err
}

func TestWhereTheNoteOfTheReadersIsLostAllThatWaitsIsToldAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, one := &memory{}, &ear{key: "one"}
		store.change(3)
		w := start(t, lostPlaces{store}, one)
		one.wants(t, ids(1, 3))
		if got := w.log.lines("told again"); len(got) != 1 || !strings.Contains(got[0], "ERROR") {
			t.Errorf("got %q", got)
		}
		pass(time.Minute)
		if store.waiting() != 0 || store.readers["one"] != 3 {
			t.Errorf("%d changes are kept; noted %v", store.waiting(), store.readers)
		}
	})
}

func TestANewReaderHearsOfWhatChangesBetweenTheBeginningAndTheRun(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, one := &memory{}, &ear{key: "one"}
		store.change(1)
		d := outbox.New(outbox.Config{Store: store, Readers: []outbox.Reader{one.reader()}, Source: "urn:latchkey",
			Log: slog.New(slog.NewJSONHandler(&logbook{}, nil)), Now: time.Now, Sleep: outbox.Sleep, Rand: func() float64 { return 0 }})
		if err := d.Begin(t.Context()); err != nil {
			t.Fatal(err)
		}
		store.change(2)
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		go d.Run(ctx)
		synctest.Wait()
		one.wants(t, ids(2, 3))
	})
}

func TestAPanicIsAFailedAttempt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, one, two := &memory{}, &ear{key: "one"}, &ear{key: "two"}
		failed := false
		one.answers(func(outbox.Message) error {
			if !failed {
				failed = true
				panic("boo")
			}
			return nil
		})
		w := start(t, store, one, two)
		store.change(2)
		pass(time.Minute)
		one.wants(t, ids(1, 2))
		two.wants(t, ids(1, 2))
		if got := w.log.lines("panic: boo"); len(got) != 1 {
			t.Errorf("got %q", got)
		}
	})
}

func TestAStoreThatFailsIsAskedAgain(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, one := &memory{broken: errors.New("the disk is full")}, &ear{key: "one"}
		w := start(t, store, one)
		pass(time.Minute)
		store.breaks(nil)
		pass(time.Minute)
		store.change(1)
		pass(2 * time.Second)
		one.wants(t, ids(1, 1))
		store.breaks(errors.New("the disk is full"))
		store.change(1)
		pass(time.Hour)
		one.wants(t, ids(1, 1))
		store.breaks(nil)
		pass(time.Hour)
		one.wants(t, ids(1, 2))
		if got := len(w.log.lines("the disk is full")); got < 4 || got > 60 {
			t.Errorf("%d lines say so", got)
		}
	})
}

func TestAnEndWaitsALittleForAnAttemptThatIsUnderWay(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &memory{}
		one := &ear{key: "one"}
		one.answers(func(outbox.Message) error { time.Sleep(2 * time.Second); return nil })
		w := start(t, store, one)
		store.change(5)
		pass(1500 * time.Millisecond)
		w.stop()
		one.wants(t, ids(1, 1))
		if store.readers["one"] != 1 {
			t.Errorf("noted: %v", store.readers)
		}
	})
}

func TestAnAttemptThatTheEndBreaksOffIsNoFailure(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store := &memory{}
		one := &ear{key: "one"}
		reader := one.reader()
		reader.Take = func(ctx context.Context, _ outbox.Message) error { <-ctx.Done(); return ctx.Err() }
		log := &logbook{}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() { defer close(ended); run(ctx, store, log, reader) }()
		synctest.Wait()
		store.change(1)
		pass(2 * time.Second)
		cancel()
		<-ended
		if got := log.lines("level"); len(got) > 0 || len(one.tried()) > 0 || store.readers["one"] != 0 {
			t.Errorf("got %q, %v", got, store.readers)
		}
	})
}

func TestChangesOfManyTokensKeepTheirOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		store, one := &memory{}, &ear{key: "one"}
		start(t, store, one)
		var want []string
		fails := 0
		one.answers(func(m outbox.Message) error {
			if fails++; fails%3 == 0 {
				return errDown
			}
			return nil
		})
		for i := range 60 {
			token := pat.ID("0195f2c1-4a00-8123-9abc-" + strings.Repeat(string("abc"[i%3]), 12))
			store.changeOf(token, 1)
			want = append(want, strings.Replace(id(i+1), string(oneToken), string(token), 1))
		}
		pass(time.Hour)
		one.wants(t, want)
	})
}
