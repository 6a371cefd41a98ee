package eventsink_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/smithy-go"
	"github.com/google/go-cmp/cmp"

	"latchkey/localstack/eventsink"
)

func config(s *eventsink.Sink) aws.Config {
	return aws.Config{Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("k", "s", ""), BaseEndpoint: &s.URL, RetryMaxAttempts: 1}
}

func entries(n int, detail string) (all []types.PutEventsRequestEntry) {
	for range n {
		all = append(all, types.PutEventsRequestEntry{EventBusName: aws.String("bus"), Source: aws.String("s"), DetailType: aws.String("t"), Detail: &detail})
	}
	return all
}

func put(t *testing.T, ctx context.Context, s *eventsink.Sink, all []types.PutEventsRequestEntry) (codes []string, err error) {
	t.Helper()
	out, err := eventbridge.NewFromConfig(config(s)).PutEvents(ctx, &eventbridge.PutEventsInput{Entries: all})
	if err != nil {
		return nil, err
	}
	failed := 0
	for _, e := range out.Entries {
		if codes = append(codes, aws.ToString(e.ErrorCode)); e.ErrorCode != nil {
			failed++
		} else if aws.ToString(e.EventId) == "" {
			t.Error("an entry has neither an id nor an error")
		}
	}
	if failed != int(out.FailedEntryCount) {
		t.Errorf("%d failed, and it says %d", failed, out.FailedEntryCount)
	}
	return codes, nil
}

func code(err error) string {
	if said, ok := errors.AsType[smithy.APIError](err); ok {
		return said.ErrorCode()
	}
	return ""
}

func TestTheBusTakesWhatEventBridgeWould(t *testing.T) {
	sized := func(n int) string { return "{}" + strings.Repeat(" ", n-len("{}")) }
	const tenth = eventsink.MaxBytes/10 - 2 // which its source and its type count
	for name, c := range map[string]struct {
		entries []types.PutEventsRequestEntry
		taken   int
		codes   string
		err     string
	}{
		"one":             {entries(1, "{}"), 1, "", ""},
		"ten":             {entries(10, "{}"), 10, ",,,,,,,,,", ""},
		"eleven":          {entries(11, "{}"), 0, "", "ValidationException"},
		"none":            {[]types.PutEventsRequestEntry{}, 0, "", "ValidationException"},
		"much":            {entries(10, sized(tenth)), 10, ",,,,,,,,,", ""},
		"too much":        {entries(10, sized(tenth+1)), 0, "", "ValidationException"},
		"no JSON":         {append(entries(1, "{"), entries(1, "{}")...), 1, "MalformedDetail,", ""},
		"no object":       {entries(1, "null"), 0, "MalformedDetail", ""},
		"nobody sends it": {[]types.PutEventsRequestEntry{{DetailType: aws.String("t"), Detail: aws.String("{}")}}, 0, "InvalidArgument", ""},
	} {
		t.Run(name, func(t *testing.T) {
			s := eventsink.Start(t)
			codes, err := put(t, t.Context(), s, c.entries)
			if code(err) != c.err || err != nil && c.err == "" || strings.Join(codes, ",") != c.codes || len(s.Entries()) != c.taken {
				t.Errorf("%q, %v, %d taken", codes, err, len(s.Entries()))
			}
		})
	}
}

func TestTheQueueTakesMessages(t *testing.T) {
	s := eventsink.Start(t)
	client := sqs.NewFromConfig(config(s)) // which compares the message's sum
	if _, err := client.SendMessage(t.Context(), &sqs.SendMessageInput{QueueUrl: aws.String("http://q"), MessageBody: aws.String("hé")}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]eventsink.Message{{QueueUrl: "http://q", MessageBody: "hé"}}, s.Messages()); diff != "" {
		t.Error(diff)
	}
}

func TestItFailsAsItIsTold(t *testing.T) {
	s := eventsink.Start(t)
	n := 0
	s.Refuse(func(eventsink.Entry) string {
		n++
		return []string{"", eventsink.Throttled, eventsink.Internal}[n%3]
	})
	if codes, err := put(t, t.Context(), s, entries(3, "{}")); err != nil || !cmp.Equal(codes, []string{eventsink.Throttled, eventsink.Internal, ""}) {
		t.Errorf("%q, %v", codes, err)
	}
	for fault, want := range map[eventsink.Fault]struct {
		code  string
		taken int
	}{eventsink.Break: {eventsink.Internal, 0}, eventsink.Lose: {"", 1}} {
		s.Heal()
		before := len(s.Entries())
		s.Fail(func(string) eventsink.Fault { return fault })
		if _, err := put(t, t.Context(), s, entries(1, "{}")); err == nil || code(err) != want.code || len(s.Entries())-before != want.taken {
			t.Errorf("fault %d: %v, %d taken", fault, err, len(s.Entries())-before)
		}
	}
	s.Heal()
	if _, err := put(t, t.Context(), s, entries(1, "{}")); err != nil || s.Requests(eventsink.PutEvents) != 4 {
		t.Errorf("healed: %v, %d requests", err, s.Requests(eventsink.PutEvents))
	}
}

func TestItHangsUntilItIsHealedOrNobodyWaits(t *testing.T) {
	s := eventsink.Start(t)
	arrived := make(chan string, 2)
	s.Fail(func(operation string) eventsink.Fault {
		arrived <- operation
		return eventsink.Hang
	})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 2)
	go func() { _, err := put(t, ctx, s, entries(1, "{}")); ended <- err }()
	<-arrived
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	go func() { _, err := put(t, t.Context(), s, entries(1, "{}")); ended <- err }()
	<-arrived
	s.Heal()
	if err := <-ended; err == nil || len(s.Entries()) > 0 {
		t.Errorf("%v, %d taken", err, len(s.Entries()))
	}
}
