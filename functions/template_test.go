package functions_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/shared/api"
	"latchkey/shared/pat"
)

// TestTheTemplateRoutesWhatTheCodeServes compares template.yaml with the dialects' own routes. The template is edited by hand:
// what is missing there is said in lines to be pasted.
func TestTheTemplateRoutesWhatTheCodeServes(t *testing.T) {
	routed := map[string]string{} // from patterns to functions
	for id, function := range resources(t, "AWS::Serverless::Function") {
		for name, event := range members(at(function, "Properties", "Events")) {
			if id == logicalID(pat.OpFallback) || at(event, "Type") != "HttpApi" { // which TestEveryRouteComes… judges
				continue
			}
			method, path := text(at(event, "Properties", "Method")), text(at(event, "Properties", "Path"))
			if method != strings.ToUpper(method) || method == "ANY" {
				t.Errorf("%s: %s: %s is not one method, in capitals", id, name, method)
			}
			if other, ok := routed[method+" "+path]; ok {
				t.Errorf("%s: %s %s is routed to %s too", id, method, path, other)
			}
			routed[method+" "+path] = id
		}
	}
	for _, route := range api.Routes(nil) {
		path := gatewayPath(route.Path())
		pattern := route.Method() + " " + path
		switch id := logicalID(route.Op); routed[pattern] {
		case id:
			delete(routed, pattern)
		case "":
			t.Errorf("template.yaml has no route %s: add to %s, under Events:\n%s", pattern, id, eventLine(route.Method(), path))
		default:
			t.Errorf("template.yaml: %s stands under %s and belongs to %s", pattern, routed[pattern], id)
			delete(routed, pattern)
		}
	}
	for _, pattern := range slices.Sorted(maps.Keys(routed)) {
		t.Errorf("template.yaml: %s is routed to %s, and no dialect has such a route: take it out", pattern, routed[pattern])
	}
}

// gatewayPath writes a path as a route of an HTTP API, which has none that ends in a slash: what a greedy variable of that
// very name leads to, SAM permits whole.
func gatewayPath(path string) string {
	if strings.HasSuffix(path, "/") {
		return path + "{proxy+}"
	}
	return path
}

// eventLine is a route as the template has it.
func eventLine(method, path string) string {
	var name strings.Builder
	for _, word := range strings.FieldsFunc(strings.ToLower(method)+path, func(c rune) bool { return !('a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9') }) {
		name.WriteString(strings.ToUpper(word[:1]) + word[1:])
	}
	return fmt.Sprintf("        %s: {Type: HttpApi, Properties: {ApiId: !Ref Api, Method: %s, Path: %q, PayloadFormatVersion: \"2.0\"}}", name.String(), method, path)
}

func TestEveryRouteComesByTheOneGatewayInPayload2(t *testing.T) {
	functions := resources(t, "AWS::Serverless::Function")
	for _, op := range pat.Ops() { // TestEachFunctionWithoutRoutesIsWokenByOneThing looks at the others
		id := logicalID(op)
		events := members(at(functions[id], "Properties", "Events"))
		if len(events) == 0 {
			t.Errorf("%s has no route", id)
		}
		for name, event := range events {
			if at(event, "Type") != "HttpApi" || at(event, "Properties", "ApiId") != "${Api}" || at(event, "Properties", "PayloadFormatVersion") != "2.0" {
				t.Errorf("%s: %s is %v", id, name, event)
			}
		}
	}
	fallback := members(at(template(t), "Resources", logicalID(pat.OpFallback), "Properties", "Events", "Default", "Properties"))
	if fallback["Path"] != nil || fallback["Method"] != nil || fallback["ApiId"] == nil {
		t.Errorf("the fallback's route is %v: without a path and a method, it is the gateway's $default", fallback)
	}
	if stage := at(template(t), "Resources", "Api", "Properties", "StageName"); stage != "$default" {
		t.Errorf("the stage is %v: any but $default stands in front of every path", stage)
	}
}

func TestTheTemplateHasOneFunctionForEachOperation(t *testing.T) {
	var want []string
	for _, op := range allOps() {
		want = append(want, logicalID(op))
	}
	functions := resources(t, "AWS::Serverless::Function")
	if diff := cmp.Diff(slices.Sorted(slices.Values(want)), slices.Sorted(maps.Keys(functions))); diff != "" {
		t.Errorf("-the operations +template.yaml:\n%s", diff)
	}
	logs := resources(t, "AWS::Logs::LogGroup")
	for id, function := range functions {
		log := strings.Trim(text(at(function, "Properties", "LoggingConfig", "LogGroup")), "${}")
		if log != strings.TrimSuffix(id, "Function")+"Log" || at(logs[log], "Properties", "RetentionInDays") != "${LogRetentionInDays}" {
			t.Errorf("%s logs to %q, which is kept %v", id, log, at(logs[log], "Properties", "RetentionInDays"))
		}
	}
}

func TestAllFunctionsAreBuiltAndRunAlike(t *testing.T) {
	globals := members(at(template(t), "Globals", "Function"))
	for name, want := range map[string]any{"Runtime": "provided.al2023", "Handler": "bootstrap", "CodeUri": ".",
		"Architectures": []any{"${Architecture}"}} {
		if diff := cmp.Diff(want, globals[name]); diff != "" {
			t.Errorf("%s: -want +got:\n%s", name, diff)
		}
	}
	for id, function := range resources(t, "AWS::Serverless::Function") {
		if at(function, "Metadata", "BuildMethod") != "makefile" {
			t.Errorf("%s: the build method is %v, not makefile", id, at(function, "Metadata", "BuildMethod"))
		}
		for name := range members(at(function, "Properties")) {
			if slices.Contains([]string{"Runtime", "Handler", "CodeUri", "Architectures"}, name) {
				t.Errorf("%s sets %s by itself", id, name)
			}
		}
	}
	if at(template(t), "Parameters", "Architecture", "Default") != "arm64" {
		t.Error("the architecture is arm64, unless somebody says otherwise")
	}
}

func TestTheFallbackHasNoRightsAndNoStore(t *testing.T) {
	p := members(at(template(t), "Resources", logicalID(pat.OpFallback), "Properties"))
	if p["Policies"] != nil || p["Environment"] != nil || p["Role"] != nil {
		t.Errorf("it has %v", p)
	}
}

func TestNoRightIsWide(t *testing.T) {
	for _, f := range readTemplate(t, deployed).Functions {
		for right := range allowed(t, f) {
			if strings.Contains(right, "*") || strings.Contains(right, "DeleteItem") || strings.Contains(right, "Scan") {
				t.Errorf("%s may too much: %s", f.Op, right)
			}
		}
	}
	for id, function := range resources(t, "AWS::Serverless::Function") {
		for _, name := range []string{"Role", "Connectors"} {
			if at(function, "Properties", name) != nil || at(function, name) != nil {
				t.Errorf("%s has rights by its %s, which no test compares", id, name)
			}
		}
	}
}

func TestTheTemplateMakesNothingElse(t *testing.T) {
	known := []string{"AWS::Serverless::Function", "AWS::Serverless::HttpApi", "AWS::Logs::LogGroup", "AWS::DynamoDB::Table", "AWS::KMS::Key",
		"AWS::Events::EventBus", "AWS::Events::Archive", "AWS::Events::Rule", "AWS::Logs::ResourcePolicy", "AWS::SQS::Queue"}
	for id, resource := range members(template(t)["Resources"]) {
		if kind := text(at(resource, "Type")); !slices.Contains(known, kind) {
			t.Errorf("%s is a %s, at which no test looks", id, kind)
		}
	}
}
