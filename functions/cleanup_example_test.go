package functions_test

import (
	"bytes"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/shared/bus"
	"latchkey/shared/events"
	"latchkey/shared/pat"
)

// TestCleanupTellsItsExample: the compiled function takes its event.json, tells of the token's making, revocation and end, and of
// neither the use nor the note between; and it calls the table in just the way that template.yaml allows it.
func TestCleanupTellsItsExample(t *testing.T) {
	t.Parallel()
	c := newTelling(t)
	example, err := os.ReadFile("cleanup/event.json")
	if err != nil {
		t.Fatal(err)
	}
	answer, err := c.cleanup.Invoke(t.Context(), example)
	if err != nil || string(answer) != `{"batchItemFailures":[]}` || len(c.sink.Messages()) > 0 {
		t.Fatalf("%s, %v, dead letters %+v\n%s", answer, err, c.sink.Messages(), c.said)
	}
	var kinds []string
	for _, e := range c.sink.Entries() {
		var told events.Event
		if err := json.Unmarshal([]byte(e.Detail), &told); err != nil || e.Source != bus.Source || e.DetailType != told.Type || e.EventBusName != busName {
			t.Errorf("the entry is %+v (%v)", e, err)
		}
		kinds = append(kinds, e.DetailType+" "+told.Sequence)
	}
	slices.Sort(kinds)
	want := []string{"dev.latchkey.token.created.v1 0000000000000000001", "dev.latchkey.token.purged.v1 0000000000000000003", "dev.latchkey.token.revoked.v1 0000000000000000002"}
	if diff := cmp.Diff(want, kinds); diff != "" {
		t.Errorf("told, -want +got:\n%s", diff)
	}
	usesItsRights(t, pat.OpCleanup, c.table, c.notes)

	// What can be told to nobody is a dead letter, which says where it lies and why, and nothing of what is in it.
	damaged := bytes.ReplaceAll(example, []byte(`"deploy"`), []byte(`"deploy", "x": 1`))
	if answer, err = c.cleanup.Invoke(t.Context(), damaged); err != nil || string(answer) != `{"batchItemFailures":[]}` || len(c.sink.Messages()) != 5 {
		t.Fatalf("%s, %v, dead letters %+v\n%s", answer, err, c.sink.Messages(), c.said)
	}
	for _, letter := range c.sink.Messages() {
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
