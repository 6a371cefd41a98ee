package cfn

import (
	"fmt"

	"go.yaml.in/yaml/v4"
)

// choose resolves If, and of its two values only the chosen one.
func (r resolver) choose(n *yaml.Node, at string) (any, error) {
	if n.Kind != yaml.SequenceNode || len(n.Content) != 3 {
		return nil, fmt.Errorf("%s: If wants a condition and two values", at)
	}
	holds, err := r.holds(n.Content[0], at)
	if err != nil {
		return nil, err
	}
	if holds {
		return r.value(n.Content[1], at)
	}
	return r.value(n.Content[2], at)
}

// holds says whether the condition of that name holds; nil, none, always does.
func (r resolver) holds(name *yaml.Node, at string) (bool, error) {
	if name == nil {
		return true, nil
	}
	condition := member(r.conditions, name.Value)
	if condition == nil {
		return false, fmt.Errorf("%s: there is no condition %q", at, name.Value)
	}
	return r.truth(condition, "Conditions."+name.Value)
}

// truth decides a condition function.
func (r resolver) truth(n *yaml.Node, at string) (bool, error) {
	name, arguments := condition(n)
	if name == "Condition" {
		return r.holds(arguments, at)
	}
	if arguments.Kind != yaml.SequenceNode {
		return false, fmt.Errorf("%s: line %d: %q is no condition that is known here", at, n.Line, name)
	}
	switch name {
	case "Equals":
		return r.equal(arguments, at)
	case "Not":
		if len(arguments.Content) != 1 {
			return false, fmt.Errorf("%s: Not wants one condition", at)
		}
		holds, err := r.truth(arguments.Content[0], at)
		return !holds, err
	case "And", "Or":
		for _, part := range arguments.Content {
			holds, err := r.truth(part, at)
			if err != nil {
				return false, err
			}
			if holds == (name == "Or") {
				return holds, nil
			}
		}
		return name == "And", nil
	}
	return false, fmt.Errorf("%s: line %d: %q is no condition that is known here", at, n.Line, name)
}

// condition takes the short form, !Equals […], and the long one, Fn::Equals: […], apart.
func condition(n *yaml.Node) (name string, arguments *yaml.Node) {
	if tag, ok := intrinsicTag(n); ok {
		return tag, plain(n)
	}
	for key, value := range pairs(n) {
		if len(key) > len("Fn::") && key[:len("Fn::")] == "Fn::" {
			key = key[len("Fn::"):]
		}
		return key, value
	}
	return n.Value, n
}

func (r resolver) equal(arguments *yaml.Node, at string) (bool, error) {
	value, err := r.value(arguments, at)
	if err != nil {
		return false, err
	}
	both, err := texts(value, at)
	if err != nil {
		return false, err
	}
	if len(both) != 2 {
		return false, fmt.Errorf("%s: Equals wants two values", at)
	}
	return both[0] == both[1], nil
}
