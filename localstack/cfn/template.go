package cfn

import (
	"errors"
	"fmt"
	"os"
	"time"

	"go.yaml.in/yaml/v4"
)

// Template is a SAM template that was read.
type Template struct {
	Functions []Function // in the template's order

	root    *yaml.Node
	resolve resolver
}

// Function is one AWS::Serverless::Function, with the template's Globals merged in.
type Function struct {
	LogicalID   string
	Op          string // the folder of its program
	Memory      int    // in MB
	Timeout     time.Duration
	Environment map[string]string
	Routes      []Route
	Statements  []Statement // its rights, as written
	Policies    []string    // the names or ARNs of managed policies
}

// Route is one event of the type HttpApi.
type Route struct {
	Event   string // its logical id within the function
	Method  string // in capitals; ANY for every one
	Path    string // such as /v1/tokens/{id}; "" for $default
	Payload string // 1.0 or 2.0
}

// Key is the route's key as API Gateway writes it.
func (r Route) Key() string {
	if r.Path == "" {
		return "$default"
	}
	return r.Method + " " + r.Path
}

// Statement is one of a policy.
type Statement struct {
	Effect    string
	Actions   []string
	Resources []string
	Condition map[string]any // as written: operators, keys, values
}

// Values says what names stand for: parameters, pseudo parameters, what Ref and GetAtt give of a resource, as in
// {"Environment": "test", "AWS::Region": "eu-central-1", "Table": "latchkey", "Table.Arn": "arn:aws:…"}.
//
// A parameter that is not here has its default. A resource that is not here but in the template stays as ${Table} or
// ${Table.Arn}, for the caller to recognise.
type Values map[string]string

// ReadFile reads the template in a file.
func ReadFile(name string, values Values) (*Template, error) {
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	t, err := Read(text, values)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	return t, nil
}

// Read reads a template.
func Read(text []byte, values Values) (*Template, error) {
	var document yaml.Node
	if err := yaml.Unmarshal(text, &document); err != nil {
		return nil, err
	}
	if len(document.Content) != 1 || document.Content[0].Kind != yaml.MappingNode {
		return nil, errors.New("a template is a mapping")
	}
	root := document.Content[0]
	t := &Template{root: root, resolve: resolver{
		values:     values,
		parameters: member(root, "Parameters"),
		resources:  member(root, "Resources"),
		conditions: member(root, "Conditions"),
	}}
	if err := t.resolve.obey(member(root, "Rules")); err != nil {
		return nil, err
	}
	globals, err := t.Section("Globals")
	if err != nil {
		return nil, err
	}
	for id, resource := range pairs(t.resolve.resources) {
		if kind := member(resource, "Type"); kind == nil || kind.Value != "AWS::Serverless::Function" {
			continue
		}
		if there, err := t.resolve.holds(member(resource, "Condition"), id); err != nil {
			return nil, err
		} else if !there {
			continue
		}
		f, err := t.function(id, globals["Function"])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", id, err)
		}
		t.Functions = append(t.Functions, f)
	}
	if len(t.Functions) == 0 {
		return nil, errors.New("the template has no function")
	}
	return t, nil
}

// Section returns a section of the template, such as Resources, resolved: maps, lists and strings, numbers being strings
// as written. One that is not there has no members.
func (t *Template) Section(name string) (map[string]any, error) {
	section := member(t.root, name)
	if section == nil {
		return map[string]any{}, nil
	}
	value, err := t.resolve.value(section, name)
	if err != nil {
		return nil, err
	}
	return object(value, name)
}
