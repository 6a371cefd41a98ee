package rewrite

import (
	"iter"

	"go.yaml.in/yaml/v4"
)

// pairs walks a mapping in its order; what is none has no pairs.
func pairs(node *yaml.Node) iter.Seq2[string, *yaml.Node] {
	return func(yield func(string, *yaml.Node) bool) {
		if node == nil || node.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(node.Content); i += 2 {
			if !yield(node.Content[i].Value, node.Content[i+1]) {
				return
			}
		}
	}
}

// value returns a mapping's member, nil where there is none.
func value(node *yaml.Node, name string) *yaml.Node {
	for key, member := range pairs(node) {
		if key == name {
			return member
		}
	}
	return nil
}

// intrinsic returns the text that a function of CloudFormation is given, in either way of writing it; nil where that is another.
func intrinsic(node *yaml.Node, name string) *yaml.Node {
	if node != nil && node.Tag == "!"+name {
		return node
	}
	for _, long := range []string{name, "Fn::" + name} {
		if given := value(node, long); given != nil && given.Kind == yaml.ScalarNode {
			return given
		}
	}
	return nil
}

// text is a string, whatever it looks like.
func text(s string) *yaml.Node {
	return &yaml.Node{Kind: yaml.ScalarNode, Tag: "!!str", Value: s}
}

// mapping is one of names and members by turns.
func mapping(content ...*yaml.Node) *yaml.Node {
	return &yaml.Node{Kind: yaml.MappingNode, Content: content}
}
