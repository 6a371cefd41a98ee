package cfn

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// function reads a function's properties over the globals.
func (t *Template) function(id string, globals any) (Function, error) {
	own, err := t.properties(id)
	if err != nil {
		return Function{}, err
	}
	common, _ := globals.(map[string]any)
	p := merge(common, own)
	f := Function{LogicalID: id, Environment: map[string]string{}}
	if f.Op, err = op(id, p["CodeUri"]); err != nil {
		return f, err
	}
	if f.Memory, err = number(p, "MemorySize", 128); err != nil {
		return f, err
	}
	seconds, err := number(p, "Timeout", 3)
	if err != nil {
		return f, err
	}
	f.Timeout = time.Duration(seconds) * time.Second
	if err := f.readEnvironment(p["Environment"]); err != nil {
		return f, err
	}
	if err := f.readRoutes(p["Events"]); err != nil {
		return f, err
	}
	return f, f.readPolicies(p["Policies"])
}

// properties returns a resource's, resolved.
func (t *Template) properties(id string) (map[string]any, error) {
	properties := member(member(t.resolve.resources, id), "Properties")
	if properties == nil {
		return map[string]any{}, nil
	}
	value, err := t.resolve.value(properties, id)
	if err != nil {
		return nil, err
	}
	return object(value, id)
}

// merge lays a function's own properties over the globals as SAM does: mappings are merged, lists joined, and of
// all else the function's own wins.
func merge(global, own map[string]any) map[string]any {
	out := map[string]any{}
	for key, value := range global {
		out[key] = value
	}
	for key, value := range own {
		switch g := out[key].(type) {
		case map[string]any:
			if o, ok := value.(map[string]any); ok {
				value = merge(g, o)
			}
		case []any:
			if o, ok := value.([]any); ok {
				value = slices.Concat(g, o)
			}
		}
		out[key] = value
	}
	return out
}

// op is the folder that CodeUri names; where that is the whole module, the logical id says it.
func op(id string, codeURI any) (string, error) {
	uri, _ := codeURI.(string)
	if base := path.Base(strings.TrimSuffix(uri, "/")); uri != "" && base != "." {
		return base, nil
	}
	name, ok := strings.CutSuffix(id, "Function")
	if !ok || name == "" {
		return "", fmt.Errorf("neither CodeUri nor the logical id, which wants to be <Op>Function, names a folder")
	}
	return strings.ToLower(name), nil
}

func number(p map[string]any, name string, preset int) (int, error) {
	value, ok := p[name]
	if !ok {
		return preset, nil
	}
	s, _ := value.(string)
	n, err := strconv.Atoi(s)
	if err != nil || n < 1 {
		return 0, fmt.Errorf("%s: wants a number, not %q", name, s)
	}
	return n, nil
}

func (f *Function) readEnvironment(value any) error {
	if value == nil {
		return nil
	}
	environment, err := object(value, "Environment")
	if err != nil {
		return err
	}
	variables, err := object(environment["Variables"], "Environment.Variables")
	if err != nil {
		return err
	}
	for name, value := range variables {
		if f.Environment[name], err = text(value, "Environment.Variables."+name); err != nil {
			return err
		}
	}
	return nil
}
