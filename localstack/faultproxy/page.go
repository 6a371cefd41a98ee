package faultproxy

import (
	"encoding/json"
	"slices"
)

// Short gives pages of a query that end after so many records, whatever was asked for, as DynamoDB does after a
// megabyte.
func Short(limit int) Fault {
	return func(r Request) *Answer {
		return r.Forward(edited(r.Body, func(m map[string]json.RawMessage) { m["Limit"] = encoded(limit) }))
	}
}

// Unprocessed reads only so many records of a BatchGetItem and leaves the others to be asked for again.
func Unprocessed(read int) Fault {
	return func(r Request) *Answer {
		tables := struct {
			RequestItems map[string]map[string]json.RawMessage
		}{}
		decoded(r.Body, &tables)
		left := map[string]map[string]json.RawMessage{}
		for name, table := range tables.RequestItems {
			var keys []json.RawMessage
			decoded(table["Keys"], &keys)
			if len(keys) <= read {
				continue
			}
			left[name] = map[string]json.RawMessage{"Keys": encoded(keys[read:]), "ConsistentRead": table["ConsistentRead"]}
			table["Keys"] = encoded(keys[:read])
			if read == 0 {
				delete(tables.RequestItems, name)
			}
		}
		if len(tables.RequestItems) == 0 {
			return &Answer{Status: 200, Body: encoded(map[string]any{"Responses": map[string]any{}, "UnprocessedKeys": left})}
		}
		answer := r.Forward(edited(r.Body, func(m map[string]json.RawMessage) { m["RequestItems"] = encoded(tables.RequestItems) }))
		if answer != nil {
			answer.Body = edited(answer.Body, func(m map[string]json.RawMessage) { m["UnprocessedKeys"] = encoded(left) })
			answer.Header.Del("Content-Length")
			answer.Header.Del("X-Amz-Crc32") // which is of the other body
		}
		return answer
	}
}

// costing are the operations that say what they cost, if they are asked.
var costing = []string{"GetItem", "PutItem", "UpdateItem", "DeleteItem", "Query", "Scan", "BatchGetItem", "BatchWriteItem",
	"TransactGetItems", "TransactWriteItems"}

// metered asks for the cost of a call, which a client need not have done.
func metered(operation string, body []byte) []byte {
	if !slices.Contains(costing, operation) {
		return body
	}
	return edited(body, func(m map[string]json.RawMessage) { m["ReturnConsumedCapacity"] = encoded("INDEXES") })
}

// edited changes a JSON object; what is none stays as it is.
func edited(body []byte, edit func(map[string]json.RawMessage)) []byte {
	m := map[string]json.RawMessage{}
	if json.Unmarshal(body, &m) != nil {
		return body
	}
	edit(m)
	return encoded(m)
}

func encoded(v any) []byte {
	out, err := json.Marshal(v)
	if err != nil {
		panic(err) // it was JSON before
	}
	return out
}

// decoded reads what a client of DynamoDB has sent; what is malformed reads as nothing.
func decoded(raw []byte, v any) { _ = json.Unmarshal(raw, v) }
