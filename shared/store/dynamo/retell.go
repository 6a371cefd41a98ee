package dynamo

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Retold is what has come of a Retell.
type Retold struct {
	Count  int       // so many changes are in the stream again
	Oldest time.Time // when the oldest of them was made; zero: there is none
	More   bool      // the context has ended, and there may be others
}

// Retell puts the changes into the table's stream again that came into it before the time and were not told since; and those
// that say to have come as long after now, which a wrong clock has written. One that fails hinders no other. When the context
// ends, so does this, and what is under way is finished, which takes a call's time at most.
func (s *Store) Retell(ctx context.Context, before, now time.Time) (Retold, error) {
	r := retelling{store: s, before: before, now: now}
	for shard := range timeShards {
		r.shards.Go(func() { r.shard(ctx, strconv.Itoa(shard)) })
	}
	r.shards.Wait()
	return r.Retold, r.err()
}

// retelling is a Retell under way. Each shard of the index is walked by itself, from the soonest on and once: what
// fails stays where it is, and is passed.
type retelling struct {
	store       *Store
	before, now time.Time
	shards      sync.WaitGroup

	mu sync.Mutex
	Retold
	failed   int
	failures []error // the first of them
}

const (
	// retellPage is how many entries are asked for at once.
	retellPage = 256
	// toldFailures bounds what the error lists, however much fails.
	toldFailures = 8
)

// shard walks one shard.
func (r *retelling) shard(ctx context.Context, shard string) {
	r.walk(ctx, r.store.entriesOf(untoldIndex, shard, "<", r.before, retellPage))
	// What is as far ahead as that is behind was written by a wrong clock, and would wait until the time has come.
	r.walk(ctx, r.store.entriesOf(untoldIndex, shard, ">", r.now.Add(r.now.Sub(r.before)), retellPage))
}

func (r *retelling) walk(ctx context.Context, q *dynamodb.QueryInput) {
	err := r.store.pages(ctx, q, func(got *dynamodb.QueryOutput) (bool, error) {
		for _, e := range r.store.entries(ctx, untoldIndex, got) {
			if ctx.Err() != nil {
				break
			}
			made, err := r.retell(context.WithoutCancel(ctx), e)
			r.note(e, made, err)
		}
		return ctx.Err() == nil, nil
	})
	if ctx.Err() != nil {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.More = true
	} else if err != nil {
		r.fail(fmt.Errorf("dynamo: find changes that are not told: %w", r.store.explain(err)))
	}
}

// retell changes nothing but when the record came into the stream, which makes it come there. It returns when the change
// was made; zero: somebody else has told or changed it meanwhile, or is about to.
func (r *retelling) retell(ctx context.Context, e timeEntry) (made time.Time, err error) {
	err = r.store.call(ctx, "tell a change again", func(ctx context.Context) error {
		var t terms
		condition := all(t.format(), t.is(attrUntoldAt, number(e.at.UnixMilli())))
		set := "SET " + t.is(attrWrote, text(wroteChange)) + ", " + t.attr(attrUntoldAt) + " = " + t.val(number(r.now.UnixMilli()))
		was, err := r.store.rewrite(ctx, e.prefix, &t, set, condition)
		moved := errors.Is(err, errMoved)
		switch {
		case contended(err), moved && len(was) == 0:
			return nil
		case err != nil && !moved:
			return err
		}
		token, damaged := decodeToken(was, e.prefix) // nobody will tell of one that cannot be read
		switch {
		case moved:
		case damaged != nil:
			made = e.at
		default:
			made = token.LastChange.At
		}
		return damaged
	})
	return made, err
}

func (r *retelling) note(e timeEntry, made time.Time, err error) {
	if err != nil {
		r.fail(fmt.Errorf("of the token at %s: %w", e.prefix, err))
	}
	if made.IsZero() {
		return
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Count++
	if r.Oldest.IsZero() || made.Before(r.Oldest) {
		r.Oldest = made
	}
}

func (r *retelling) fail(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.failed++; len(r.failures) < toldFailures {
		r.failures = append(r.failures, err)
	}
}

func (r *retelling) err() error {
	err := errors.Join(r.failures...)
	if more := r.failed - len(r.failures); more > 0 {
		err = errors.Join(err, fmt.Errorf("and %d more", more))
	}
	return err
}
