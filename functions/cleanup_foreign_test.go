package functions_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"latchkey/shared/pat"
)

// edit is a record of the stream as JSON that a test changes. It is one of a token's creation.
type edit func(record, change, image map[string]any)

// foreign are records that can never become an event, each by what is wrong with it.
var foreign = map[string]edit{
	"only keys":               func(_, change, _ map[string]any) { delete(change, "NewImage") },
	"a null image":            func(_, change, _ map[string]any) { change["NewImage"] = nil },
	"an empty image":          func(_, change, _ map[string]any) { change["NewImage"] = map[string]any{} },
	"an image that is a list": func(_, change, _ map[string]any) { change["NewImage"] = []any{} },
	"an older shape":          func(_, _, image map[string]any) { delete(image, "wrote") },
	"a newer shape":           func(_, _, image map[string]any) { image["v"] = map[string]any{"N": "2"} },
	"an attribute more":       func(_, _, image map[string]any) { image["more"] = map[string]any{"S": "x"} },
	"an attribute less":       func(_, _, image map[string]any) { delete(image, "hash") },
	"a number for a text":     func(_, _, image map[string]any) { image["owner"] = map[string]any{"N": "7"} },
	"a number that is JSON's": func(_, _, image map[string]any) { image["version"] = map[string]any{"N": 1} },
	"a version below all":     func(_, _, image map[string]any) { image["version"] = map[string]any{"N": "-1"} },
	"a version beyond all":    func(_, _, image map[string]any) { image["version"] = map[string]any{"N": "99999999999999999999"} },
	"a null attribute":        func(_, _, image map[string]any) { image["owner"] = nil },
	"a NULL attribute":        func(_, _, image map[string]any) { image["owner"] = map[string]any{"NULL": true} },
	"an attribute of no kind": func(_, _, image map[string]any) { image["owner"] = map[string]any{"X": "x"} },
	"an attribute of two":     func(_, _, image map[string]any) { image["owner"] = map[string]any{"S": "x", "N": "1"} },
	"no base64":               func(_, _, image map[string]any) { image["hash"] = map[string]any{"B": "***"} },
	"400 KB":                  func(_, _, image map[string]any) { image["owner"] = map[string]any{"N": strings.Repeat("9", 400<<10)} },
	"deep":                    func(_, _, image map[string]any) { image["owner"] = deep(60) },
	"a kind of change unknown": func(_, _, image map[string]any) {
		image["lastChange"].(map[string]any)["M"].(map[string]any)["kind"] = map[string]any{"S": "moved"}
	},
	"another record's image": func(_, _, image map[string]any) { image["pk"] = map[string]any{"S": "00000000"} },
	"an eventName unknown":   func(record, _, _ map[string]any) { record["eventName"] = "TRUNCATE" },
	"no eventName":           func(record, _, _ map[string]any) { delete(record, "eventName") },
	"another source":         func(record, _, _ map[string]any) { record["eventSource"] = "aws:kinesis" },
	"no source":              func(record, _, _ map[string]any) { delete(record, "eventSource") },
	"a time that is none":    func(_, change, _ map[string]any) { change["ApproximateCreationDateTime"] = "now" },
	"no keys":                func(_, change, _ map[string]any) { delete(change, "Keys") },
	"keys of another table":  func(_, change, _ map[string]any) { change["Keys"] = map[string]any{"id": map[string]any{"S": "x"}} },
}

// harmless are records that become their event in spite of what is odd about them.
var harmless = map[string]edit{
	"no time":                  func(_, change, _ map[string]any) { delete(change, "ApproximateCreationDateTime") },
	"members that are new":     func(record, change, _ map[string]any) { record["new"], change["new"] = 1, []any{} },
	"somebody's identity":      func(record, _, _ map[string]any) { record["userIdentity"] = "me" },
	"a fraction of a second":   func(_, change, _ map[string]any) { change["ApproximateCreationDateTime"] = 1.5e9 + 0.25 },
	"an old image that is bad": func(_, change, _ map[string]any) { change["OldImage"] = "bad" },
}

func deep(n int) any {
	if n == 0 {
		return map[string]any{"S": "x"}
	}
	return map[string]any{"L": []any{deep(n - 1)}}
}

// edited makes a record with a number of its own of one that the store wrote.
func edited(t *testing.T, text []byte, n int, by edit) []byte {
	t.Helper()
	var record map[string]any
	if err := json.Unmarshal(text, &record); err != nil {
		t.Fatal(err)
	}
	change := members(record["dynamodb"])
	change["SequenceNumber"], record["eventID"] = sequenceOf(n), fmt.Sprintf("event-%d", n)
	by(record, change, members(change["NewImage"]))
	text, err := json.Marshal(record)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func sequenceOf(n int) string { return fmt.Sprintf("%021d", n+1) }

// created returns the records of as many tokens' creation.
func (c *telling) created(n int) (tokens []pat.Token, all [][]byte) {
	c.Helper()
	for range n {
		tokens = append(tokens, c.make(day, 90*day))
	}
	for _, text := range c.records() {
		for _, filter := range c.poller.Filters {
			if filter.Takes(text) {
				all = append(all, text)
			}
		}
	}
	if len(all) != n {
		c.Fatalf("%d records of %d tokens", len(all), n)
	}
	return tokens, all
}

// TestWhatCannotBecomeAnEventIsBuriedAndHoldsUpNobody: all of it is in one batch with what can.
func TestWhatCannotBecomeAnEventIsBuriedAndHoldsUpNobody(t *testing.T) {
	t.Parallel()
	c := newTelling(t)
	tokens, records := c.created(2 * len(foreign))
	c.poller.Filters = nil // which would drop half of what is foreign
	var batch [][]byte
	var ids []string
	names := map[string]string{} // of what is wrong, by sequence number
	for name, by := range foreign {
		n := len(batch)
		names[sequenceOf(n)] = name
		batch = append(batch, edited(t, records[n], n, by), edited(t, records[n+1], n+1, func(_, _, _ map[string]any) {}))
		ids = append(ids, idOf(tokens[n+1], 1, "created"))
	}
	c.must(c.poller.Shard(t.Context(), "shard", batch))
	c.tells(ids...)
	letters := c.letters()
	for sequence, name := range names {
		letter, buried := letters[sequence]
		if keys := name == "no keys" || name == "keys of another table"; !buried || letter.EventID == "" || (letter.Key.PK == "") != keys || len(letter.Reason) > 200 {
			t.Errorf("%s: the letter is %+v", name, letter)
		}
	}
	if n := c.poller.Counts(); len(letters) != len(foreign) || n.Again > 0 || c.cleanup.Started() != 1 || strings.Contains(c.said.String(), "panic") {
		t.Errorf("%d letters, %+v, %d processes\n%s", len(letters), n, c.cleanup.Started(), c.said)
	}
	c.keepsSecrets()
}

func TestWhatIsOddAndCanBecomeAnEventDoes(t *testing.T) {
	t.Parallel()
	c := newTelling(t)
	tokens, records := c.created(len(harmless))
	var batch [][]byte
	var ids []string
	for _, by := range harmless {
		n := len(batch)
		batch = append(batch, edited(t, records[n], n, by))
		ids = append(ids, idOf(tokens[n], 1, "created"))
	}
	c.must(c.poller.Shard(t.Context(), "shard", batch))
	c.tells(ids...)
	if letters := c.letters(); len(letters) > 0 {
		t.Errorf("the dead letters are %v", letters)
	}
	areValid(t, c.sink.Entries())
}

// TestWhatIsNoBatchIsAnErrorAndTheProcessLives, so that the next batch finds it.
func TestWhatIsNoBatchIsAnErrorAndTheProcessLives(t *testing.T) {
	t.Parallel()
	c := newTelling(t)
	tokens, records := c.created(1)
	record := string(records[0])
	for _, event := range []string{"", " ", "{", "null", "[]", "7", `"x"`, "{}", `{"Records":null}`, `{"Records":{}}`, `{"Records":"x"}`,
		`{"Records":[],"Records":[]}`, `{"version":"2.0","routeKey":"POST /v1/tokens","rawPath":"/v1/tokens","body":"{}"}`,
		`{"Records":[{]}`, `{"Records":[]} x`, strings.Repeat("[", 100_000), "\xff"} {
		if answer, err := c.cleanup.Invoke(t.Context(), []byte(event)); err == nil {
			t.Errorf("%.100s: %s", event, answer)
		}
	}
	for _, event := range []string{ // of each member of the batch is a letter
		`{"Records":[null,7,"x",[],{}]}`,
		`{"Records":[` + strings.Replace(record, `"eventName":`, `"eventName":"REMOVE","eventName":`, 1) + `]}`,
		`{"Records":[` + strings.Replace(record, `"NewImage":{`, `"NewImage":{"owner":{"S":"x"},`, 1) + `]}`,
		`{"Records":[` + strings.Replace(record, `"eventName":"`, "\"eventName\":\"\xff", 1) + `]}`,
	} {
		before := len(c.sink.Messages())
		answer, err := c.cleanup.Invoke(t.Context(), []byte(event))
		if err != nil || string(answer) != `{"batchItemFailures":[]}` || len(c.sink.Messages()) == before {
			t.Errorf("%.100s: %s, %v, %d letters", event, answer, err, len(c.sink.Messages())-before)
		}
	}
	c.tells()
	c.must(c.poller.Shard(t.Context(), "shard", records))
	c.tells(idOf(tokens[0], 1, "created"))
	if c.cleanup.Started() != 1 || strings.Contains(c.said.String(), "panic") {
		t.Errorf("%d processes\n%s", c.cleanup.Started(), c.said)
	}
	c.keepsSecrets()
}
