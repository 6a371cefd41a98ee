package bus

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/smithy-go"

	"latchkey/shared/events"
)

// Source is that of every entry, by which rules know our events.
const Source = "dev.latchkey"

const (
	// maxEntries and maxBytes bound a request (Amazon EventBridge API Reference, PutEvents).
	maxEntries = 10
	maxBytes   = 256 << 10
	// attempts is how often an entry is offered that the bus refuses for a while; each pause is longer, from firstPause on.
	attempts   = 6
	firstPause = 100 * time.Millisecond
)

// ErrRefused: the bus will never take the event.
var ErrRefused = errors.New("the bus refuses it for good")

// client is what is asked of EventBridge.
type client interface {
	PutEvents(context.Context, *eventbridge.PutEventsInput, ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error)
}

// Bus is one event bus.
type Bus struct {
	client client
	name   string
	sleep  func(ctx context.Context, d time.Duration) error
}

// New returns the bus of a name or ARN. One that does not exist takes every event, which nobody hears (Amazon EventBridge User
// Guide, "PutEvents"), so the name is the stack's own.
func New(cfg aws.Config, name string) *Bus {
	once := func(o *eventbridge.Options) { o.Retryer = aws.NopRetryer{} } // Put has rounds of its own, in which nobody waits for one request
	return &Bus{client: eventbridge.NewFromConfig(cfg, once), name: name, sleep: sleep}
}

func sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

// Put offers the events until the bus has taken them, some times at most, and while the context lasts. What it has taken it is
// not offered again. The result has an error for each event that it has not: ErrRefused, or one that says that a later Put may
// do better.
func (b *Bus) Put(ctx context.Context, all []events.Event) []error {
	results := make([]error, len(all))
	var left []offer
	for i, e := range all {
		o, err := b.offer(e, &results[i])
		if results[i] = err; err == nil {
			left = append(left, o)
		}
	}
	pause := firstPause
	for attempt := 1; len(left) > 0; attempt++ {
		left = b.round(ctx, left)
		if len(left) == 0 || attempt == attempts || b.sleep(ctx, pause) != nil {
			break
		}
		pause *= 3
	}
	return results
}

// offer is an event on its way, and what has come of it.
type offer struct {
	entry  types.PutEventsRequestEntry
	size   int
	result *error
}

func (b *Bus) offer(e events.Event, result *error) (offer, error) {
	text, err := e.JSON()
	if err != nil {
		return offer{}, fmt.Errorf("%w: %w", ErrRefused, err)
	}
	o := offer{result: result, entry: types.PutEventsRequestEntry{
		EventBusName: &b.name, Source: aws.String(Source), DetailType: &e.Type, Detail: aws.String(string(text)), Time: &e.Time,
	}}
	// EventBridge counts the time as 14 bytes (Amazon EventBridge User Guide, "Calculating PutEvents event entry size").
	if o.size = 14 + len(Source) + len(e.Type) + len(text); o.size > maxBytes {
		return offer{}, fmt.Errorf("%w: it has %d bytes", ErrRefused, o.size)
	}
	return o, nil
}

// round offers each once, and returns those that may be taken later.
func (b *Bus) round(ctx context.Context, all []offer) (left []offer) {
	for len(all) > 0 {
		n, size := 0, 0
		for n < min(len(all), maxEntries) && size+all[n].size <= maxBytes {
			size += all[n].size
			n++
		}
		left = append(left, b.request(ctx, all[:n])...)
		all = all[n:]
	}
	return left
}

// request offers some at once. A request that is refused for what is in it is parted, until it is known of which entry that is.
func (b *Bus) request(ctx context.Context, some []offer) (left []offer) {
	in := &eventbridge.PutEventsInput{}
	for _, o := range some {
		in.Entries = append(in.Entries, o.entry)
	}
	out, err := b.client.PutEvents(ctx, in)
	if half := len(some) / 2; half > 0 && invalid(err) {
		return append(b.request(ctx, some[:half]), b.request(ctx, some[half:])...)
	}
	if err == nil && len(out.Entries) != len(some) {
		err = fmt.Errorf("the bus answers for %d of %d entries", len(out.Entries), len(some))
	}
	for i, o := range some {
		switch {
		case invalid(err):
			*o.result = fmt.Errorf("%w: it cannot be asked for", ErrRefused) // the bus's own words may repeat what is in the event
		case err != nil:
			*o.result = fmt.Errorf("put events: %w", err)
		default:
			*o.result = taken(out.Entries[i])
		}
		if *o.result != nil && !errors.Is(*o.result, ErrRefused) {
			left = append(left, o)
		}
	}
	return left
}

// invalid reports whether a request was refused whole for what is in it (Amazon EventBridge API Reference, "Common Errors").
func invalid(err error) bool {
	api, ok := errors.AsType[smithy.APIError](err)
	return ok && slices.Contains([]string{"ValidationException", "ValidationError", "SerializationException", "RequestEntityTooLarge"}, api.ErrorCode())
}

// taken reads what became of an entry. Three codes are about what the entry is; all others about us, or the bus, or the moment:
// another Put may do better, when somebody has seen to it (Amazon EventBridge API Reference, PutEventsResultEntry).
func taken(r types.PutEventsResultEntry) error {
	switch code := aws.ToString(r.ErrorCode); code {
	case "":
		if aws.ToString(r.EventId) == "" {
			return errors.New("put events: the bus gives an entry neither an id nor an error")
		}
		return nil
	case "InvalidArgument", "MalformedDetail", "RedactionFailure":
		return fmt.Errorf("%w: %s", ErrRefused, code)
	default:
		return fmt.Errorf("put events: %s", code)
	}
}
