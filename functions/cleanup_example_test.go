package functions_test

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/localstack/dynamolocal"
	"latchkey/localstack/faultproxy"
	"latchkey/localstack/runtimeapi"
	"latchkey/shared/bus"
	"latchkey/shared/events"
	"latchkey/shared/pat"
)

// entry is one of a request to a bus.
type entry struct{ Source, DetailType, Detail, EventBusName string }

// hearer stands for EventBridge and SQS, and takes whatever they are given.
type hearer struct {
	mu      sync.Mutex
	entries []entry
	letters []string
}

func (h *hearer) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var in struct {
		Entries               []entry
		QueueUrl, MessageBody string
	}
	body, err := io.ReadAll(r.Body)
	if err != nil || json.Unmarshal(body, &in) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	answer := map[string]any{}
	switch r.Header.Get("X-Amz-Target") {
	case "AWSEvents.PutEvents":
		h.entries = append(h.entries, in.Entries...)
		answer["FailedEntryCount"], answer["Entries"] = 0, list(in.Entries, func(entry) any { return map[string]any{"EventId": "1"} })
	case "AmazonSQS.SendMessage":
		h.letters = append(h.letters, in.QueueUrl+" "+in.MessageBody)
		sum := md5.Sum([]byte(in.MessageBody)) // which the SDK compares
		answer["MessageId"], answer["MD5OfMessageBody"] = "1", hex.EncodeToString(sum[:])
	default:
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
	_ = json.NewEncoder(w).Encode(answer) // a lost answer fails the test by itself
}

// TestCleanupTellsItsExample: the compiled function takes its event.json, tells of the token's making, revocation and end, and of
// neither the use nor the note between; and it calls the table in just the way that template.yaml allows it.
func TestCleanupTellsItsExample(t *testing.T) {
	t.Parallel()
	db := dynamolocal.Start(t)
	table, heard := db.Table(t), &hearer{}
	wire, aws := faultproxy.Start(t, db.Endpoint), httptest.NewServer(heard)
	t.Cleanup(aws.Close)
	program, err := filepath.Abs("../dist/local/cleanup/bootstrap")
	if err != nil {
		t.Fatal(err)
	}
	log := &runtimeapi.Log{}
	queue := "https://sqs.us-east-1.amazonaws.com/123456789012/dead"
	fn := runtimeapi.New(runtimeapi.Options{Name: "cleanup", Program: program, Timeout: time.Minute, Log: log, Environment: map[string]string{
		"LATCHKEY_STORE": "dynamodb://" + table, "AWS_ENDPOINT_URL_DYNAMODB": wire.URL, "LATCHKEY_EVENT_BUS": "latchkey-events",
		"LATCHKEY_DEAD_LETTERS": queue, "AWS_ENDPOINT_URL_EVENTBRIDGE": aws.URL, "AWS_ENDPOINT_URL_SQS": aws.URL}})
	t.Cleanup(fn.Close)
	example, err := os.ReadFile("cleanup/event.json")
	if err != nil {
		t.Fatal(err)
	}
	answer, err := fn.Invoke(t.Context(), example)
	if err != nil || string(answer) != `{"batchItemFailures":[]}` || len(heard.letters) > 0 {
		t.Fatalf("%s, %v, dead letters %q\n%s", answer, err, heard.letters, log)
	}
	var kinds []string
	for _, e := range heard.entries {
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
	if answer, err = fn.Invoke(t.Context(), damaged); err != nil || string(answer) != `{"batchItemFailures":[]}` || len(heard.letters) != 5 {
		t.Fatalf("%s, %v, dead letters %q\n%s", answer, err, heard.letters, log)
	}
	for _, letter := range heard.letters {
		var said map[string]any
		url, body, _ := strings.Cut(letter, " ")
		if err := json.Unmarshal([]byte(body), &said); err != nil || url != queue {
			t.Fatal(letter, err)
		}
		if reason := text(said["reason"]); reason == "" || len(said) != 4 || text(said["eventId"]) == "" || text(said["sequenceNumber"]) == "" ||
			at(said, "key", "pk") != "71tvre2b" || !strings.HasPrefix(text(at(said, "key", "sk")), "tok#") || strings.Contains(letter, "deploy") {
			t.Errorf("the letter is %s", letter)
		}
	}
}
