package faultproxy_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"latchkey/localstack/faultproxy"
)

// desk is a proxy before an endpoint that answers every request with the request itself, and notes it.
type desk struct {
	*testing.T
	*faultproxy.Proxy
	arrived []string
}

func newDesk(t *testing.T) *desk {
	t.Parallel()
	d := &desk{T: t}
	echo := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		d.arrived = append(d.arrived, string(body))
		_, _ = w.Write(body)
	}))
	t.Cleanup(echo.Close)
	d.Proxy = faultproxy.Start(t, echo.URL)
	return d
}

// ask calls an operation and returns what came back: a status and a body, or nothing.
func (d *desk) ask(operation, body string) (status int, answer string) {
	d.Helper()
	req, err := http.NewRequestWithContext(d.Context(), http.MethodPost, d.URL, strings.NewReader(body))
	if err != nil {
		d.Fatal(err)
	}
	req.Header.Set("X-Amz-Target", "DynamoDB_20120810."+operation)
	res, err := http.DefaultTransport.RoundTrip(req)
	if err != nil {
		return 0, ""
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		d.Fatal(err)
	}
	return res.StatusCode, string(raw)
}

func (d *desk) statuses(operation string, n int) (all []int) {
	d.Helper()
	for range n {
		status, _ := d.ask(operation, "{}")
		all = append(all, status)
	}
	return all
}

func (d *desk) same(what string, got, want any) {
	d.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		d.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

func TestAFaultHappensOnTheCallThatItWasAskedFor(t *testing.T) {
	d := newDesk(t)
	d.Fail("GetItem", 2, faultproxy.Break())
	d.same("another operation", d.statuses("PutItem", 3), []int{200, 200, 200})
	d.same("the operation", d.statuses("GetItem", 4), []int{200, 500, 200, 200})
	d.Fail("", faultproxy.Always, faultproxy.Throttle())
	d.same("any operation", append(d.statuses("GetItem", 2), d.statuses("Query", 2)...), []int{400, 400, 400, 400})
	d.Heal()
	d.same("afterwards", d.statuses("Query", 1), []int{200})
}

func TestALostRequestNeverArrivesAndALostAnswerDoes(t *testing.T) {
	d := newDesk(t)
	d.Fail("GetItem", 1, faultproxy.DropRequest())
	d.same("a lost request", d.statuses("GetItem", 1), []int{0})
	d.same("arrived", len(d.arrived), 0)
	d.Fail("GetItem", 1, faultproxy.DropAnswer())
	d.same("a lost answer", d.statuses("GetItem", 1), []int{0})
	d.same("arrived", len(d.arrived), 1)
}

func TestALateRequestArrivesIfSomebodyWaits(t *testing.T) {
	d := newDesk(t)
	d.Fail("GetItem", 1, faultproxy.Delay(time.Millisecond))
	d.same("a little late", d.statuses("GetItem", 1), []int{200})
	d.Fail("PutItem", 1, faultproxy.Delay(time.Hour))
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.URL, strings.NewReader("too late"))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("X-Amz-Target", "DynamoDB_20120810.PutItem")
	if _, err := http.DefaultTransport.RoundTrip(req); err == nil {
		t.Error("a client that gave up was answered")
	}
	d.same("how many arrived", len(d.arrived), 1)
}

func TestARefusalReadsAsDynamoDBs(t *testing.T) {
	d := newDesk(t)
	d.Fail("", 1, faultproxy.Cancel("None", faultproxy.TransactionConflict))
	_, body := d.ask("TransactWriteItems", "{}")
	var said struct {
		Type                string `json:"__type"`
		CancellationReasons []struct{ Code string }
	}
	if err := json.Unmarshal([]byte(body), &said); err != nil {
		t.Fatal(err)
	}
	d.same("kind", said.Type, "com.amazonaws.dynamodb.v20120810#TransactionCanceledException")
	d.same("reasons", said.CancellationReasons, []struct{ Code string }{{"None"}, {"TransactionConflict"}})
	d.same("noted", d.Calls()[0].Code, "TransactionCanceledException")
}

func TestPagesAreAsShortAsAskedFor(t *testing.T) {
	d := newDesk(t)
	d.Fail("Query", 1, faultproxy.Short(3))
	_, body := d.ask("Query", `{"Limit":100,"TableName":"t"}`)
	d.same("query", body, `{"Limit":3,"ReturnConsumedCapacity":"INDEXES","TableName":"t"}`)
	d.Fail("BatchGetItem", 1, faultproxy.Unprocessed(1))
	_, body = d.ask("BatchGetItem", `{"RequestItems":{"t":{"Keys":[1,2,3],"ConsistentRead":true}}}`)
	d.same("batch", body, `{"RequestItems":{"t":{"ConsistentRead":true,"Keys":[1]}},"ReturnConsumedCapacity":"INDEXES",`+
		`"UnprocessedKeys":{"t":{"ConsistentRead":true,"Keys":[2,3]}}}`)
}

func TestACallNotesWhatItAsksFor(t *testing.T) {
	for name, c := range map[string]struct {
		operation, body string
		want            faultproxy.Call
	}{
		"a consistent read": {"GetItem", `{"TableName":"t","ConsistentRead":true,"ConsumedCapacity":{"CapacityUnits":1.5}}`, faultproxy.Call{
			Consistent: true, Units: 1.5, Access: []faultproxy.Access{{Action: "dynamodb:GetItem", Table: "t"}}}},
		"an index": {"Query", `{"TableName":"t","IndexName":"i"}`, faultproxy.Call{
			Access: []faultproxy.Access{{Action: "dynamodb:Query", Table: "t", Index: "i"}}}},
		"a batch": {"BatchGetItem", `{"RequestItems":{"t":{"ConsistentRead":true}}}`, faultproxy.Call{
			Consistent: true, Access: []faultproxy.Access{{Action: "dynamodb:BatchGetItem", Table: "t"}}}},
		"a transaction": {"TransactWriteItems", `{"TransactItems":[{"Put":{"TableName":"t"}},{"Update":{"TableName":"t"}},` +
			`{"ConditionCheck":{"TableName":"u"}},{"Delete":{"TableName":"t"}}],"ConsumedCapacity":[{"CapacityUnits":2},{"CapacityUnits":3}]}`,
			faultproxy.Call{Units: 5, Access: []faultproxy.Access{{Action: "dynamodb:PutItem", Table: "t"}, {Action: "dynamodb:UpdateItem", Table: "t"},
				{Action: "dynamodb:ConditionCheckItem", Table: "u"}, {Action: "dynamodb:DeleteItem", Table: "t"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t)
			d.ask(c.operation, c.body)
			c.want.Operation, c.want.Status = c.operation, 200
			d.same("call", d.Calls(), []faultproxy.Call{c.want})
			d.Reset()
			d.same("calls", len(d.Calls()), 0)
		})
	}
}

func TestABatchIsAsConsistentAsItsLeastPart(t *testing.T) {
	d := newDesk(t)
	d.ask("BatchGetItem", `{"RequestItems":{"t":{"ConsistentRead":true},"u":{"ConsistentRead":true}}}`)
	d.ask("BatchGetItem", `{"RequestItems":{"t":{"ConsistentRead":true},"u":{}}}`)
	d.ask("BatchGetItem", `{"ConsistentRead":true,"RequestItems":{"t":{}}}`)
	var got []bool
	for _, call := range d.Calls() {
		got = append(got, call.Consistent)
	}
	d.same("consistent: all, one of two, none", got, []bool{true, false, false})
}
