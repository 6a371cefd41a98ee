package functions_test

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"latchkey/shared/store/dynamo"
)

// TestTheTableIsTheOneThatTheStoreNeeds compares the template's table with the store's own definition of it.
func TestTheTableIsTheOneThatTheStoreNeeds(t *testing.T) {
	p := members(at(template(t), "Resources", "Table", "Properties"))
	needed := dynamo.Definition("any")
	var indexes []any
	for _, index := range needed.GlobalSecondaryIndexes {
		projection := map[string]any{"ProjectionType": string(index.Projection.ProjectionType)}
		if names := index.Projection.NonKeyAttributes; len(names) > 0 {
			projection["NonKeyAttributes"] = list(names, func(name string) any { return name })
		}
		indexes = append(indexes, map[string]any{"IndexName": *index.IndexName, "KeySchema": list(index.KeySchema, keyElement), "Projection": projection})
	}
	for name, want := range map[string]any{
		"BillingMode": string(needed.BillingMode),
		"AttributeDefinitions": list(needed.AttributeDefinitions, func(a types.AttributeDefinition) any {
			return map[string]any{"AttributeName": *a.AttributeName, "AttributeType": string(a.AttributeType)}
		}),
		"KeySchema":               list(needed.KeySchema, keyElement),
		"GlobalSecondaryIndexes":  indexes,
		"StreamSpecification":     map[string]any{"StreamViewType": string(needed.StreamSpecification.StreamViewType)},
		"TimeToLiveSpecification": map[string]any{"AttributeName": dynamo.TTLAttribute, "Enabled": "true"},
	} {
		if diff := cmp.Diff(want, p[name]); diff != "" {
			t.Errorf("%s: -the store +template.yaml:\n%s", name, diff)
		}
	}
}

func keyElement(k types.KeySchemaElement) any {
	return map[string]any{"AttributeName": *k.AttributeName, "KeyType": string(k.KeyType)}
}

func list[T any](items []T, as func(T) any) []any {
	out := make([]any, len(items))
	for i, item := range items {
		out[i] = as(item)
	}
	return out
}

func TestTheTableOutlivesMistakes(t *testing.T) {
	table := at(template(t), "Resources", "Table")
	for _, policy := range []string{"DeletionPolicy", "UpdateReplacePolicy"} {
		if at(table, policy) != "Retain" {
			t.Errorf("%s is %v", policy, at(table, policy))
		}
	}
	if at(table, "Properties", "DeletionProtectionEnabled") != "true" || at(table, "Properties", "SSESpecification", "SSEEnabled") != "true" ||
		at(table, "Properties", "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled") != "true" ||
		at(table, "Properties", "TableName") != nil {
		t.Errorf("the table is %v", table)
	}
}
