package cfn

import (
	"fmt"

	"go.yaml.in/yaml/v4"
)

// obey refuses values that the template's Rules do not allow together, as CloudFormation does before it makes anything.
func (r resolver) obey(rules *yaml.Node) error {
	for name, rule := range pairs(rules) {
		at := "Rules." + name
		if condition := member(rule, "RuleCondition"); condition != nil {
			if holds, err := r.truth(condition, at); err != nil {
				return err
			} else if !holds {
				continue
			}
		}
		if err := r.assert(member(rule, "Assertions"), at); err != nil {
			return err
		}
	}
	return nil
}

func (r resolver) assert(assertions *yaml.Node, at string) error {
	if assertions == nil || assertions.Kind != yaml.SequenceNode {
		return fmt.Errorf("%s: wants a list of Assertions", at)
	}
	for _, assertion := range assertions.Content {
		claim, why := member(assertion, "Assert"), member(assertion, "AssertDescription")
		if claim == nil || why == nil {
			return fmt.Errorf("%s: line %d: wants an Assert and its AssertDescription", at, assertion.Line)
		}
		holds, err := r.truth(claim, at)
		if err != nil {
			return err
		}
		if !holds {
			return fmt.Errorf("%s: %s", at, why.Value)
		}
	}
	return nil
}
