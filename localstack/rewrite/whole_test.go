package rewrite_test

import (
	"maps"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.yaml.in/yaml/v4"

	"latchkey/localstack/rewrite"
)

// TestTheWholeTemplateMeansTheSame compares the template that is deployed with the one before: they may differ in the gateway,
// the routes, the address, the processor and what is left out alone, and no route and no other event may be lost.
func TestTheWholeTemplateMeansTheSame(t *testing.T) {
	built := read(t, "../../template.yaml")
	rewritten, _, err := rewrite.Template([]byte(built), "amd64")
	if err != nil {
		t.Fatal(err)
	}
	before, after := decode(t, built), decode(t, string(rewritten))
	was, is := routes(before), routes(after)
	was["ANY /{proxy+}"], was["ANY /"] = was["$default"], was["$default"]
	delete(was, "$default")
	if diff := cmp.Diff(was, is); diff != "" {
		t.Errorf("the routes, -want +got:\n%s", diff)
	}
	for _, template := range []map[string]any{before, after} {
		delete(at(template, "Resources"), "Api")
		delete(at(template, "Outputs"), "ApiUrl")
		delete(at(template, "Parameters", "Architecture"), "Default")
		for _, function := range functions(template) {
			maps.DeleteFunc(at(function, "Properties", "Events"), func(_ string, event any) bool { return gateway(event) != nil })
		}
	}
	for _, id := range []string{"EventArchive", "EventLogPolicy"} {
		if at(before, "Resources", id) == nil {
			t.Errorf("there is no %s", id)
		}
		delete(at(before, "Resources"), id)
	}
	if diff := cmp.Diff(before, after); diff != "" {
		t.Errorf("it differs elsewhere, -want +got:\n%s", diff)
	}
}

// routes are the functions by route; each must be in the gateway.
func routes(template map[string]any) map[string]string {
	found := map[string]string{}
	for id, function := range functions(template) {
		for name, event := range at(function, "Properties", "Events") {
			of := gateway(event)
			if of == nil {
				continue
			}
			p := at(function, "Properties", "Events", name, "Properties")
			path, _ := p["Path"].(string)
			method, _ := p["Method"].(string)
			key := method + " " + path
			if path == "" {
				key = "$default"
			}
			found[key] = id
			if of != "!Ref Api" {
				found[key] = "another gateway"
			}
		}
	}
	return found
}

// gateway is what an event's route is one of; nil, where it is another kind of event.
func gateway(event any) any {
	p := at(event.(map[string]any), "Properties")
	if id := p["ApiId"]; id != nil {
		return id
	}
	return p["RestApiId"]
}

func functions(template map[string]any) map[string]map[string]any {
	found := map[string]map[string]any{}
	for id := range maps.Keys(at(template, "Resources")) {
		if resource := at(template, "Resources", id); resource["Type"] == "AWS::Serverless::Function" {
			found[id] = resource
		}
	}
	return found
}

func at(value map[string]any, path ...string) map[string]any {
	for _, name := range path {
		value, _ = value[name].(map[string]any)
	}
	return value
}

// decode reads a template so that all of it can be compared: each scalar with its tag, since "100" is not 100.
func decode(t *testing.T, text string) map[string]any {
	t.Helper()
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(text), &document); err != nil {
		t.Fatal(err)
	}
	return plain(document.Content[0]).(map[string]any)
}

func plain(node *yaml.Node) any {
	own := ""
	if strings.HasPrefix(node.Tag, "!") && !strings.HasPrefix(node.Tag, "!!") {
		own = node.Tag + " "
	}
	switch node.Kind {
	case yaml.MappingNode:
		members := map[string]any{}
		for i := 0; i < len(node.Content); i += 2 {
			members[own+node.Content[i].Value] = plain(node.Content[i+1])
		}
		return members
	case yaml.SequenceNode:
		items := []any{own}
		for _, item := range node.Content {
			items = append(items, plain(item))
		}
		return items
	}
	if tag := node.ShortTag(); own == "" && tag != "!!str" {
		own = tag + " "
	}
	return own + node.Value
}
