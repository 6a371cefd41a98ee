package functions_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	streams "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	"github.com/google/go-cmp/cmp"
	"github.com/pb33f/jsonschema/v6"

	"latchkey/localstack/eventsink"
	"latchkey/localstack/faultproxy"
	"latchkey/localstack/runtimeapi"
	"latchkey/localstack/streampoller"
	"latchkey/shared/bus"
	"latchkey/shared/events"
	"latchkey/shared/pat"
)

const (
	busName = "latchkey-events"
	queue   = "https://sqs.us-east-1.amazonaws.com/123456789012/dead"
)

// telling is a table, the compiled cleanup on its stream, and what stands for EventBridge and SQS.
type telling struct {
	*schedule
	sink    *eventsink.Sink
	notes   *faultproxy.Proxy // between cleanup and the table
	cleanup *runtimeapi.Function
	said    *runtimeapi.Log // of cleanup
	poller  *streampoller.Poller
	given   []streampoller.Discarded
	heard   int                 // records of the stream that were brought
	secrets []string            // what nobody may be told
	ttl     map[pat.Prefix]bool // whose records DynamoDB itself is to have removed
}

func newTelling(t *testing.T, edits ...func(*runtimeapi.Options)) *telling {
	t.Helper()
	s := newSchedule(t)
	c := &telling{schedule: s, sink: eventsink.Start(t), notes: faultproxy.Start(t, s.db.Endpoint), said: &runtimeapi.Log{}, ttl: map[pat.Prefix]bool{}}
	program, err := filepath.Abs("../dist/local/cleanup/bootstrap")
	c.must(err)
	o := runtimeapi.Options{Name: "cleanup", Program: program, Timeout: time.Minute, Log: c.said, Environment: map[string]string{
		"LATCHKEY_STORE": "dynamodb://" + s.table, "AWS_ENDPOINT_URL_DYNAMODB": c.notes.URL, "LATCHKEY_EVENT_BUS": busName,
		"LATCHKEY_DEAD_LETTERS": queue, "AWS_ENDPOINT_URL_EVENTBRIDGE": c.sink.URL, "AWS_ENDPOINT_URL_SQS": c.sink.URL}}
	for _, edit := range edits {
		edit(&o)
	}
	c.cleanup = runtimeapi.New(o)
	t.Cleanup(c.cleanup.Close)
	mapping, err := streampoller.Read(members(at(template(t), "Resources", "CleanupFunction", "Properties", "Events", "TableStream", "Properties")))
	c.must(err)
	c.poller = &streampoller.Poller{Mapping: mapping, Invoke: c.cleanup.Invoke, Discard: func(d streampoller.Discarded) { c.given = append(c.given, d) }}
	return c
}

// poll brings what has come into the stream since, to the end of it, notes of what was told included.
func (c *telling) poll() {
	c.Helper()
	for records := c.records(); len(records) > 0; records = c.records() {
		c.must(c.poller.Shard(c.Context(), "shard", records))
	}
}

// records are those of the stream that nobody has brought yet, as Lambda hands them on.
func (c *telling) records() (all [][]byte) {
	c.Helper()
	records, err := c.db.Records(c.Context(), c.table)
	c.must(err)
	for _, r := range records[c.heard:] {
		if tag, sort := streamText(r.Dynamodb.Keys["pk"]), strings.TrimPrefix(streamText(r.Dynamodb.Keys["sk"]), "tok#"); r.EventName == "REMOVE" && c.ttl[pat.Prefix(tag+sort)] {
			kind, who := "Service", "dynamodb.amazonaws.com"
			r.UserIdentity = &streams.Identity{Type: &kind, PrincipalId: &who}
		}
		text, err := streampoller.Record(r, "arn:aws:dynamodb:us-east-1:123456789012:table/latchkey/stream/now")
		c.must(err)
		all = append(all, text)
	}
	c.heard = len(records)
	return all
}

func streamText(v streams.AttributeValue) string {
	s, _ := v.(*streams.AttributeValueMemberS)
	return s.Value
}

// keep remembers what of a token nobody may be told.
func (c *telling) keep(t pat.Token, secret pat.Secret) {
	for _, raw := range [][]byte{t.Hash[:], t.Sealed, []byte(secret.Reveal())} {
		if len(raw) > 0 {
			c.secrets = append(c.secrets, string(raw), hex.EncodeToString(raw), base64.StdEncoding.EncodeToString(raw), base64.RawURLEncoding.EncodeToString(raw))
		}
	}
}

// told is what the bus took, by the events' ids: how often.
func (c *telling) told() map[string]int {
	c.Helper()
	all := map[string]int{}
	for _, e := range c.sink.Entries() {
		var told events.Event
		c.must(json.Unmarshal([]byte(e.Detail), &told))
		if e.Source != bus.Source || e.DetailType != told.Type || e.EventBusName != busName {
			c.Fatalf("an entry of %s on %s is %s", e.Source, e.EventBusName, e.Detail)
		}
		all[told.ID]++
	}
	return all
}

// tells checks that the bus took these events, each at least once, and no other.
func (c *telling) tells(want ...string) {
	c.Helper()
	got := slices.Sorted(maps.Keys(c.told()))
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		c.Errorf("told, -want +got:\n%s\n%s", diff, c.said)
	}
}

// once checks that the bus took each event once.
func (c *telling) once() {
	c.Helper()
	for id, n := range c.told() {
		if n != 1 {
			c.Errorf("%s is told %d times", id, n)
		}
	}
}

// letters are those of the dead, by sequence number.
func (c *telling) letters() map[string]bus.Letter {
	c.Helper()
	all := map[string]bus.Letter{}
	for _, m := range c.sink.Messages() {
		var l bus.Letter
		c.must(json.Unmarshal([]byte(m.MessageBody), &l))
		if m.QueueUrl != queue || l.Reason == "" {
			c.Errorf("a letter to %s is %s", m.QueueUrl, m.MessageBody)
		}
		all[l.Sequence] = l
	}
	return all
}

// keepsSecrets checks that nothing that anybody was told, or can read in the log, has what nobody may be told.
func (c *telling) keepsSecrets() {
	c.Helper()
	if len(c.secrets) == 0 {
		c.Fatal("there is no secret to keep")
	}
	var all bytes.Buffer
	for _, e := range c.sink.Entries() {
		all.WriteString(e.Detail)
	}
	for _, m := range c.sink.Messages() {
		all.WriteString(m.MessageBody)
	}
	for _, d := range c.given {
		text, err := json.Marshal(d)
		c.must(err)
		all.Write(text)
	}
	all.WriteString(c.said.String())
	for _, secret := range c.secrets {
		if bytes.Contains(all.Bytes(), []byte(secret)) {
			c.Errorf("it can be read somewhere: %q", secret)
		}
	}
}

// nothingUntold checks that of every token on the table it is noted that its last change was told.
func (c *telling) nothingUntold() {
	c.Helper()
	left, err := c.Retell(c.Context(), c.start.Add(1000*day), c.start.Add(1001*day))
	if c.must(err); left.Count != 0 {
		c.Errorf("%d are untold at the end\n%s", left.Count, c.said)
	}
}

// areValid checks events against the published schemas.
func areValid(t *testing.T, all []eventsink.Entry) {
	t.Helper()
	must := func(err error) {
		if t.Helper(); err != nil {
			t.Fatal(err)
		}
	}
	compiler := jsonschema.NewCompiler()
	compiler.AssertFormat()
	files, err := fs.Glob(events.Schemas(), "*.json")
	must(err)
	const urn = "urn:latchkey:schema:"
	for _, file := range files {
		raw, err := fs.ReadFile(events.Schemas(), file)
		must(err)
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
		must(err)
		must(compiler.AddResource(urn+strings.TrimSuffix(file, ".json"), doc))
	}
	for _, e := range all {
		schema, err := compiler.Compile(urn + e.DetailType)
		must(err)
		doc, err := jsonschema.UnmarshalJSON(strings.NewReader(e.Detail))
		must(err)
		if err := schema.Validate(doc); err != nil {
			t.Errorf("%s: %v", e.Detail, err)
		}
	}
}

// countedBy counts invocations before they begin.
func countedBy(n *atomic.Int64, invoke func(context.Context, []byte) ([]byte, error)) func(context.Context, []byte) ([]byte, error) {
	return func(ctx context.Context, event []byte) ([]byte, error) {
		n.Add(1)
		return invoke(ctx, event)
	}
}

// failing makes a request of the operation, or of any, fail for as long as it holds.
func failing(operation string, f eventsink.Fault, holds func() bool) func(string) eventsink.Fault {
	return func(asked string) eventsink.Fault {
		if (operation == "" || asked == operation) && holds() {
			return f
		}
		return eventsink.None
	}
}

func code(holds bool, code string) string {
	if holds {
		return code
	}
	return ""
}
