package main

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"io/fs"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	bridge "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	queues "github.com/aws/aws-sdk-go-v2/service/sqs/types"
	"github.com/pb33f/jsonschema/v6"

	"latchkey/localstack/cloud"
	"latchkey/shared/events"
)

// busName is the template's own.
const busName = "latchkey-events"

// hearing bounds how long an event may take: longer than the schedule's minute, and than the poller's pauses after a failure.
const hearing = 2*time.Minute + 30*time.Second

// event is what a subscriber reads of an event.
type event struct {
	ID, Type, Subject string
	Data              struct {
		Version   int
		DaysLeft  *int
		Threshold int
		Change    struct{ Via string }
	}
}

// ear is a subscriber of the deployed bus: a queue, and a rule that brings everything there.
type ear struct {
	sqs     *sqs.Client
	queue   *string
	schemas map[string]*jsonschema.Schema

	mu    sync.Mutex
	heard []event       // as they came, repeats too
	more  chan struct{} // closed when others have come
}

func awsOf(d *desk) aws.Config {
	return aws.Config{Region: cloud.Region, BaseEndpoint: &d.cloud.Endpoint, Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")}
}

// subscribe subscribes as anybody would, and listens until the test ends.
func subscribe(t *testing.T, d *desk) *ear {
	t.Helper()
	e := &ear{sqs: sqs.NewFromConfig(awsOf(d)), schemas: schemas(t), more: make(chan struct{})}
	made, err := e.sqs.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("an-ear")})
	if err != nil {
		t.Fatal(err)
	}
	e.queue = made.QueueUrl
	attributes, err := e.sqs.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: e.queue,
		AttributeNames: []queues.QueueAttributeName{queues.QueueAttributeNameQueueArn}})
	if err != nil {
		t.Fatal(err)
	}
	bus := eventbridge.NewFromConfig(awsOf(d))
	if _, err := bus.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: aws.String("an-ear"), EventBusName: aws.String(busName),
		EventPattern: aws.String(`{"source": ["dev.latchkey"]}`)}); err != nil {
		t.Fatal(err)
	}
	if _, err := bus.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: aws.String("an-ear"), EventBusName: aws.String(busName),
		Targets: []bridge.Target{{Id: aws.String("queue"), Arn: aws.String(attributes.Attributes["QueueArn"])}}}); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var listening sync.WaitGroup
	listening.Go(func() { e.listen(ctx, t) })
	t.Cleanup(func() { cancel(); listening.Wait() })
	return e
}

func (e *ear) listen(ctx context.Context, t *testing.T) {
	for ctx.Err() == nil {
		for _, text := range receive(ctx, t, e.sqs, e.queue) {
			e.hear(t, text)
		}
	}
}

// receive takes from a queue what is there, or comes soon.
func receive(ctx context.Context, t *testing.T, client *sqs.Client, queue *string) (texts []string) {
	got, err := client.ReceiveMessage(ctx, &sqs.ReceiveMessageInput{QueueUrl: queue, MaxNumberOfMessages: 10, WaitTimeSeconds: 1})
	if err != nil {
		if ctx.Err() == nil {
			t.Error(err)
		}
		return nil
	}
	for _, m := range got.Messages {
		texts = append(texts, aws.ToString(m.Body))
		if _, err := client.DeleteMessage(ctx, &sqs.DeleteMessageInput{QueueUrl: queue, ReceiptHandle: m.ReceiptHandle}); err != nil && ctx.Err() == nil {
			t.Error(err)
		}
	}
	return texts
}

// hear takes what the bus delivers, which must be as the schema of its type says.
func (e *ear) hear(t *testing.T, text string) {
	var envelope struct {
		Source     string          `json:"source"`
		DetailType string          `json:"detail-type"`
		Detail     json.RawMessage `json:"detail"`
	}
	var got event
	if err := json.Unmarshal([]byte(text), &envelope); err != nil {
		t.Errorf("%v: %s", err, text)
		return
	}
	if err := json.Unmarshal(envelope.Detail, &got); err != nil || envelope.Source != "dev.latchkey" || envelope.DetailType != got.Type {
		t.Errorf("%v: %s", err, text)
	}
	schema := e.schemas[got.Type]
	if schema == nil {
		t.Errorf("%s has no schema", got.Type)
	} else if detail, err := jsonschema.UnmarshalJSON(bytes.NewReader(envelope.Detail)); err != nil || schema.Validate(detail) != nil {
		t.Errorf("%v, %v: %s", err, schema.Validate(detail), text)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.heard = append(e.heard, got)
	close(e.more)
	e.more = make(chan struct{})
}

// find returns the first event that is wanted, or what is closed when others have come.
func (e *ear) find(want func(event) bool) (found event, ok bool, more <-chan struct{}) {
	e.mu.Lock()
	defer e.mu.Unlock()
	for _, got := range e.heard {
		if want(got) {
			return got, true, nil
		}
	}
	return event{}, false, e.more
}

// await waits until an event of a token has come.
func (e *ear) await(t *testing.T, kind, token string) event {
	t.Helper()
	tooLate := time.After(hearing)
	for {
		found, ok, more := e.find(func(got event) bool { return got.Type == typeOf(kind) && got.Subject == token })
		if ok {
			return found
		}
		select {
		case <-more:
		case <-tooLate:
			t.Fatalf("nobody told that %s was %s; of it was told %v", token, kind, e.of(token))
		}
	}
}

func typeOf(kind string) string { return "dev.latchkey.token." + kind + ".v1" }

// of is what was told of a token, each event once, in the order of the versions: a queue keeps none.
func (e *ear) of(token string) (kinds []string) {
	e.mu.Lock()
	defer e.mu.Unlock()
	told := slices.DeleteFunc(slices.Clone(e.heard), func(got event) bool { return got.Subject != token })
	slices.SortFunc(told, func(a, b event) int {
		return cmp.Or(cmp.Compare(a.Data.Version, b.Data.Version), cmp.Compare(a.ID, b.ID))
	})
	for _, got := range slices.CompactFunc(told, func(a, b event) bool { return a.ID == b.ID }) {
		kinds = append(kinds, strings.Split(got.Type, ".")[3])
	}
	return kinds
}

// times counts how often each event has come.
func (e *ear) times() map[string]int {
	e.mu.Lock()
	defer e.mu.Unlock()
	times := map[string]int{}
	for _, got := range e.heard {
		times[got.ID]++
	}
	return times
}

// schemas compiles the published schemas, by type.
func schemas(t *testing.T) map[string]*jsonschema.Schema {
	t.Helper()
	compiler, all := jsonschema.NewCompiler(), map[string]*jsonschema.Schema{}
	compiler.AssertFormat()
	names := append(events.Types(), "token.v1")
	for _, name := range names {
		raw, err := fs.ReadFile(events.Schemas(), name+".json")
		if err != nil {
			t.Fatal(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if err := compiler.AddResource("urn:latchkey:schema:"+name, doc); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range names {
		all[name] = compiler.MustCompile("urn:latchkey:schema:" + name)
	}
	return all
}
