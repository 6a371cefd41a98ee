package cfn

import "fmt"

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

func readStatement(value any, at string) (Statement, error) {
	p, err := object(value, at)
	if err != nil {
		return Statement{}, err
	}
	var s Statement
	if s.Effect, err = text(p["Effect"], at+".Effect"); err != nil {
		return s, err
	}
	if s.Actions, err = texts(p["Action"], at+".Action"); err != nil {
		return s, err
	}
	s.Resources, err = texts(p["Resource"], at+".Resource")
	return s, err
}
