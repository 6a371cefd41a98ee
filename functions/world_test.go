// Package functions_test holds the functions, their events and template.yaml to the code: what is served, and by whom.
package functions_test

import (
	"os"
	"strings"
	"testing"

	"go.yaml.in/yaml/v4"

	"latchkey/shared/pat"
)

const templateFile = "../template.yaml"

// template returns the whole of template.yaml: mappings as map[string]any, lists as []any, and each scalar as a string, one
// with a tag of CloudFormation's with that in front, such as "!Ref Table".
func template(t *testing.T) map[string]any {
	t.Helper()
	text, err := os.ReadFile(templateFile)
	if err != nil {
		t.Fatal(err)
	}
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		t.Fatal(err)
	}
	return members(plain(document.Content[0]))
}

func plain(n *yaml.Node) any {
	switch n.Kind {
	case yaml.MappingNode:
		out := map[string]any{}
		for i := 0; i < len(n.Content); i += 2 {
			out[n.Content[i].Value] = plain(n.Content[i+1])
		}
		return out
	case yaml.SequenceNode:
		out := make([]any, len(n.Content))
		for i, item := range n.Content {
			out[i] = plain(item)
		}
		return out
	}
	if strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!") {
		return n.Tag + " " + n.Value
	}
	return n.Value
}

// at follows a path of members; "" or nothing where there is none.
func at(value any, path ...string) any {
	for _, name := range path {
		value = members(value)[name]
	}
	return value
}

func members(value any) map[string]any { m, _ := value.(map[string]any); return m }

func text(value any) string { s, _ := value.(string); return s }

// resources returns those of a type, by logical id.
func resources(t *testing.T, kind string) map[string]any {
	t.Helper()
	found := map[string]any{}
	for id, resource := range members(template(t)["Resources"]) {
		if at(resource, "Type") == kind {
			found[id] = resource
		}
	}
	return found
}

// logicalID is what the function of an operation is called in the template.
func logicalID(op pat.Op) string {
	return strings.ToUpper(string(op[:1])) + string(op[1:]) + "Function"
}
