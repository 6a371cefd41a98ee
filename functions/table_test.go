package functions_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestTheTableIsTheOneThatTheStoreNeeds compares the template's table with the store's.
//
// TODO(merge): tableFacts becomes what dynamo.Definition says, and "ttl" dynamo.TTLAttribute.
func TestTheTableIsTheOneThatTheStoreNeeds(t *testing.T) {
	p := members(at(template(t), "Resources", "Table", "Properties"))
	for name, want := range tableFacts {
		if diff := cmp.Diff(want, p[name]); diff != "" {
			t.Errorf("%s: -the store +template.yaml:\n%s", name, diff)
		}
	}
}

func attribute(name, kind string) any {
	return map[string]any{"AttributeName": name, "AttributeType": kind}
}

func keys(hash, sort string) any {
	return []any{map[string]any{"AttributeName": hash, "KeyType": "HASH"}, map[string]any{"AttributeName": sort, "KeyType": "RANGE"}}
}

var tableFacts = map[string]any{
	"BillingMode": "PAY_PER_REQUEST",
	"AttributeDefinitions": []any{attribute("pk", "S"), attribute("sk", "S"), attribute("prefixHead", "S"), attribute("prefix", "S"),
		attribute("dueShard", "S"), attribute("dueAt", "N")},
	"KeySchema": keys("pk", "sk"),
	"GlobalSecondaryIndexes": []any{
		map[string]any{"IndexName": "prefix-index", "KeySchema": keys("prefixHead", "prefix"),
			"Projection": map[string]any{"ProjectionType": "INCLUDE", "NonKeyAttributes": []any{"owner", "name", "status"}}},
		map[string]any{"IndexName": "due-index", "KeySchema": keys("dueShard", "dueAt"), "Projection": map[string]any{"ProjectionType": "KEYS_ONLY"}},
	},
	"StreamSpecification":     map[string]any{"StreamViewType": "NEW_AND_OLD_IMAGES"},
	"TimeToLiveSpecification": map[string]any{"AttributeName": "ttl", "Enabled": "true"},
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
