package streampoller

import (
	"encoding/json"
	"errors"
	"strings"
)

// Pattern is a filter's. Of the language (AWS Lambda Developer Guide, "Control which events Lambda sends to your function") it knows
// members, texts that are equal, and texts with a prefix.
type Pattern struct {
	members map[string]Pattern
	oneOf   []func(text string) bool // of a leaf
}

// ParsePattern reads a pattern, and refuses what it does not know.
func ParsePattern(text string) (Pattern, error) {
	var value any
	if err := json.Unmarshal([]byte(text), &value); err != nil {
		return Pattern{}, err
	}
	return pattern(value)
}

func pattern(value any) (p Pattern, err error) {
	switch value := value.(type) {
	case map[string]any:
		p.members = map[string]Pattern{}
		for name, of := range value {
			if p.members[name], err = pattern(of); err != nil {
				return p, err
			}
		}
		if len(value) > 0 {
			return p, nil
		}
	case []any:
		for _, one := range value {
			match := matcher(one)
			if match == nil {
				return p, errors.New("a pattern knows texts and prefixes alone")
			}
			p.oneOf = append(p.oneOf, match)
		}
		if len(value) > 0 {
			return p, nil
		}
	}
	return p, errors.New("a pattern is an object of lists, none of them empty")
}

func matcher(one any) func(string) bool {
	switch one := one.(type) {
	case string:
		return func(s string) bool { return s == one }
	case map[string]any:
		if prefix, ok := one["prefix"].(string); ok && len(one) == 1 {
			return func(s string) bool { return strings.HasPrefix(s, prefix) }
		}
	}
	return nil
}

// Takes reports whether a record passes. What is no JSON does not.
func (p Pattern) Takes(record []byte) bool {
	var value any
	return json.Unmarshal(record, &value) == nil && p.takes(value)
}

func (p Pattern) takes(value any) bool {
	if p.oneOf != nil {
		s, ok := value.(string)
		if !ok {
			return false
		}
		for _, match := range p.oneOf {
			if match(s) {
				return true
			}
		}
		return false
	}
	object, ok := value.(map[string]any)
	if !ok {
		return false
	}
	for name, of := range p.members {
		if member, there := object[name]; !there || !of.takes(member) {
			return false
		}
	}
	return true
}
