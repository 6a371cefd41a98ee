// Package functions_test holds the functions, their events and template.yaml to the code: what is served, and by whom.
package functions_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"latchkey/localstack/cfn"
	"latchkey/shared/pat"
)

const templateFile = "../template.yaml"

// deployed says where template.yaml stands, and leaves it all its defaults.
var deployed = cfn.Values{"AWS::Partition": "aws", "AWS::AccountId": "123456789012", "AWS::StackName": "latchkey", "AWS::Region": "eu-central-1"}

// template returns the sections of template.yaml. A parameter whose name matters, and every resource, is there as its
// name, such as ${Table}; sessions are signed by KMS.
func template(t *testing.T) map[string]any {
	t.Helper()
	values := maps.Clone(deployed)
	for _, parameter := range []string{"Architecture", "LogRetentionInDays", "RequestsPerSecond", "RequestsInABurst", "NotifySchedule", "EventArchiveInDays"} {
		values[parameter] = "${" + parameter + "}"
	}
	read := readTemplate(t, values)
	sections := map[string]any{}
	for _, name := range []string{"Parameters", "Globals", "Resources"} {
		section, err := read.Section(name)
		if err != nil {
			t.Fatal(err)
		}
		sections[name] = section
	}
	return sections
}

func readTemplate(t *testing.T, values cfn.Values) *cfn.Template {
	t.Helper()
	read, err := cfn.ReadFile(templateFile, values)
	if err != nil {
		t.Fatal(err)
	}
	return read
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

// allOps are the operations that have routes, then those that have none.
func allOps() []pat.Op { return slices.Concat(pat.Ops(), pat.Background()) }

// logicalID is what the function of an operation is called in the template.
func logicalID(op pat.Op) string {
	return strings.ToUpper(string(op[:1])) + string(op[1:]) + "Function"
}
