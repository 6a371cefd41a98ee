package stream

import (
	"encoding/base64"
	"errors"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/go-json-experiment/json"
)

// maxDepth is how deep lists and maps can be nested (Amazon DynamoDB Developer Guide, "Quotas").
const maxDepth = 32

var errAttribute = errors.New("it has an attribute that is none")

// item reads an image, in which each attribute is an object of its kind and its value (Amazon DynamoDB API Reference,
// AttributeValue). One that is not there has no attributes.
func item(raw Raw) (map[string]types.AttributeValue, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	return attributes(raw, 0)
}

func attributes(raw Raw, depth int) (map[string]types.AttributeValue, error) {
	members, err := decode[map[string]Raw](raw)
	if err != nil {
		return nil, err
	}
	out := make(map[string]types.AttributeValue, len(members))
	for name, value := range members {
		if out[name], err = attribute(value, depth); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func attribute(raw Raw, depth int) (types.AttributeValue, error) {
	kinds, err := decode[map[string]Raw](raw)
	if err != nil || len(kinds) != 1 || depth > maxDepth {
		return nil, errAttribute
	}
	for kind, value := range kinds {
		return valueOf(kind, value, depth)
	}
	panic("unreachable: there is just one")
}

func valueOf(kind string, raw Raw, depth int) (types.AttributeValue, error) {
	switch kind {
	case "S":
		s, err := decode[string](raw)
		return &types.AttributeValueMemberS{Value: s}, err
	case "N":
		s, err := decode[string](raw)
		return &types.AttributeValueMemberN{Value: s}, err
	case "B":
		b, err := binary(raw)
		return &types.AttributeValueMemberB{Value: b}, err
	case "BOOL":
		b, err := decode[bool](raw)
		return &types.AttributeValueMemberBOOL{Value: b}, err
	case "NULL":
		b, err := decode[bool](raw)
		return &types.AttributeValueMemberNULL{Value: b}, err
	case "SS":
		s, err := decode[[]string](raw)
		return &types.AttributeValueMemberSS{Value: s}, err
	case "NS":
		s, err := decode[[]string](raw)
		return &types.AttributeValueMemberNS{Value: s}, err
	case "BS":
		values, err := each(raw, binary)
		return &types.AttributeValueMemberBS{Value: values}, err
	case "L":
		values, err := each(raw, func(raw Raw) (types.AttributeValue, error) { return attribute(raw, depth+1) })
		return &types.AttributeValueMemberL{Value: values}, err
	case "M":
		values, err := attributes(raw, depth+1)
		return &types.AttributeValueMemberM{Value: values}, err
	}
	return nil, errAttribute
}

// decode reads a value that is there: null is none.
func decode[T any](raw Raw) (v T, err error) {
	if raw.Kind() == 'n' || json.Unmarshal(raw, &v) != nil {
		return v, errAttribute
	}
	return v, nil
}

func binary(raw Raw) ([]byte, error) {
	s, err := decode[string](raw)
	if err != nil {
		return nil, err
	}
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil {
		return nil, errAttribute
	}
	return b, nil
}

func each[T any](raw Raw, read func(Raw) (T, error)) ([]T, error) {
	values, err := decode[[]Raw](raw)
	if err != nil {
		return nil, err
	}
	out := make([]T, len(values))
	for i, value := range values {
		if out[i], err = read(value); err != nil {
			return nil, err
		}
	}
	return out, nil
}
