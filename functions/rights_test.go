package functions_test

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"latchkey/localstack/cfn"
	"latchkey/localstack/faultproxy"
	"latchkey/shared/pat"
)

// rights compares what each function that has routes was seen to do with what its policy allows.
func (d *desk) rights(t *testing.T) {
	for _, op := range pat.Ops() {
		usesItsRights(t, op, d.table, d.wires[op])
	}
}

// usesItsRights compares what a function was seen to do with what its policy allows, right by right and both ways: one that
// is missing fails in production, and one that is never used is a hole.
func usesItsRights(t *testing.T, op pat.Op, table string, wire *faultproxy.Proxy) {
	t.Helper()
	seen := map[string]bool{}
	for _, call := range wire.Calls() {
		for _, a := range call.Access {
			resource := "table"
			if a.Index != "" {
				resource = "index " + a.Index
			}
			if a.Table != table {
				resource = "another table, " + a.Table
			}
			seen[a.Action+" on the "+resource] = true
		}
	}
	allowed := rightsOf(t, op)
	t.Logf("%-8s %4d calls, %s", op, len(wire.Calls()), strings.Join(slices.Sorted(maps.Keys(seen)), ", "))
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

// rightsOf are a function's rights to the table.
func rightsOf(t *testing.T, op pat.Op) map[string]bool {
	t.Helper()
	for _, f := range readTemplate(t, deployed).Functions {
		if f.Op == string(op) {
			return allowed(t, f)
		}
	}
	t.Fatalf("the template has no function %s", op)
	return nil
}

// allowed reads a function's rights to the table off its statements. They must be all that there is to read.
func allowed(t *testing.T, f cfn.Function) map[string]bool {
	t.Helper()
	if len(f.Policies) > 0 {
		t.Errorf("%s has the policies %q: what they allow does not stand in template.yaml", f.Op, f.Policies)
	}
	allowed := map[string]bool{}
	for _, s := range f.Statements {
		if s.Effect != "Allow" {
			t.Errorf("%s: a statement's effect is %q", f.Op, s.Effect)
		}
		if !onlyTheTable(s) {
			continue // TestEachKeyIsForTheFunctionsThatNeedIt compares it whole
		}
		if s.Condition != nil {
			t.Errorf("%s may %q only if %v: no test would see that", f.Op, s.Actions, s.Condition)
		}
		for _, action := range s.Actions {
			for _, resource := range s.Resources {
				allowed[action+" on the "+named(t, resource)] = true
			}
		}
	}
	return allowed
}

// named says in words what a resource of a statement is.
func named(t *testing.T, arn string) string {
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
