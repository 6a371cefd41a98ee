package functions_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/localstack/dynamolocal"
	"latchkey/localstack/eventsink"
	"latchkey/localstack/faultproxy"
	"latchkey/localstack/runtimeapi"
	"latchkey/shared/bus"
	"latchkey/shared/events"
	"latchkey/shared/pat"
)

// TestCleanupTellsItsExample: the compiled function takes its event.json, tells of the token's making, revocation and end, and of
// neither the use nor the note between; and it calls the table in just the way that template.yaml allows it.
func TestCleanupTellsItsExample(t *testing.T) {
	t.Parallel()
	db := dynamolocal.Start(t)
	table, heard, wire := db.Table(t), eventsink.Start(t), faultproxy.Start(t, db.Endpoint)
	program, err := filepath.Abs("../dist/local/cleanup/bootstrap")
	if err != nil {
		t.Fatal(err)
	}
	log := &runtimeapi.Log{}
	queue := "https://sqs.us-east-1.amazonaws.com/123456789012/dead"
	fn := runtimeapi.New(runtimeapi.Options{Name: "cleanup", Program: program, Timeout: time.Minute, Log: log, Environment: map[string]string{
		"LATCHKEY_STORE": "dynamodb://" + table, "AWS_ENDPOINT_URL_DYNAMODB": wire.URL, "LATCHKEY_EVENT_BUS": "latchkey-events",
		"LATCHKEY_DEAD_LETTERS": queue, "AWS_ENDPOINT_URL_EVENTBRIDGE": heard.URL, "AWS_ENDPOINT_URL_SQS": heard.URL}})
	t.Cleanup(fn.Close)
	example, err := os.ReadFile("cleanup/event.json")
	if err != nil {
		t.Fatal(err)
	}
	answer, err := fn.Invoke(t.Context(), example)
	if err != nil || string(answer) != `{"batchItemFailures":[]}` || len(heard.Messages()) > 0 {
		t.Fatalf("%s, %v, dead letters %+v\n%s", answer, err, heard.Messages(), log)
	}
	var kinds []string
	for _, e := range heard.Entries() {
		var told events.Event
		if err := json.Unmarshal([]byte(e.Detail), &told); err != nil || e.Source != bus.Source || e.DetailType != told.Type || e.EventBusName != "latchkey-events" {
			t.Errorf("the entry is %+v (%v)", e, err)
		}
		kinds = append(kinds, e.DetailType+" "+told.Sequence)
	}
	slices.Sort(kinds)
	want := []string{"dev.latchkey.token.created.v1 0000000000000000001", "dev.latchkey.token.purged.v1 0000000000000000003", "dev.latchkey.token.revoked.v1 0000000000000000002"}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("told, -want +got:\n%s", diff)
	}
	usesItsRights(t, pat.OpCleanup, table, wire)

	// What can be told to nobody is a dead letter, which says where it lies and why, and nothing of what is in it.
	damaged := bytes.ReplaceAll(example, []byte(`"deploy"`), []byte(`"deploy", "x": 1`))
	if answer, err = fn.Invoke(t.Context(), damaged); err != nil || string(answer) != `{"batchItemFailures":[]}` || len(heard.Messages()) != 5 {
		t.Fatalf("%s, %v, dead letters %+v\n%s", answer, err, heard.Messages(), log)
	}
	for _, letter := range heard.Messages() {
		var said map[string]any
		if err := json.Unmarshal([]byte(letter.MessageBody), &said); err != nil || letter.QueueUrl != queue {
			t.Fatal(letter, err)
		}
		if reason := text(said["reason"]); reason == "" || len(said) != 4 || text(said["eventId"]) == "" || text(said["sequenceNumber"]) == "" ||
			at(said, "key", "pk") != "71tvre2b" || !strings.HasPrefix(text(at(said, "key", "sk")), "tok#") || strings.Contains(letter.MessageBody, "deploy") {
			t.Errorf("the letter is %+v", letter)
		}
	}
}
