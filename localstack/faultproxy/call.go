package faultproxy

import "encoding/json"

// Call is one request as it was seen on the wire.
type Call struct {
	Operation  string
	Consistent bool     // a read that asks for what is true now
	Access     []Access // what the caller's role must allow; of a transaction, one for each entry
	Units      float64  // capacity units that DynamoDB says it cost
	Status     int      // 0: no answer
	Code       string   // of the error that was answered
	Faulted    bool     // the proxy made the answer, or lost it
}

// Access is an IAM action on a table, or on an index of it.
type Access struct{ Action, Table, Index string }

// action begins the name of every one of DynamoDB's.
const action = "dynamodb:"

// request is what of a request's body is of interest.
type request struct {
	TableName      string
	IndexName      string
	ConsistentRead bool
	RequestItems   map[string]json.RawMessage
	TransactItems  []map[string]struct{ TableName string }
}

func newCall(operation string, body []byte, faulted bool) Call {
	var r request
	decoded(body, &r)
	return Call{Operation: operation, Consistent: r.consistent(), Access: r.access(operation), Faulted: faulted}
}

// answered notes how the call ended.
func (c *Call) answered(answer *Answer) {
	if answer == nil {
		return
	}
	c.Status = answer.Status
	var said struct {
		Type             string `json:"__type"`
		ConsumedCapacity json.RawMessage
	}
	decoded(answer.Body, &said)
	c.Code = afterHash(said.Type)
	c.Units = units(said.ConsumedCapacity)
}

// consistent holds for a batch if all of it asks for consistent reads.
func (r request) consistent() bool {
	if len(r.RequestItems) == 0 {
		return r.ConsistentRead
	}
	for _, raw := range r.RequestItems {
		var table struct{ ConsistentRead bool }
		decoded(raw, &table)
		if !table.ConsistentRead {
			return false
		}
	}
	return true
}

// entryActions are the actions that the entries of a transaction stand for; there is none for the whole.
var entryActions = map[string]string{
	"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem", "Get": "GetItem",
}

func (r request) access(operation string) []Access {
	var all []Access
	for _, entry := range r.TransactItems {
		for kind, on := range entry {
			all = append(all, Access{action + entryActions[kind], on.TableName, ""})
		}
	}
	for table := range r.RequestItems {
		all = append(all, Access{action + operation, table, ""})
	}
	if len(all) == 0 {
		all = append(all, Access{action + operation, r.TableName, r.IndexName})
	}
	return all
}

// units adds up the capacity of one table or of several.
func units(raw json.RawMessage) (sum float64) {
	type consumed struct{ CapacityUnits float64 }
	var one consumed
	var several []consumed
	decoded(raw, &one)
	decoded(raw, &several)
	for _, c := range append(several, one) {
		sum += c.CapacityUnits
	}
	return sum
}

func afterHash(name string) string {
	for i := range len(name) {
		if name[i] == '#' {
			return name[i+1:]
		}
	}
	return name
}
