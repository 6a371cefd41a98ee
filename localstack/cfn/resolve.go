package cfn

import (
	"fmt"
	"strings"

	"go.yaml.in/yaml/v4"
)

// resolver turns nodes into values, intrinsics into what they stand for.
type resolver struct {
	values                            Values
	parameters, resources, conditions *yaml.Node
}

// noValue is what Ref gives of AWS::NoValue: the member or item that has it is left out.
type noValue struct{}

// value resolves a node; at says where it stands.
func (r resolver) value(n *yaml.Node, at string) (any, error) {
	if n.Kind == yaml.AliasNode {
		return r.value(n.Alias, at)
	}
	if name, ok := intrinsicTag(n); ok {
		return r.intrinsic(name, n, at)
	}
	switch n.Kind {
	case yaml.ScalarNode:
		return n.Value, nil
	case yaml.SequenceNode:
		return r.list(n, at)
	case yaml.MappingNode:
		if len(n.Content) == 2 {
			if key := n.Content[0].Value; key == "Ref" || key == "Condition" || strings.HasPrefix(key, "Fn::") {
				return r.intrinsic(strings.TrimPrefix(key, "Fn::"), n.Content[1], at)
			}
		}
		return r.mapping(n, at)
	}
	return nil, fmt.Errorf("%s: line %d: nothing that can be read", at, n.Line)
}

func (r resolver) list(n *yaml.Node, at string) (any, error) {
	out := []any{}
	for i, item := range n.Content {
		v, err := r.value(item, fmt.Sprintf("%s[%d]", at, i))
		if err != nil {
			return nil, err
		}
		if v != (noValue{}) {
			out = append(out, v)
		}
	}
	return out, nil
}

func (r resolver) mapping(n *yaml.Node, at string) (any, error) {
	out := map[string]any{}
	for key, item := range pairs(n) {
		v, err := r.value(item, at+"."+key)
		if err != nil {
			return nil, err
		}
		if _, twice := out[key]; twice {
			return nil, fmt.Errorf("%s.%s is there twice", at, key)
		}
		if v != (noValue{}) {
			out[key] = v
		}
	}
	return out, nil
}

// intrinsicTag returns the name behind a short form such as !Ref.
func intrinsicTag(n *yaml.Node) (string, bool) {
	if strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!") {
		return n.Tag[1:], true
	}
	return "", false
}

// plain is the node without its tag, so that it is read as what it holds.
func plain(n *yaml.Node) *yaml.Node {
	c := *n
	c.Tag = ""
	return &c
}

func (r resolver) intrinsic(name string, n *yaml.Node, at string) (any, error) {
	switch name {
	case "Ref":
		if n.Value == "AWS::NoValue" {
			return noValue{}, nil
		}
		return r.name(n.Value, at)
	case "GetAtt":
		return r.getAtt(n, at)
	case "Sub":
		return r.sub(n, at)
	case "Join":
		return r.join(n, at)
	case "If":
		return r.choose(n, at)
	}
	return nil, fmt.Errorf("%s: line %d: the intrinsic %s is not known here", at, n.Line, name)
}

// name says what a reference stands for.
func (r resolver) name(name, at string) (string, error) {
	if value, ok := r.values[name]; ok {
		return value, nil
	}
	if parameter := member(r.parameters, name); parameter != nil {
		if preset := member(parameter, "Default"); preset != nil {
			return preset.Value, nil
		}
		return "", fmt.Errorf("%s: the parameter %s has neither value nor default", at, name)
	}
	resource, _, _ := strings.Cut(name, ".")
	if member(r.resources, resource) != nil {
		return "${" + name + "}", nil
	}
	return "", fmt.Errorf("%s: %s stands for nothing", at, name)
}

func (r resolver) getAtt(n *yaml.Node, at string) (any, error) {
	value, err := r.value(plain(n), at)
	if err != nil {
		return nil, err
	}
	parts, err := texts(value, at)
	if err != nil {
		return nil, err
	}
	name := strings.Join(parts, ".")
	if !strings.Contains(name, ".") {
		return nil, fmt.Errorf("%s: GetAtt wants a resource and its attribute, not %q", at, name)
	}
	return r.name(name, at)
}
