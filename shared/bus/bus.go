package bus

import (
	"context"
	"errors"
	"fmt"
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
	// maxEntries and maxBytes bound a request (Amazon EventBridge API Reference, PutEvents). It may be 1 MB since 2026, and 256 KB
	// before; none of ours comes near either.
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

// New returns the bus of a name or ARN.
func New(cfg aws.Config, name string) *Bus {
	return &Bus{client: eventbridge.NewFromConfig(cfg), name: name, sleep: sleep}
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

// Put offers the events until the bus has taken them, for as long as the context lasts and some attempts more than one. What
// it has taken it is not offered again. The result has an error for each event that it has not: ErrRefused, or one that says that
// a later Put may do better.
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

func (b *Bus) request(ctx context.Context, some []offer) (left []offer) {
	in := &eventbridge.PutEventsInput{}
	for _, o := range some {
		in.Entries = append(in.Entries, o.entry)
	}
	out, err := b.client.PutEvents(ctx, in)
	if invalid(err) {
		return b.isolate(ctx, some)
	}
	if err == nil && len(out.Entries) != len(some) {
		err = fmt.Errorf("the bus answers for %d of %d entries", len(out.Entries), len(some))
	}
	for i, o := range some {
		if err != nil {
			*o.result = fmt.Errorf("put events: %w", err)
		} else {
			*o.result = taken(out.Entries[i])
		}
		if *o.result != nil && !errors.Is(*o.result, ErrRefused) {
			left = append(left, o)
		}
	}
	return left
}

// invalid reports whether EventBridge would not look at a request for what one of its entries is (Amazon EventBridge API Reference,
// "Common Error Types").
func invalid(err error) bool {
	e, ok := errors.AsType[smithy.APIError](err)
	return ok && e.ErrorCode() == "ValidationException"
}

// isolate offers each entry of an invalid request by itself, so that the one at fault keeps no other from the bus.
func (b *Bus) isolate(ctx context.Context, some []offer) (left []offer) {
	if len(some) == 1 { // what EventBridge says of it repeats what is in it
		*some[0].result = fmt.Errorf("%w: it is invalid", ErrRefused)
		return nil
	}
	for i := range some {
		left = append(left, b.request(ctx, some[i:i+1])...)
	}
	return left
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
