package cfn

import (
	"fmt"
	"iter"

	"go.yaml.in/yaml/v4"
)

// pairs walks a mapping in its order; nil has none.
func pairs(mapping *yaml.Node) iter.Seq2[string, *yaml.Node] {
	return func(yield func(string, *yaml.Node) bool) {
		if mapping == nil || mapping.Kind != yaml.MappingNode {
			return
		}
		for i := 0; i+1 < len(mapping.Content); i += 2 {
			if !yield(mapping.Content[i].Value, mapping.Content[i+1]) {
				return
			}
		}
	}
}

// member returns a mapping's member, nil if there is none.
func member(mapping *yaml.Node, name string) *yaml.Node {
	for key, value := range pairs(mapping) {
		if key == name {
			return value
		}
	}
	return nil
}

func object(value any, at string) (map[string]any, error) {
	m, ok := value.(map[string]any)
	if !ok {
		return nil, fmt.Errorf("%s: wants a mapping", at)
	}
	return m, nil
}

func text(value any, at string) (string, error) {
	s, ok := value.(string)
	if !ok {
		return "", fmt.Errorf("%s: wants a text", at)
	}
	return s, nil
}

// texts reads a list of texts, or one alone, as IAM has it.
func texts(value any, at string) ([]string, error) {
	list, ok := value.([]any)
	if !ok {
		list = []any{value}
	}
	var out []string
	for _, item := range list {
		s, err := text(item, at)
		if err != nil {
			return nil, err
		}
		out = append(out, s)
	}
	return out, nil
}
