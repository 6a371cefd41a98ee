package streampoller_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/localstack/streampoller"
)

// world is a function that a test speaks for, and what was brought to it.
type world struct {
	poller  streampoller.Poller
	brought []string // of each invocation the sequence numbers
	given   []streampoller.Discarded
}

// newWorld is one whose function answers a batch, which is given as its sequence numbers, by answer.
func newWorld(m streampoller.Mapping, answer func(nth int, batch string) (string, error)) *world {
	w := &world{}
	w.poller = streampoller.Poller{Mapping: m, Discard: func(d streampoller.Discarded) { w.given = append(w.given, d) },
		Invoke: func(_ context.Context, event []byte) ([]byte, error) {
			var in struct {
				Records []struct {
					DynamoDB struct{ SequenceNumber string }
				}
			}
			if err := json.Unmarshal(event, &in); err != nil {
				return nil, err
			}
			var all []string
			for _, r := range in.Records {
				all = append(all, r.DynamoDB.SequenceNumber)
			}
			w.brought = append(w.brought, strings.Join(all, " "))
			said, err := answer(len(w.brought), strings.Join(all, " "))
			return []byte(said), err
		}}
	return w
}

func records(n int) (all [][]byte) {
	for i := range n {
		all = append(all, fmt.Appendf(nil, `{"dynamodb":{"SequenceNumber":"%d"}}`, i+1))
	}
	return all
}

func reports(sequences ...string) string {
	var all []string
	for _, s := range sequences {
		all = append(all, `{"itemIdentifier":"`+s+`"}`)
	}
	return `{"batchItemFailures":[` + strings.Join(all, ",") + `]}`
}

func TestWhatIsBrought(t *testing.T) {
	failed := errors.New("failed")
	full := streampoller.Mapping{BatchSize: 4, Retries: 2, Bisect: true, Partial: true}
	plain := streampoller.Mapping{BatchSize: 4, Retries: 1}
	once := func(answer string, err error) func(int, string) (string, error) {
		return func(nth int, _ string) (string, error) {
			if nth == 1 {
				return answer, err
			}
			return reports(), nil
		}
	}
	for name, c := range map[string]struct {
		mapping streampoller.Mapping
		answer  func(nth int, batch string) (string, error)
		want    []string
		given   []string // first, last
	}{
		"batches in order":          {full, once(reports(), nil), []string{"1 2 3 4", "5"}, nil},
		"null is a success":         {full, once("null", nil), []string{"1 2 3 4", "5"}, nil},
		"no list is a success":      {full, once(`{"batchItemFailures":null}`, nil), []string{"1 2 3 4", "5"}, nil},
		"from the lowest on":        {full, once(reports("4", "2"), nil), []string{"1 2 3 4", "2 3 4", "5"}, nil},
		"the first":                 {full, once(reports("1"), nil), []string{"1 2 3 4", "1 2 3 4", "5"}, nil},
		"an error halves":           {full, once("", failed), []string{"1 2 3 4", "1 2", "3 4", "5"}, nil},
		"what cannot be read":       {full, once(`{`, nil), []string{"1 2 3 4", "1 2", "3 4", "5"}, nil},
		"a number of nobody":        {full, once(reports("7"), nil), []string{"1 2 3 4", "1 2", "3 4", "5"}, nil},
		"no number":                 {full, once(`{"batchItemFailures":[{"itemIdentifier":null}]}`, nil), []string{"1 2 3 4", "1 2", "3 4", "5"}, nil},
		"another name":              {full, once(`{"batchItemFailures":[{"id":"2"}]}`, nil), []string{"1 2 3 4", "1 2", "3 4", "5"}, nil},
		"without halves":            {plain, once("", failed), []string{"1 2 3 4", "1 2 3 4", "5"}, nil},
		"without reports":           {plain, once(reports("2"), nil), []string{"1 2 3 4", "5"}, nil},
		"given up whole":            {plain, func(int, string) (string, error) { return "", failed }, []string{"1 2 3 4", "1 2 3 4", "5", "5"}, []string{"1-4", "5-5"}},
		"one is found and given up": {full, poison("2"), []string{"1 2 3 4", "1 2", "1", "2", "2", "2", "3 4", "5"}, []string{"2-2"}},
		"one is reported always": {full, func(_ int, batch string) (string, error) {
			if strings.Contains(batch, "3") {
				return reports("3"), nil
			}
			return reports(), nil
		}, []string{"1 2 3 4", "3 4", "3 4", "3 4", "5"}, []string{"3-4"}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(c.mapping, c.answer)
			if err := w.poller.Shard(t.Context(), "shard", records(5)); err != nil {
				t.Fatal(err)
			}
			var given []string
			for _, d := range w.given {
				if d.DDBStreamBatchInfo.ShardID != "shard" || d.RequestContext.Condition != "RetryAttemptsExhausted" || d.RequestContext.ApproximateInvokeCount != c.mapping.Retries+1 {
					t.Errorf("given up: %+v", d)
				}
				given = append(given, d.DDBStreamBatchInfo.Start+"-"+d.DDBStreamBatchInfo.End)
			}
			if diff := cmp.Diff(c.want, w.brought); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			if diff := cmp.Diff(c.given, given); diff != "" {
				t.Errorf("given up: -want +got:\n%s", diff)
			}
		})
	}
}

// poison fails each batch that has the record.
func poison(sequence string) func(int, string) (string, error) {
	return func(_ int, batch string) (string, error) {
		if strings.Contains(batch, sequence) {
			return "", errors.New("failed")
		}
		return reports(), nil
	}
}

func TestItCounts(t *testing.T) {
	w := newWorld(streampoller.Mapping{BatchSize: 4, Retries: 2, Bisect: true, Partial: true}, poison("2"))
	if err := w.poller.Shard(t.Context(), "shard", records(5)); err != nil {
		t.Fatal(err)
	}
	want := streampoller.Counts{Records: 5, Invocations: 8, Again: 4 + 2 + 1 + 1, Discarded: 1}
	if diff := cmp.Diff(want, w.poller.Counts()); diff != "" {
		t.Error(diff)
	}
}

func TestAnEventIsNotTooLarge(t *testing.T) {
	w := newWorld(streampoller.Mapping{BatchSize: 100}, func(int, string) (string, error) { return "", nil })
	var all [][]byte
	for i := range 3 {
		all = append(all, fmt.Appendf(nil, `{"x":"%s","dynamodb":{"SequenceNumber":"%d"}}`, strings.Repeat("x", 5<<19), i+1))
	}
	if err := w.poller.Shard(t.Context(), "shard", all); err != nil || !cmp.Equal(w.brought, []string{"1 2", "3"}) {
		t.Errorf("%q, %v", w.brought, err)
	}
}

func TestItEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	w := newWorld(streampoller.Mapping{BatchSize: 1, Retries: streampoller.Endless}, func(nth int, _ string) (string, error) {
		if nth == 3 {
			cancel()
		}
		return "", errors.New("failed")
	})
	if err := w.poller.Shard(ctx, "shard", records(2)); !errors.Is(err, context.Canceled) || len(w.brought) != 3 {
		t.Errorf("%v after %d", err, len(w.brought))
	}
	for _, wrong := range []string{"", "{}", `{"dynamodb":{"SequenceNumber":7}}`} {
		if err := w.poller.Shard(t.Context(), "shard", [][]byte{[]byte(wrong)}); err == nil {
			t.Errorf("it takes %s", wrong)
		}
	}
}
