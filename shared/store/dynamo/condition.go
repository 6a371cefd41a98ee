package dynamo

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// terms are the names and values that an expression refers to; nil where it refers to none, as DynamoDB demands.
// Every name goes through one: many of ours are words of the expression language.
type terms struct {
	names  map[string]string
	values item
}

// attr refers to an attribute.
func (t *terms) attr(name string) string {
	if t.names == nil {
		t.names = map[string]string{}
	}
	at := "#" + name
	if strings.HasPrefix(name, attrCalls) { // no word; and no expression names two such counters
		at = "#calls"
	}
	t.names[at] = name
	return at
}

// val refers to a value.
func (t *terms) val(v types.AttributeValue) string {
	if t.values == nil {
		t.values = item{}
	}
	at := fmt.Sprintf(":v%d", len(t.values))
	t.values[at] = v
	return at
}

// is demands that an attribute has a value; of a record that is not there none has.
func (t *terms) is(name string, v types.AttributeValue) string {
	return t.attr(name) + " = " + t.val(v)
}

// format demands a record that this version can read.
func (t *terms) format() string { return t.is("v", number(rowFormat)) }

func (t *terms) absent(name string) string { return "attribute_not_exists(" + t.attr(name) + ")" }

func all(conditions ...string) *string {
	joined := strings.Join(conditions, " AND ")
	return &joined
}
