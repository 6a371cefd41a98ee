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

// Split parts the event of an invocation into its records, unread. An event that is no batch is an error.
func Split(event []byte) ([]Raw, error) {
	var batch struct {
		Records []Raw `json:"Records"`
	}
	if err := json.Unmarshal(event, &batch); err != nil || batch.Records == nil {
		return nil, errNoBatch
	}
	return batch.Records, nil
}
