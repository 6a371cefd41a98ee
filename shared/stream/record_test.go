package stream_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/shared/stream"
)

// says is what of a record is to be told.
func says(r stream.Record) (all []string) {
	for _, t := range r.Tell {
		all = append(all, fmt.Sprintf("%s v%d by %s %d", t.LastChange.Kind, t.Version, t.LastChange.Via, t.LastChange.At.Unix()))
	}
	return all
}

func TestWhatOfARecordIsToBeTold(t *testing.T) {
	change, own := []string{"updated v3 by session 1770897600"}, row(t)
	purged := row(t, set("lastChange", map[string]any{"M": map[string]any{"kind": s("purged"), "via": s("system"), "at": n("1776081600123")}}))
	end, hand := "purged v4 by system 1776700000", "purged v4 by table 1776700000"
	for _, c := range []struct {
		name   string
		record []byte
		want   []string
		byHand bool
	}{
		{"a new token", record(t, "INSERT", own, nil), change, false},
		{"a change", record(t, "MODIFY", own, row(t)), change, false},
		{"a change without what was before", record(t, "MODIFY", own, nil), change, false},
		{"a use", record(t, "MODIFY", row(t, set("wrote", s("use#x"))), own), nil, false},
		{"the note that it was told", record(t, "MODIFY", row(t, told), own), nil, false},
		{"a change that comes again", record(t, "MODIFY", own, row(t, told)), change, false},
		{"a row of a version before", record(t, "MODIFY", row(t, without("untoldAt", "untoldShard")), nil), change, false},
		{"the end of one that was told", record(t, "REMOVE", nil, row(t, told), byTTL), []string{end}, false},
		{"the end of one whose last change was not told", record(t, "REMOVE", nil, own, byTTL), append(change, end), false},
		{"the end of one whose end was told", record(t, "REMOVE", nil, purgedAnd(purged, told), byTTL), nil, false},
		{"the end of one whose end was said and not told", record(t, "REMOVE", nil, purged, byTTL), []string{"purged v3 by system 1776081600"}, false},
		{"a removal by hand", record(t, "REMOVE", nil, row(t, told)), []string{hand}, true},
		{"a removal by another service", record(t, "REMOVE", nil, row(t, told), set("userIdentity", map[string]any{"type": "Service", "principalId": "x"})), []string{hand}, true},
		{"a removal by nobody", record(t, "REMOVE", nil, row(t, told), set("userIdentity", nil)), []string{hand}, true},
		{"a removal by what is no one", record(t, "REMOVE", nil, row(t, told), set("userIdentity", "x")), []string{hand}, true},
		{"a removal by hand of one whose end was told", record(t, "REMOVE", nil, purgedAnd(purged, told)), nil, false},
		{"a removal at no time", record(t, "REMOVE", nil, row(t, told), byTTL, in(without("ApproximateCreationDateTime"))), []string{"purged v4 by system 1776081600"}, false},
		{"a removal at a fraction", record(t, "REMOVE", nil, row(t, told), byTTL, in(set("ApproximateCreationDateTime", 1776700000.75))), []string{end}, false},
		{"an owner's row", record(t, "MODIFY", map[string]any{"pk": s("owner#user#alice"), "sk": s("owner")}, nil), nil, false},
		{"an answer's removal", record(t, "REMOVE", nil, map[string]any{"pk": s("0123456v"), "sk": s("idem#x")}, byTTL), nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := stream.Read(c.record)
			if err != nil {
				t.Fatal(err)
			}
			if !slices.Equal(says(got), c.want) || got.ByHand != c.byHand {
				t.Errorf("got %q, by hand: %t; want %q", says(got), got.ByHand, c.want)
			}
			if removed := strings.Contains(string(c.record), "REMOVE") && got.SK != "idem#x"; got.Gone != removed {
				t.Errorf("it is gone: %t", got.Gone)
			}
			if got.EventID != "event" || got.Sequence != "111100000000000000000001" || got.PK == "" || got.SK == "" {
				t.Errorf("it is known as %+v", got)
			}
		})
	}
}

func purgedAnd(m map[string]any, edit func(map[string]any)) map[string]any {
	out := map[string]any{}
	for k, v := range m {
		out[k] = v
	}
	edit(out)
	return out
}

// TestWhatCanNeverBeTold: it is an error that holds nothing of the record, and still says where the record belongs if that can
// be read.
func TestWhatCanNeverBeTold(t *testing.T) {
	deep := any(s("x"))
	for range 40 {
		deep = map[string]any{"L": []any{deep}}
	}
	const marker = "a marker that no error may have"
	marked := row(t, set("name", s(marker)))
	for name, c := range map[string]struct {
		record []byte
		known  bool // its number can be read
	}{
		"nothing":                      {nil, false},
		"null":                         {[]byte(`null`), false},
		"a list":                       {[]byte(`[]`), false},
		"no JSON":                      {[]byte(`{"eventID":`), false},
		"an empty object":              {[]byte(`{}`), false},
		"a member twice":               {[]byte(`{"eventID":"a","eventID":"b","dynamodb":{}}`), false},
		"a member twice, deep within":  {bytes.Replace(record(t, "INSERT", marked, nil), []byte(`{"S":"`+marker+`"}`), []byte(`{"S":"`+marker+`","S":"x"}`), 1), false},
		"a text that is no UTF-8":      {bytes.Replace(record(t, "INSERT", marked, nil), []byte(marker), []byte("\xff"), 1), false},
		"a record of Kinesis":          {[]byte(`{"eventSource":"aws:kinesis","kinesis":{"data":"x"}}`), false},
		"a change that is a text":      {[]byte(`{"dynamodb":"x"}`), false},
		"another source":               {record(t, "INSERT", marked, nil, set("eventSource", "aws:kinesis")), true},
		"no source":                    {record(t, "INSERT", marked, nil, without("eventSource")), true},
		"no number":                    {record(t, "INSERT", marked, nil, in(without("SequenceNumber"))), false},
		"a number that is one":         {record(t, "INSERT", marked, nil, in(set("SequenceNumber", 7))), false},
		"a number with a sign":         {record(t, "INSERT", marked, nil, in(set("SequenceNumber", "-7"))), false},
		"a number without end":         {record(t, "INSERT", marked, nil, in(set("SequenceNumber", strings.Repeat("7", 41)))), false},
		"no kind":                      {record(t, "INSERT", marked, nil, without("eventName")), true},
		"a kind to come":               {record(t, "TRUNCATE", marked, nil), true},
		"no keys":                      {record(t, "INSERT", marked, nil, in(without("Keys"))), true},
		"keys of another table":        {record(t, "INSERT", marked, nil, in(set("Keys", map[string]any{"id": s("x")}))), true},
		"keys that are numbers":        {record(t, "INSERT", marked, nil, in(set("Keys", map[string]any{"pk": n("1"), "sk": n("2")}))), true},
		"a stream of keys alone":       {record(t, "INSERT", marked, nil, in(without("NewImage"))), true},
		"an image that is null":        {record(t, "INSERT", marked, nil, in(set("NewImage", nil))), true},
		"another record's image":       {record(t, "INSERT", marked, nil, in(set("NewImage", row(t, set("sk", s("tok#00000002")))))), true},
		"a removal without its image":  {record(t, "REMOVE", marked, nil, byTTL), true},
		"a time before 1970":           {record(t, "INSERT", marked, nil, in(set("ApproximateCreationDateTime", -1))), true},
		"a time that is text":          {record(t, "INSERT", marked, nil, in(set("ApproximateCreationDateTime", "x"))), true},
		"a time without end":           {record(t, "INSERT", marked, nil, in(set("ApproximateCreationDateTime", 1e300))), true},
		"a foreign row":                {record(t, "INSERT", map[string]any{"pk": marked["pk"], "sk": marked["sk"], "text": s(marker)}, nil), true},
		"a row of a version to come":   {record(t, "INSERT", row(t, set("v", n("2"))), nil), true},
		"a row with more":              {record(t, "INSERT", row(t, set("more", s(marker))), nil), true},
		"a row without a hash":         {record(t, "INSERT", row(t, without("hash")), nil), true},
		"an attribute of two kinds":    {record(t, "INSERT", row(t, set("name", map[string]any{"S": marker, "N": "1"})), nil), true},
		"an attribute of no kind":      {record(t, "INSERT", row(t, set("name", map[string]any{})), nil), true},
		"an attribute of another kind": {record(t, "INSERT", row(t, set("name", map[string]any{"Q": marker})), nil), true},
		"a text that is a number":      {record(t, "INSERT", row(t, set("name", map[string]any{"S": 7})), nil), true},
		"a text that is null":          {record(t, "INSERT", row(t, set("name", map[string]any{"S": nil})), nil), true},
		"a number that is no text":     {record(t, "INSERT", row(t, set("version", map[string]any{"N": 7})), nil), true},
		"bytes that are no base64":     {record(t, "INSERT", row(t, set("hash", map[string]any{"B": "!"})), nil), true},
		"a list that is a text":        {record(t, "INSERT", row(t, set("scopes", map[string]any{"L": marker})), nil), true},
		"a map that is a text":         {record(t, "INSERT", row(t, set("lastChange", map[string]any{"M": marker})), nil), true},
		"a depth without end":          {record(t, "INSERT", row(t, set("scopes", deep)), nil), true},
		"more than DynamoDB keeps":     {record(t, "INSERT", row(t, set("name", s(strings.Repeat("x", 5<<20)))), nil), false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := stream.Read(c.record)
			if err == nil || len(got.Tell) > 0 {
				t.Fatalf("it is told: %q", says(got))
			}
			if (got.Sequence != "") != c.known {
				t.Errorf("its number is %q", got.Sequence)
			}
			if text := err.Error(); strings.Contains(text, marker) || len(text) > 200 {
				t.Errorf("it says %s", text)
			}
		})
	}
}

func TestAnEventIsABatch(t *testing.T) {
	for event, want := range map[string]int{
		`{"Records":[]}`: 0, `{"Records":[{},null,7,"x"]}`: 4, `{"Records":[{}],"window":{}}`: 1,
		`{"Records":[{},{"a":1,"a":2},{"a":{"b":1,"b":2}},{}]}`: 4, "{\"Records\":[{\"a\":\"\xff\"},{}]}": 2, `{"Records":[{"a":"\ud800"},{}]}`: 2,
		`{"Records":null,"Records":[{}]}`: 1, `{"Records":[{}],"Records":[{}]}`: -1, `{"Records":[{}],"Records":null}`: -1,
		`{}`: -1, `null`: -1, `[]`: -1, ``: -1, `"x"`: -1, `{"Records":null}`: -1, `{"Records":{}}`: -1, `{"Records":[}`: -1, `{"Records":[],"Records":[]}`: -1,
		`{"version":"2.0","rawPath":"/"}`: -1, `{"records":[{}]}`: -1,
	} {
		got, err := stream.Split([]byte(event))
		if (err != nil) != (want < 0) || err == nil && len(got) != want {
			t.Errorf("%s: %d, %v", event, len(got), err)
		}
	}
}

// FuzzRead: whatever comes, it is read or refused, and is never told at no time or of no version.
func FuzzRead(f *testing.F) {
	for _, name := range []string{"INSERT", "MODIFY", "REMOVE"} {
		f.Add(record(f, name, row(f), row(f), byTTL))
		f.Add(record(f, name, row(f, told), row(f, told)))
	}
	f.Add([]byte(`{"dynamodb":{"Keys":{"pk":{"S":"a"},"sk":{"S":"tok#"}}}}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		got, err := stream.Read(raw)
		if err != nil {
			if len(got.Tell) > 0 {
				t.Errorf("refused and told: %q, %v", says(got), err)
			}
			return
		}
		for _, token := range got.Tell {
			if token.Version < 1 || token.LastChange.At.Before(time.Unix(0, 0)) {
				t.Errorf("%+v", token)
			}
		}
	})
}
