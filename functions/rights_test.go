package functions_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"latchkey/shared/pat"
)

// rights compares what each function was seen to do with what its policy allows, right by right and both ways: one that
// is missing fails in production, and one that is never used is a hole.
func (d *desk) rights(t *testing.T) {
	for _, f := range d.stack.Template.Functions {
		op := pat.Op(f.Op)
		seen := map[string]bool{}
		for _, call := range d.wires[op].Calls() {
			for _, a := range call.Access {
				resource := "table"
				if a.Index != "" {
					resource = "index " + a.Index
				}
				if a.Table != d.table {
					resource = "another table, " + a.Table
				}
				seen[a.Action+" on the "+resource] = true
			}
		}
		allowed := map[string]bool{}
		for _, s := range f.Statements {
			for _, action := range s.Actions {
				if !strings.HasPrefix(action, "dynamodb:") {
					continue
				}
				for _, resource := range s.Resources {
					allowed[action+" on the "+d.resource(t, resource)] = true
				}
			}
		}
		t.Logf("%-8s %4d calls, %s", op, len(d.wires[op].Calls()), strings.Join(slices.Sorted(maps.Keys(seen)), ", "))
		for right := range seen {
			if !allowed[right] {
				t.Errorf("%s needs %s, which template.yaml does not allow it", op, right)
			}
		}
		for right := range allowed {
			if !seen[right] {
				t.Errorf("%s is allowed %s, and was never seen to use it", op, right)
			}
		}
	}
}

// resource says in words what a resource of a statement is.
func (d *desk) resource(t *testing.T, arn string) string {
	t.Helper()
	arn = strings.NewReplacer("${Table.Arn}", "table", "!GetAtt Table.Arn", "table").Replace(arn)
	if index, ok := strings.CutPrefix(arn, "table/index/"); ok {
		return "index " + index
	}
	if arn != "table" {
		t.Errorf("a statement is about %q", arn)
	}
	return arn
}
