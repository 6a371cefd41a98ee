package functions_test

import (
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"

	"latchkey/shared/pat"
)

// TestEachExampleHasTheMembersOfARealEvent compares what lies beside the functions with the events that localstack/httpapi writes,
// by what AWS documents and others have published: each member is in the fullest of them, and none is missing of the emptiest. LocalStack cannot
// show these, having no payload 2.0; what it sends the functions without routes, localstack/up compares.
func TestEachExampleHasTheMembersOfARealEvent(t *testing.T) {
	full, bare := shapeOf(t, "../localstack/httpapi/testdata/event2.json"), shapeOf(t, "../localstack/httpapi/testdata/event2_bare.json")
	for _, op := range pat.Ops() {
		example := shapeOf(t, string(op)+"/event.json")
		for member := range example {
			if !full[member] {
				t.Errorf("%s: no event of the gateway has %s", op, member)
			}
		}
		for member := range bare {
			if !example[member] && !strings.HasPrefix(member, ".pathParameters") { // which a route may lack
				t.Errorf("%s: the gateway's every event has %s", op, member)
			}
		}
	}
}

// shapeOf are the members of an event with their kinds. Those of headers, and of what a path or a query says, are the client's.
func shapeOf(t *testing.T, file string) map[string]bool {
	t.Helper()
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var event map[string]any
	if err := json.Unmarshal(text, &event); err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	members := map[string]bool{}
	var note func(path string, value any)
	note = func(path string, value any) {
		members[fmt.Sprintf("%s, %T", path, value)] = true
		inner, isObject := value.(map[string]any)
		if !isObject || path == ".headers" || strings.HasSuffix(path, "Parameters") {
			return
		}
		for name, member := range inner {
			note(path+"."+name, member)
		}
	}
	note("", event)
	return members
}
