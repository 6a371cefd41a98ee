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

// Split parts the event of an invocation into its records, unread: what is wrong within one is for Read to find, and is no
// harm to the others. An event that is no batch is an error.
func Split(event []byte) ([]Raw, error) {
	var batch struct {
		Records records `json:"Records"`
	}
	lenient := json.JoinOptions(jsontext.AllowDuplicateNames(true), jsontext.AllowInvalidUTF8(true))
	if err := json.Unmarshal(event, &batch, lenient); err != nil || batch.Records == nil {
		return nil, errNoBatch
	}
	return batch.Records, nil
}

// records are those of one batch; a second list of them would hide the first.
type records []Raw

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (r *records) UnmarshalJSONFrom(in *jsontext.Decoder) error {
	if *r != nil {
		return errNoBatch
	}
	return json.UnmarshalDecode(in, (*[]Raw)(r))
}
