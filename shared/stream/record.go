package stream

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/go-json-experiment/json"

	"latchkey/shared/pat"
	"latchkey/shared/store/dynamo"
)

// Record is what a record says.
type Record struct {
	EventID  string // by which DynamoDB knows it; "": it cannot be read
	Sequence string // by which Lambda is told that it failed; "": it cannot be read
	PK, SK   string // where in the table it was; "": that cannot be read

	// Tell is a token as a change left it, for each change that is to be told, the earlier first. Most records have one;
	// those of uses, and of what is no token, none.
	Tell []pat.Token
	// Gone: the write has removed the token's record.
	Gone bool
	// ByHand: somebody has removed the token's record who was neither the service nor DynamoDB at the record's end.
	ByHand bool
}

// By what right the record of a token was removed that nobody had announced: DynamoDB's own at the record's end, or
// somebody's to the table.
const (
	viaSystem = "system"
	viaTable  = "table"
)

// expirer is who removes what is past its TTL (Amazon DynamoDB Developer Guide, "DynamoDB Streams and Time to Live").
var expirer = identity{"Service", "dynamodb.amazonaws.com"}

type identity struct {
	Type      string `json:"type"`
	Principal string `json:"principalId"`
}

// maxRecord bounds a record, in bytes: two images of 400 KB, which is all that DynamoDB keeps, written as JSON.
const maxRecord = 4 << 20

// Read reads a record. If there is an error, no later attempt would do better; what could be read of where the record
// belongs is there all the same.
func Read(raw Raw) (Record, error) {
	var r Record
	if len(raw) > maxRecord {
		return r, errors.New("it is too large")
	}
	var outer, inner map[string]Raw
	if json.Unmarshal(raw, &outer) != nil || json.Unmarshal(outer["dynamodb"], &inner) != nil {
		return r, errors.New("it is no record of a stream")
	}
	r.EventID = short(outer["eventID"])
	r.Sequence = sequence(inner["SequenceNumber"])
	keys, err := item(inner["Keys"])
	if err != nil {
		return r, fmt.Errorf("its keys: %w", err)
	}
	r.PK, r.SK = textOf(keys["pk"]), textOf(keys["sk"])
	switch {
	case string(outer["eventSource"]) != `"aws:dynamodb"`:
		return r, errors.New("it is from another source")
	case r.Sequence == "":
		return r, errors.New("it has no sequence number")
	case r.PK == "" || r.SK == "":
		return r, errors.New("its keys are not this table's")
	}
	return r, r.read(outer, inner)
}

// read says what is to be told.
func (r *Record) read(outer, inner map[string]Raw) error {
	name := short(outer["eventName"])
	which := "NewImage"
	switch name {
	case "INSERT", "MODIFY":
	case "REMOVE":
		which = "OldImage"
	default:
		return errors.New("it says of no known kind of write")
	}
	if !dynamo.IsToken(r.SK) {
		return nil
	}
	at, err := moment(inner["ApproximateCreationDateTime"])
	if err != nil {
		return err
	}
	it, err := item(inner[which])
	if err != nil {
		return fmt.Errorf("its %s: %w", which, err)
	}
	if textOf(it["pk"]) != r.PK || textOf(it["sk"]) != r.SK {
		return fmt.Errorf("its %s is not there, or is another record's", which)
	}
	image, err := dynamo.ReadImage(it)
	switch {
	case err != nil:
		return fmt.Errorf("its %s: %w", which, err)
	case name == "REMOVE":
		r.removed(outer["userIdentity"], image, at)
	case image.Changed:
		r.Tell = []pat.Token{image.Token}
	}
	return nil
}

// removed tells what nobody has told of a record that is gone: its last change, and its end.
func (r *Record) removed(by Raw, image dynamo.Image, at time.Time) {
	r.Gone = true
	if image.Untold {
		r.Tell = append(r.Tell, image.Token)
	}
	if image.Token.LastChange.Kind == pat.ChangePurged {
		return
	}
	end := pat.Change{Kind: pat.ChangePurged, Via: viaSystem, At: at}
	var who identity
	if json.Unmarshal(by, &who) != nil || who != expirer {
		end.Via, r.ByHand = viaTable, true
	}
	if at.IsZero() {
		end.At = image.Token.PurgeAt
	}
	gone := image.Token.Clone()
	gone.Version++ // as the service itself would have said it
	gone.LastChange = end
	r.Tell = append(r.Tell, gone)
}

// maxShort bounds a name, in bytes.
const maxShort = 256

// short is a text of moderate length; else "".
func short(raw Raw) (text string) {
	if json.Unmarshal(raw, &text) != nil || len(text) > maxShort {
		return ""
	}
	return text
}

// sequence is a number of digits, as the stream counts; else "".
func sequence(raw Raw) string {
	text := short(raw)
	if len(text) > 40 || strings.Trim(text, "0123456789") != "" { // 21 to 40, says the API reference, StreamRecord
		return ""
	}
	return text
}

// moment is in seconds of the epoch; zero: it is not said. A fraction says nothing that lasts: it may not be there the next time.
func moment(raw Raw) (time.Time, error) {
	if len(raw) == 0 || string(raw) == "null" {
		return time.Time{}, nil
	}
	seconds, err := strconv.ParseFloat(string(raw), 64)
	if err != nil || seconds < 0 || seconds >= lastSecond {
		return time.Time{}, errors.New("its time is none")
	}
	return time.Unix(int64(seconds), 0).UTC(), nil
}

// lastSecond is the end of the year 9999.
const lastSecond = 253402300800

// maxKey bounds a key, in bytes (Amazon DynamoDB Developer Guide, "Quotas").
const maxKey = 2048

// textOf is the text of a key; else "".
func textOf(v types.AttributeValue) string {
	s, ok := v.(*types.AttributeValueMemberS)
	if !ok || len(s.Value) > maxKey {
		return ""
	}
	return s.Value
}
