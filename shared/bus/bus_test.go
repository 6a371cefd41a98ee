package bus

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/smithy-go"

	"latchkey/shared/events"
)

// fakeClient answers each entry by what refuse says of it, and each request by fail.
type fakeClient struct {
	refuse func(request int, detail string) string // the code; "": it is taken
	fail   func(request int, details []string) error
	sizes  []int // of the requests
	taken  []string
}

func (f *fakeClient) PutEvents(_ context.Context, in *eventbridge.PutEventsInput, _ ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error) {
	f.sizes = append(f.sizes, len(in.Entries))
	request := len(f.sizes)
	if f.fail != nil {
		var details []string
		for _, e := range in.Entries {
			details = append(details, *e.Detail)
		}
		if err := f.fail(request, details); err != nil {
			return nil, err
		}
	}
	out := &eventbridge.PutEventsOutput{}
	for _, e := range in.Entries {
		code := ""
		if f.refuse != nil {
			code = f.refuse(request, *e.Detail)
		}
		if code != "" {
			out.Entries = append(out.Entries, types.PutEventsResultEntry{ErrorCode: &code})
			continue
		}
		f.taken = append(f.taken, *e.Detail)
		out.Entries = append(out.Entries, types.PutEventsResultEntry{EventId: aws.String("id")})
	}
	return out, nil
}

// world is a bus whose pauses are only counted.
func world(f *fakeClient) (*Bus, *[]time.Duration) {
	var pauses []time.Duration
	return &Bus{client: f, name: "bus", sleep: func(_ context.Context, d time.Duration) error {
		pauses = append(pauses, d)
		return nil
	}}, &pauses
}

func some(n int) (all []events.Event) {
	for i := range n {
		all = append(all, events.Event{ID: fmt.Sprintf("event-%03d", i), Type: "dev.latchkey.token.created.v1", Time: time.Unix(1776700000, 0)})
	}
	return all
}

func counted(results []error) (taken, refused, later int) {
	for _, err := range results {
		switch {
		case err == nil:
			taken++
		case errors.Is(err, ErrRefused):
			refused++
		default:
			later++
		}
	}
	return taken, refused, later
}

// bad fails each request that has an event of those.
func bad(is func(detail string) bool) func(int, []string) error {
	return func(_ int, details []string) error {
		if slices.ContainsFunc(details, is) {
			return &smithy.GenericAPIError{Code: "ValidationException", Message: "Value 'deploy' failed to satisfy constraint"}
		}
		return nil
	}
}

func TestWhatTheBusTakes(t *testing.T) {
	odd := func(detail string) bool {
		return strings.ContainsAny(detail[strings.Index(detail, "event-")+8:][:1], "13579")
	}
	for _, c := range []struct {
		name                  string
		n                     int
		client                fakeClient
		taken, refused, later int
		sizes                 []int
		pauses                int
	}{
		{"nothing", 0, fakeClient{}, 0, 0, 0, []int{}, 0},
		{"ten at once", 25, fakeClient{}, 25, 0, 0, []int{10, 10, 5}, 0},
		{"only what was refused comes again", 10, fakeClient{refuse: func(request int, detail string) string {
			if request == 1 && odd(detail) {
				return "ThrottlingException"
			}
			return ""
		}}, 10, 0, 0, []int{10, 5}, 1},
		{"what is refused for good comes once", 10, fakeClient{refuse: func(_ int, detail string) string {
			if odd(detail) {
				return "MalformedDetail"
			}
			return ""
		}}, 5, 5, 0, []int{10}, 0},
		{"an argument is refused for good", 1, fakeClient{refuse: func(int, string) string { return "InvalidArgument" }}, 0, 1, 0, []int{1}, 0},
		{"redaction fails for good", 1, fakeClient{refuse: func(int, string) string { return "RedactionFailure" }}, 0, 1, 0, []int{1}, 0},
		{"a right that is missing can be given", 1, fakeClient{refuse: func(int, string) string { return "AccessDeniedException" }}, 0, 0, 1, slices.Repeat([]int{1}, attempts), attempts - 1},
		{"an error that nobody knows may pass", 1, fakeClient{refuse: func(int, string) string { return "Whatever" }}, 0, 0, 1, slices.Repeat([]int{1}, attempts), attempts - 1},
		{"a bus that is down", 12, fakeClient{fail: func(int, []string) error { return errors.New("down") }}, 0, 0, 12, slices.Repeat([]int{10, 2}, attempts), attempts - 1},
		{"a request that cannot be", 10, fakeClient{fail: bad(odd)}, 5, 5, 0, nil, 0},
		{"a request that is too large", 10, fakeClient{fail: bad(func(detail string) bool { return strings.Contains(detail, "event-003") })}, 9, 1, 0,
			[]int{10, 5, 2, 3, 1, 2, 1, 1, 5}, 0},
		{"no request can be", 12, fakeClient{fail: bad(func(string) bool { return true })}, 0, 12, 0, nil, 0},
		{"a request without the right", 12, fakeClient{fail: func(int, []string) error { return &smithy.GenericAPIError{Code: "AccessDeniedException"} }},
			0, 0, 12, slices.Repeat([]int{10, 2}, attempts), attempts - 1},
		{"a request that fails", 12, fakeClient{fail: func(request int, _ []string) error {
			if request == 1 {
				return errors.New("down")
			}
			return nil
		}}, 12, 0, 0, []int{10, 2, 10}, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			b, pauses := world(&c.client)
			results := b.Put(t.Context(), some(c.n))
			taken, refused, later := counted(results)
			if taken != c.taken || refused != c.refused || later != c.later || (c.sizes != nil && !slices.Equal(c.client.sizes, c.sizes)) || len(*pauses) != c.pauses {
				t.Errorf("%d taken, %d refused, %d later, by requests of %v, with %d pauses", taken, refused, later, c.client.sizes, len(*pauses))
			}
			if text := fmt.Sprint(results); strings.Contains(text, "deploy") {
				t.Errorf("an error says what is in an event: %s", text)
			}
			slices.Sort(c.client.taken)
			if len(slices.Compact(c.client.taken)) != taken {
				t.Errorf("%d are on the bus", len(c.client.taken))
			}
			if !slices.IsSorted(*pauses) {
				t.Errorf("pauses of %v", *pauses)
			}
		})
	}
}

func TestARequestIsNotTooLarge(t *testing.T) {
	f := &fakeClient{}
	b, _ := world(f)
	all := some(6)
	for i := range all {
		all[i].Data.Name = strings.Repeat("x", 100<<10)
	}
	all[5].Data.Name = strings.Repeat("x", maxBytes)
	if taken, refused, later := counted(b.Put(t.Context(), all)); taken != 5 || refused != 1 || later != 0 || !slices.Equal(f.sizes, []int{2, 2, 1}) {
		t.Errorf("%d taken, %d refused, %d later, by requests of %v", taken, refused, later, f.sizes)
	}
}

func TestAnAnswerThatSaysNothingIsNone(t *testing.T) {
	for name, answer := range map[string]*eventbridge.PutEventsOutput{
		"no entries":    {},
		"an empty one":  {Entries: make([]types.PutEventsResultEntry, 1)},
		"one too many":  {Entries: []types.PutEventsResultEntry{{EventId: aws.String("a")}, {EventId: aws.String("b")}}},
		"an id of none": {Entries: []types.PutEventsResultEntry{{EventId: aws.String("")}}},
	} {
		b, _ := world(nil)
		b.client = answering{answer}
		if taken, _, later := counted(b.Put(t.Context(), some(1))); taken != 0 || later != 1 {
			t.Errorf("%s: %d taken, %d later", name, taken, later)
		}
	}
}

type answering struct{ answer *eventbridge.PutEventsOutput }

func (a answering) PutEvents(context.Context, *eventbridge.PutEventsInput, ...func(*eventbridge.Options)) (*eventbridge.PutEventsOutput, error) {
	return a.answer, nil
}

func TestWhenTheTimeIsOverItStops(t *testing.T) {
	f := &fakeClient{refuse: func(int, string) string { return "ThrottlingException" }}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b := &Bus{client: f, name: "bus", sleep: sleep}
	if taken, _, later := counted(b.Put(ctx, some(3))); taken != 0 || later != 3 || len(f.sizes) != 1 {
		t.Errorf("%d taken, %d later, after %d requests", taken, later, len(f.sizes))
	}
}
