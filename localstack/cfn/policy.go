package cfn

import (
	"fmt"
	"maps"
	"slices"
)

// readPolicies reads a function's Policies: statements that are written out, and the names of managed ones. SAM's
// policy templates are refused, since what they allow cannot be read off them.
func (f *Function) readPolicies(value any) error {
	list, ok := value.([]any)
	if !ok && value != nil {
		list = []any{value}
	}
	for i, item := range list {
		at := fmt.Sprintf("Policies[%d]", i)
		if name, ok := item.(string); ok {
			f.Policies = append(f.Policies, name)
			continue
		}
		policy, err := object(item, at)
		if err != nil {
			return err
		}
		statements, ok := policy["Statement"].([]any)
		if !ok {
			statements = []any{policy["Statement"]}
		}
		for j, s := range statements {
			statement, err := readStatement(s, fmt.Sprintf("%s.Statement[%d]", at, j))
			if err != nil {
				return err
			}
			f.Statements = append(f.Statements, statement)
		}
	}
	return nil
}

// statementMembers are those that are read. Any other one would make a statement mean more, or less, than what is read of it.
var statementMembers = []string{"Effect", "Action", "Resource", "Condition"}

func readStatement(value any, at string) (Statement, error) {
	p, err := object(value, at)
	if err != nil {
		return Statement{}, err
	}
	for _, name := range slices.Sorted(maps.Keys(p)) {
		if !slices.Contains(statementMembers, name) {
			return Statement{}, fmt.Errorf("%s: %s is not known here", at, name)
		}
	}
	var s Statement
	if s.Effect, err = text(p["Effect"], at+".Effect"); err != nil {
		return s, err
	}
	if s.Actions, err = texts(p["Action"], at+".Action"); err != nil {
		return s, err
	}
	if s.Resources, err = texts(p["Resource"], at+".Resource"); err != nil {
		return s, err
	}
	if condition, ok := p["Condition"]; ok {
		s.Condition, err = object(condition, at+".Condition")
	}
	return s, err
}
