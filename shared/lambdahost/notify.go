package lambdahost

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/go-json-experiment/json/jsontext"

	"latchkey/shared/pat"
	"latchkey/shared/store/dynamo"
)

const (
	// untoldFor is how long a change may be untold before it is put into the stream again: a quarter of what the stream keeps, so
	// that one which nobody has told is always in it.
	untoldFor = 6 * time.Hour
	// noticeBatch is how many tokens that fail may stand before others that do not.
	noticeBatch = 10_000
	// notifyMargin is kept before Lambda ends the function: what is under way is finished, and the rest said.
	notifyMargin = pat.NoticeTime + 2*time.Second
)

// notifier is what is done by itself as time passes: tokens are announced, and changes that nobody has told come into the
// table's stream again. Any number may do it at the same time.
type notifier struct {
	svc   *pat.Service
	store reteller
	log   *slog.Logger
}

// reteller is a store whose changes are told by way of a stream, which may lose them.
type reteller interface {
	Retell(ctx context.Context, before, now time.Time) (dynamo.Retold, error)
}

var _ reteller = (*dynamo.Store)(nil)

func newNotifier(svc *pat.Service, store pat.Store, log *slog.Logger) (lambda.Handler, error) {
	r, ok := store.(reteller)
	if !ok {
		return nil, errors.New("LATCHKEY_STORE: this store's changes go through no stream")
	}
	return notifier{svc, r, log}, nil
}

// errNoEvent is for what no schedule sends. What is in an event is acted on nowhere.
var errNoEvent = errors.New("notify: this event is no JSON object, as EventBridge's scheduled events are")

// Invoke does what there is to do, for as long as there is time. What is left, the next run does. One part that fails does not
// stop the other, and both share the time.
func (n notifier) Invoke(ctx context.Context, payload []byte) ([]byte, error) {
	if event := jsontext.Value(payload); !event.IsValid() || event.Kind() != '{' {
		return nil, errNoEvent
	}
	ctx, cancel := lessTime(ctx, notifyMargin)
	defer cancel()
	announced, more, errAnnounce := n.announce(ctx)
	retold, errRetell := n.retell(ctx)
	did := n.log.With("announced", announced, "retold", retold.Count, "more", more || retold.More)
	if err := errors.Join(wrap("some tokens could not be announced", errAnnounce), wrap("some changes could not be told again", errRetell)); err != nil {
		did.ErrorContext(ctx, "notify", "err", err)
		return nil, err
	}
	did.InfoContext(ctx, "notify")
	return []byte("null"), nil
}

// announce goes on until nothing is due but what fails, or half of the time is over.
func (n notifier) announce(ctx context.Context) (announced int, more bool, err error) {
	ctx, cancel := halfTime(ctx)
	defer cancel()
	for again := true; again; {
		done, left, failed := n.svc.Notify(ctx, noticeBatch)
		if failed != nil || ctx.Err() == nil {
			err = failed
		}
		announced += done
		more = left
		again = more && done > 0 && ctx.Err() == nil
	}
	return announced, more, err
}

// retell tells an operator what the stream's consumer has missed.
func (n notifier) retell(ctx context.Context) (dynamo.Retold, error) {
	now := n.svc.Now()
	r, err := n.store.Retell(ctx, now.Add(-untoldFor), now)
	if r.Count > 0 {
		n.log.ErrorContext(ctx, "changes were not told, and are put into the table's stream again: see to its consumer, the cleanup function",
			"count", r.Count, "oldestHours", int(now.Sub(r.Oldest).Hours()))
	}
	return r, err
}

// lessTime ends a context some time before its deadline; one that has none stays so.
func lessTime(ctx context.Context, by time.Duration) (context.Context, context.CancelFunc) {
	if deadline, ok := ctx.Deadline(); ok {
		return context.WithDeadline(ctx, deadline.Add(-by))
	}
	return context.WithCancel(ctx)
}

// halfTime ends a context when half of what is left of it is over.
func halfTime(ctx context.Context) (context.Context, context.CancelFunc) {
	if deadline, ok := ctx.Deadline(); ok {
		return context.WithTimeout(ctx, time.Until(deadline)/2)
	}
	return context.WithCancel(ctx)
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("notify: %s: %w", what, err)
}
