package cfn

import (
	"fmt"
	"regexp"
	"strings"

	"go.yaml.in/yaml/v4"
)

// reference is one within a text to substitute; with a ! it is only text.
var reference = regexp.MustCompile(`\$\{([^}]*)\}`)

func (r resolver) sub(n *yaml.Node, at string) (any, error) {
	value, err := r.value(plain(n), at)
	if err != nil {
		return nil, err
	}
	pattern, own := value, map[string]any{}
	if list, ok := value.([]any); ok {
		if len(list) != 2 {
			return nil, fmt.Errorf("%s: Sub wants a text, or a text and what its names stand for", at)
		}
		if own, err = object(list[1], at); err != nil {
			return nil, err
		}
		pattern = list[0]
	}
	s, err := text(pattern, at)
	if err != nil {
		return nil, err
	}
	var failed error
	out := reference.ReplaceAllStringFunc(s, func(found string) string {
		name := strings.TrimSpace(found[2 : len(found)-1])
		if literal, ok := strings.CutPrefix(name, "!"); ok {
			return "${" + literal + "}"
		}
		value, err := r.own(own, name, at)
		if err != nil && failed == nil {
			failed = err
		}
		return value
	})
	return out, failed
}

// own looks into Sub's own names first.
func (r resolver) own(own map[string]any, name, at string) (string, error) {
	if value, ok := own[name]; ok {
		return text(value, at)
	}
	return r.name(name, at)
}

func (r resolver) join(n *yaml.Node, at string) (any, error) {
	value, err := r.value(plain(n), at)
	if err != nil {
		return nil, err
	}
	list, _ := value.([]any)
	if len(list) != 2 {
		return nil, fmt.Errorf("%s: Join wants a separator and a list", at)
	}
	separator, err := text(list[0], at)
	if err != nil {
		return nil, err
	}
	parts, err := texts(list[1], at)
	return strings.Join(parts, separator), err
}
