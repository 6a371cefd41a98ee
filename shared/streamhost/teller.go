package streamhost

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime/debug"
	"time"

	"github.com/go-json-experiment/json"
	"golang.org/x/sync/errgroup"

	"latchkey/shared/bus"
	"latchkey/shared/events"
	"latchkey/shared/pat"
	"latchkey/shared/stream"
)

const (
	// width is how many notes and letters are written at once.
	width = 16
	// maxReason bounds a reason, in characters.
	maxReason = 300
)

// teller tells of the changes that come in batches: each to the bus, and then to the table, that it was told. What can never
// be told goes to the dead letters. Whatever fails for the moment is what Lambda is asked to bring again; all else of the
// batch is done. Telling twice does no harm, since the events' ids are the same.
type teller struct {
	source string // of all events
	bus    putter
	dead   sender
	table  noter
	log    *slog.Logger
}

type putter interface {
	Put(ctx context.Context, all []events.Event) []error
}

type sender interface {
	Send(ctx context.Context, l bus.Letter) error
}

type noter interface {
	Told(ctx context.Context, p pat.Prefix, version int64) error
}

// job is a record, and what has come of it.
type job struct {
	stream.Record
	events []events.Event
	poison error // why it can never be told
	failed error // why it is to come again
}

// answer is a partial batch response (AWS Lambda Developer Guide, "Configuring partial batch response with DynamoDB and Lambda").
type answer struct {
	Failures []failure `json:"batchItemFailures"`
}

type failure struct {
	Sequence string `json:"itemIdentifier"`
}

// Invoke implements lambda.Handler. Its error is one of the whole batch.
func (t *teller) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	raws, err := stream.Split(event)
	if err != nil {
		return nil, err
	}
	jobs := make([]job, len(raws))
	for i, raw := range raws {
		jobs[i] = t.read(raw)
	}
	t.tell(ctx, jobs)
	t.write(ctx, jobs)
	a, err := t.report(ctx, jobs)
	if err != nil {
		return nil, err
	}
	return json.Marshal(a)
}

// read makes of a record what is to be told. A panic is as good as a record that cannot be read.
func (t *teller) read(raw stream.Raw) (j job) {
	defer func() {
		if p := recover(); p != nil {
			j.poison = errors.New("it cannot be read: panic")
			t.log.Error("a record of the stream makes a panic", "stack", string(debug.Stack()))
		}
	}()
	if j.Record, j.poison = stream.Read(raw); j.poison != nil {
		return j
	}
	for _, token := range j.Tell {
		e, err := events.New(t.source, events.Of(token))
		if err != nil {
			j.poison = err
			continue
		}
		j.events = append(j.events, e)
	}
	return j
}

// tell puts the events on the bus.
func (t *teller) tell(ctx context.Context, jobs []job) {
	ctx, cancel := most(ctx)
	defer cancel()
	var all []events.Event
	var of []*job
	for i := range jobs {
		for _, e := range jobs[i].events {
			all, of = append(all, e), append(of, &jobs[i])
		}
	}
	for i, err := range t.bus.Put(ctx, all) {
		switch {
		case errors.Is(err, bus.ErrRefused):
			of[i].poison = err
		case err != nil:
			of[i].failed = err
		}
	}
}

// write notes on the table what was told, and sends a dead letter of what is not to come again. A note that fails fails
// nothing: the change is told again, when it has been untold for long.
func (t *teller) write(ctx context.Context, jobs []job) {
	ctx, cancel := most(ctx)
	defer cancel()
	told := newest(jobs)
	var group errgroup.Group
	group.SetLimit(width)
	for i := range jobs {
		if j := &jobs[i]; j.poison != nil && j.failed == nil {
			group.Go(func() error {
				j.failed = t.dead.Send(ctx, j.letter())
				return nil
			})
		}
	}
	for prefix, version := range told {
		group.Go(func() error {
			if err := t.table.Told(ctx, prefix, version); err != nil {
				t.log.WarnContext(ctx, "it could not be noted that a change was told: it will be told again", "token", prefix, "err", err)
			}
			return nil
		})
	}
	_ = group.Wait() // what fails is noted
}

// newest says up to which version each token was told. Only the last version can stand on the table.
func newest(jobs []job) map[pat.Prefix]int64 {
	told := map[pat.Prefix]int64{}
	for _, j := range jobs {
		if j.poison != nil || j.failed != nil || j.Gone {
			continue
		}
		for _, token := range j.Tell {
			told[token.Prefix] = max(told[token.Prefix], token.Version)
		}
	}
	return told
}

// reason is of moderate length, whatever is in the record, so that a queue takes it.
func (j *job) reason() string { return fmt.Sprintf("%.*s", maxReason, j.poison) }

func (j *job) letter() bus.Letter {
	l := bus.Letter{EventID: j.EventID, Sequence: j.Sequence, Reason: j.reason()}
	l.Key.PK, l.Key.SK = j.PK, j.SK
	return l
}

// report says what is to come again, and to the log what was done.
func (t *teller) report(ctx context.Context, jobs []job) (answer, error) {
	a := answer{Failures: []failure{}}
	told, dead := 0, 0
	var first error
	for i := range jobs {
		j := &jobs[i]
		if j.ByHand {
			t.log.WarnContext(ctx, "a token's record was removed by hand", "token", j.Tell[len(j.Tell)-1].Prefix)
		}
		switch {
		case j.failed != nil && j.Sequence == "":
			return a, fmt.Errorf("a record that has no readable number is to come again, and with it the batch: %w", j.failed)
		case j.failed != nil:
			a.Failures = append(a.Failures, failure{j.Sequence})
			if first == nil {
				first = j.failed
			}
		case j.poison != nil:
			dead++
			t.log.ErrorContext(ctx, "a record of the stream can be told to nobody: it is in the dead letters", "event", j.EventID, "reason", j.reason())
		default:
			told += len(j.events)
		}
	}
	did := t.log.With("records", len(jobs), "told", told, "dead", dead, "again", len(a.Failures))
	if first != nil {
		did.ErrorContext(ctx, "cleanup", "err", first)
	} else {
		did.InfoContext(ctx, "cleanup")
	}
	return a, nil
}

// most ends a context when most of what is left of its time is over, so that something can be done after that; one that has no
// end stays so. Of a minute the bus has 45 seconds, the notes and letters 11 of the rest.
func most(ctx context.Context) (context.Context, context.CancelFunc) {
	if deadline, ok := ctx.Deadline(); ok {
		return context.WithTimeout(ctx, time.Until(deadline)*3/4)
	}
	return context.WithCancel(ctx)
}
