package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// nothingIsLeftUntold: of each token that is in the table every version was told, whatever the tests did with it and
// whatever became of the functions meanwhile, and the template's own rule wrote each event to its log. The schedule goes on, and
// what is on the bus has still its way to go: so it is waited for a moment at which all is there.
func nothingIsLeftUntold(t *testing.T, d *desk, e *ear) {
	tooLate, tick := time.After(hearing), time.NewTicker(200*time.Millisecond)
	defer tick.Stop()
	for {
		tokens, wrong := missing(t, d, e)
		if len(wrong) == 0 {
			if tokens < 300 {
				t.Errorf("%d tokens are too few to show anything", tokens)
			}
			break
		}
		select {
		case <-tick.C:
		case <-tooLate:
			t.Fatalf("%d are wrong of %d tokens: %q", len(wrong), tokens, wrong)
		}
	}
	times, again := e.times(), 0
	for _, n := range times {
		again += n - 1
	}
	t.Logf("%d events through the door %q, of which %d came again", len(times), "functions on LocalStack", again)
}

// missing says of how many tokens it looked, and what is not told of them or not in the log.
func missing(t *testing.T, d *desk, e *ear) (n int, wrong []string) {
	t.Helper()
	tokens, untold := versions(t, d)
	if untold > 0 {
		wrong = append(wrong, fmt.Sprintf("%d changes are not told", untold))
	}
	for id, version := range tokens {
		if got := e.of(id); len(got) != version {
			wrong = append(wrong, fmt.Sprintf("of %s, which is at version %d, was told %v", id, version, got))
		}
	}
	if len(wrong) > 0 { // the log is long
		return len(tokens), wrong
	}
	if logged, heard := logged(t, d), unique(e.times()); !maps.Equal(logged, heard) {
		wrong = append(wrong, fmt.Sprintf("the log has %d events, and a queue got %d", len(logged), len(heard)))
	}
	return len(tokens), wrong
}

func unique(times map[string]int) map[string]bool {
	all := map[string]bool{}
	for id := range times {
		all[id] = true
	}
	return all
}

// versions are those of all tokens in the table, by id; untold is how many of them have a change that is not known to be told.
func versions(t *testing.T, d *desk) (tokens map[string]int, untold int) {
	t.Helper()
	tokens = map[string]int{}
	pages := dynamodb.NewScanPaginator(dynamodb.NewFromConfig(awsOf(d)), &dynamodb.ScanInput{TableName: &d.stack.Table})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, item := range page.Items {
			id, isToken := item["id"].(*types.AttributeValueMemberS)
			if _, hasPrefix := item["prefixHead"]; !isToken || !hasPrefix {
				continue
			}
			version, err := strconv.Atoi(item["version"].(*types.AttributeValueMemberN).Value)
			if err != nil {
				t.Fatal(err)
			}
			tokens[id.Value] = version
			if _, is := item["untoldAt"]; is {
				untold++
			}
		}
	}
	return tokens, untold
}

// logged are the ids of the events in the log of the template's own rule.
func logged(t *testing.T, d *desk) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for next := ""; ; {
		ask, err := json.Marshal(map[string]any{"logGroupName": "/aws/events/latchkey", "nextToken": next})
		if err != nil {
			t.Fatal(err)
		}
		if next == "" {
			ask = []byte(`{"logGroupName":"/aws/events/latchkey"}`)
		}
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, d.cloud.Endpoint, bytes.NewReader(ask))
		if err != nil {
			t.Fatal(err)
		}
		req.Header = http.Header{"Content-Type": {"application/x-amz-json-1.1"}, "X-Amz-Target": {"Logs_20140328.FilterLogEvents"}}
		res, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		var page struct {
			Events    []struct{ Message string }
			NextToken string
		}
		err = json.NewDecoder(res.Body).Decode(&page)
		res.Body.Close()
		if err != nil || res.StatusCode != http.StatusOK {
			t.Fatalf("%s, %v", res.Status, err)
		}
		for _, line := range page.Events {
			var envelope struct{ Detail event }
			if err := json.Unmarshal([]byte(line.Message), &envelope); err != nil {
				t.Fatalf("%v: %s", err, line.Message)
			}
			all[envelope.Detail.ID] = true
		}
		if next = page.NextToken; next == "" {
			return all
		}
	}
}
