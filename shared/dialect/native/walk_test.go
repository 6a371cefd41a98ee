package native_test

import (
	"encoding/json"
	"strings"
	"testing"
)

// neverProvoked names each documented answer that no test can bring about, with the reason.
var neverProvoked = map[string]string{}

// TestEveryDocumentedAnswerIsGiven walks through all operations, with good requests and bad ones, until each
// has given every answer that is documented for it, and no other.
func TestEveryDocumentedAnswerIsGiven(t *testing.T) {
	g := newGround(t)
	w := &walk{ground: g}
	w.tokens()
	w.elsewhere()
	w.self()
	w.gate()
	w.users()
	w.sessions()
	w.service()
	w.verdicts()
	w.limits()
	w.refusals()

	for route, op := range g.operations() {
		for status := range op.Responses.Codes.KeysFromOldest() {
			pair := op.OperationId + " " + status
			if reason, known := neverProvoked[pair]; known == g.statuses[pair] {
				t.Errorf("%s: %s: given: %v, never provoked: %q", route, pair, g.statuses[pair], reason)
			}
		}
	}
	g.checkSeen()
}

// Whatever a client may have to understand has been seen: every value of the closed lists, every member of an answer.
func (g *ground) checkSeen() {
	g.t.Helper()
	for _, kind := range enum(g.schema(g.t, "Problem").Properties.Value("type").Schema()) {
		g.checkMember("type=" + kind)
	}
	for _, code := range enum(g.schema(g.t, "VerifyCode")) {
		g.checkMember("code=" + code)
	}
	for _, status := range enum(g.schema(g.t, "TokenStatus")) {
		g.checkMember("status=" + status)
	}
	for name, schema := range g.Components.Schemas.FromOldest() {
		if properties := schema.Schema().Properties; properties != nil && !strings.HasSuffix(name, "Request") {
			for member := range properties.KeysFromOldest() {
				g.checkMember(member)
			}
		}
	}
}

func (g *ground) checkMember(what string) {
	g.t.Helper()
	if !g.members[what] {
		g.t.Errorf("no answer had %s", what)
	}
}

// walk is the ground with what the operations need: a live token and where things are.
type walk struct {
	*ground
	token, id string
}

// examples returns the bodies that the document shows for an operation.
func (w *walk) examples(id string) []string {
	w.t.Helper()
	for _, op := range w.operations() {
		if op.OperationId != id {
			continue
		}
		var out []string
		for example := range op.RequestBody.Content.First().Value().Examples.ValuesFromOldest() {
			var value any
			if err := example.Value.Decode(&value); err != nil {
				w.t.Fatal(err)
			}
			text, err := json.Marshal(value)
			if err != nil {
				w.t.Fatal(err)
			}
			out = append(out, string(text))
		}
		return out
	}
	w.t.Fatalf("there is no operation %s", id)
	return nil
}
