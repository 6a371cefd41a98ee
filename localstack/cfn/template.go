package cfn

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"time"

	"go.yaml.in/yaml/v4"
)

// Template is a SAM template that was read.
type Template struct {
	Functions []Function // in the template's order

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
	t := &Template{resolve: resolver{
		values:     values,
		parameters: member(root, "Parameters"),
		resources:  member(root, "Resources"),
		conditions: member(root, "Conditions"),
	}}
	globals, err := t.globals(root)
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
		f, err := t.function(id, globals)
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

// Function returns the function of an op.
func (t *Template) Function(op string) (Function, bool) {
	i := slices.IndexFunc(t.Functions, func(f Function) bool { return f.Op == op })
	if i < 0 {
		return Function{}, false
	}
	return t.Functions[i], true
}

// Properties returns a resource's properties, resolved: maps, lists and strings, numbers being strings as written.
func (t *Template) Properties(logicalID string) (map[string]any, error) {
	resource := member(t.resolve.resources, logicalID)
	if resource == nil {
		return nil, fmt.Errorf("there is no resource %s", logicalID)
	}
	properties := member(resource, "Properties")
	if properties == nil {
		return map[string]any{}, nil
	}
	value, err := t.resolve.value(properties, logicalID)
	if err != nil {
		return nil, err
	}
	return object(value, logicalID)
}

func (t *Template) globals(root *yaml.Node) (map[string]any, error) {
	section := member(member(root, "Globals"), "Function")
	if section == nil {
		return map[string]any{}, nil
	}
	value, err := t.resolve.value(section, "Globals.Function")
	if err != nil {
		return nil, err
	}
	return object(value, "Globals.Function")
}
