package stream

import (
	"errors"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// Raw is one record as it came.
type Raw = jsontext.Value

// errNoBatch is for what no stream sends.
var errNoBatch = errors.New("stream: this event is no batch of records")

// Split parts the event of an invocation into its records, unread. An event that is no batch is an error. What is wrong inside of a
// record is Read's to find, so that it spoils no other.
func Split(event []byte) ([]Raw, error) {
	var batch struct {
		Records once `json:"Records"`
	}
	if err := json.Unmarshal(event, &batch, unread); err != nil || batch.Records == nil {
		return nil, errNoBatch
	}
	return batch.Records, nil
}

// unread is how a text is taken apart whose parts are strictly read later.
var unread = json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))

// once is a list that is given once: a second one would hide the first.
type once []Raw

// UnmarshalJSON implements json.Unmarshaler.
func (o *once) UnmarshalJSON(text []byte) error {
	if *o != nil {
		return errNoBatch
	}
	return json.Unmarshal(text, (*[]Raw)(o), unread)
}
