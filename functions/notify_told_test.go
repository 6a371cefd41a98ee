package functions_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"latchkey/localstack/dynamolocal"
	"latchkey/localstack/runtimeapi"
	"latchkey/shared/events"
	"latchkey/shared/pat"
	"latchkey/shared/store/dynamo"
)

// consumer is the function on the table's stream, before a bus that keeps what it is told.
type consumer struct {
	fn *runtimeapi.Function

	mu     sync.Mutex
	taken  int                     // events, repeats too
	events map[string]events.Event // by id
}

// hearing starts the consumer on the schedule's table.
func (s *schedule) hearing() *consumer {
	s.Helper()
	c := &consumer{events: map[string]events.Event{}}
	bus := httptest.NewServer(c)
	s.Cleanup(bus.Close)
	program, err := filepath.Abs("../dist/local/cleanup/bootstrap")
	s.must(err)
	c.fn = runtimeapi.New(runtimeapi.Options{Name: "cleanup", Program: program, Timeout: time.Minute, Log: s.log, Environment: map[string]string{
		"LATCHKEY_STORE": "dynamodb://" + s.table, "LATCHKEY_EVENT_BUS": "latchkey-events", "LATCHKEY_DEAD_LETTERS": bus.URL + "/dead",
		"AWS_ENDPOINT_URL_DYNAMODB": s.db.Endpoint, "AWS_ENDPOINT_URL_EVENTBRIDGE": bus.URL, "AWS_ENDPOINT_URL_SQS": bus.URL}})
	s.Cleanup(c.fn.Close)
	return c
}

// ServeHTTP takes all that PutEvents brings, and nothing else: there are no dead letters here.
func (c *consumer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct{ Entries []struct{ Detail string } }
	if err := json.NewDecoder(r.Body).Decode(&in); err != nil || r.Header.Get("X-Amz-Target") != "AWSEvents.PutEvents" {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	var took []map[string]string
	for _, entry := range in.Entries {
		var e events.Event
		if err := json.Unmarshal([]byte(entry.Detail), &e); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		c.taken++
		c.events[e.ID] = e
		took = append(took, map[string]string{"EventId": fmt.Sprint(c.taken)})
	}
	w.Header().Set("Content-Type", "application/x-amz-json-1.1")
	_ = json.NewEncoder(w).Encode(map[string]any{"FailedEntryCount": 0, "Entries": took})
}

// hear brings the consumer what the stream has after so many records and the template's filter lets through: changes.
func (s *schedule) hear(c *consumer, after int) {
	s.Helper()
	var batch []any
	for i, w := range s.written()[after:] {
		if image, err := dynamo.ReadImage(w.New); err != nil || !image.Changed {
			continue
		}
		batch = append(batch, map[string]any{"eventID": fmt.Sprint(i), "eventName": w.Event, "eventSource": "aws:dynamodb", "dynamodb": map[string]any{
			"SequenceNumber": fmt.Sprintf("%021d", after+i), "Keys": wired(dynamolocal.Item{"pk": w.New["pk"], "sk": w.New["sk"]}),
			"NewImage": wired(w.New), "OldImage": wired(w.Old), "ApproximateCreationDateTime": s.start.Unix()}})
	}
	event, err := json.Marshal(map[string]any{"Records": append([]any{}, batch...)})
	s.must(err)
	answer, err := c.fn.Invoke(s.Context(), event)
	if s.must(err); string(answer) != `{"batchItemFailures":[]}` {
		s.Errorf("the consumer answers %s\n%s", answer, s.log)
	}
}

// wired writes an image as Lambda writes it.
func wired(it dynamolocal.Item) map[string]any {
	out := map[string]any{}
	for name, v := range it {
		out[name] = wiredValue(v)
	}
	return out
}

func wiredValue(v types.AttributeValue) map[string]any {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return map[string]any{"S": v.Value}
	case *types.AttributeValueMemberN:
		return map[string]any{"N": v.Value}
	case *types.AttributeValueMemberB:
		return map[string]any{"B": v.Value}
	case *types.AttributeValueMemberBOOL:
		return map[string]any{"BOOL": v.Value}
	case *types.AttributeValueMemberM:
		return map[string]any{"M": wired(v.Value)}
	case *types.AttributeValueMemberL:
		all := []any{}
		for _, element := range v.Value {
			all = append(all, wiredValue(element))
		}
		return map[string]any{"L": all}
	}
	panic(fmt.Sprintf("no record has a %T", v))
}

// told is of each token the last event that the bus has, as its kind, a notice with its threshold, and the version.
func (c *consumer) told() map[pat.Prefix]string {
	c.mu.Lock()
	defer c.mu.Unlock()
	last := map[pat.Prefix]events.Event{}
	for _, e := range c.events {
		if p := e.Data.Prefix; e.Sequence > last[p].Sequence {
			last[p] = e
		}
	}
	told := map[pat.Prefix]string{}
	for p, e := range last {
		kind := strings.TrimSuffix(strings.TrimPrefix(e.Type, "dev.latchkey.token."), ".v1")
		if e.Data.Threshold > 0 {
			kind = fmt.Sprintf("%s %d", kind, e.Data.Threshold)
		}
		told[p] = fmt.Sprintf("%s v%d", kind, e.Data.Version)
	}
	return told
}

// TestAnOutageOfTheConsumerLosesNoTokensLastChange, from the compiled notify through the table's stream to the compiled cleanup and the
// bus: what changed while nobody listened for 25 hours is told once, and then nothing is left to tell.
func TestAnOutageOfTheConsumerLosesNoTokensLastChange(t *testing.T) {
	t.Parallel()
	s := newSchedule(t)
	want := s.outage(25 * time.Hour)
	lost := len(s.written())
	c := s.hearing()
	s.hear(c, lost)
	if c.taken != 0 {
		t.Errorf("%d events of what was lost", c.taken)
	}
	s.invoke()
	s.hear(c, lost)
	if diff := cmp.Diff(want, c.told()); diff != "" || c.taken != len(want) {
		t.Errorf("of %d events the last are, -want +got:\n%s\n%s", c.taken, diff, s.log)
	}
	told := len(s.written())
	s.invoke()
	s.hear(c, told)
	s.hear(c, lost) // as a batch that comes again
	if len(c.events) != len(want) {
		t.Errorf("%d events, want %d", len(c.events), len(want))
	}
	left, err := s.Retell(t.Context(), s.start.Add(100*day), s.start.Add(101*day))
	if s.must(err); left.Count != 0 {
		t.Errorf("%d are untold at the end", left.Count)
	}
}
