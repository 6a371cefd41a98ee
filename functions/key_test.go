package functions_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/localstack/cfn"
	"latchkey/shared/pat"
)

// keys are those of KMS that template.yaml can make, each with the one use that some functions may make of it.
var keys = []struct {
	id, parameter, variable string
	ops                     []pat.Op
	right                   cfn.Statement
	properties              map[string]any
}{
	{"SigningKey", "SigningKeyIn", "LATCHKEY_SIGNING_KEY", []pat.Op{pat.OpSession},
		mayDo("kms:Sign", "${SigningKey.Arn}", "kms:SigningAlgorithm", "ECDSA_SHA_256"),
		map[string]any{"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}},
	{"SealingKey", "SealingKeyIn", "LATCHKEY_SEALING_KEY", []pat.Op{pat.OpCreate, pat.OpGet},
		mayDo("kms:Decrypt", "${SealingKey.Arn}", "kms:EncryptionContext:purpose", "latchkey-sealing-key"),
		map[string]any{"KeySpec": "SYMMETRIC_DEFAULT", "KeyUsage": "ENCRYPT_DECRYPT", "EnableKeyRotation": "true"}},
}

func mayDo(action, resource, condition, value string) cfn.Statement {
	return cfn.Statement{Effect: "Allow", Actions: []string{action}, Resources: []string{resource},
		Condition: map[string]any{"StringEquals": map[string]any{condition: value}}}
}

// otherRights are those to neither a table nor a key. What tells events may write to one bus and one queue, and read neither.
var otherRights = map[pat.Op][]cfn.Statement{
	pat.OpCleanup: {
		{Effect: "Allow", Actions: []string{"events:PutEvents"}, Resources: []string{"${EventBus.Arn}"}},
		{Effect: "Allow", Actions: []string{"sqs:SendMessage"}, Resources: []string{"${DeadLetters.Arn}"}},
	},
}

// TestEachKeyIsForTheFunctionsThatNeedIt compares every right that is not to the table, and every setting that names a key,
// wherever the keys are.
func TestEachKeyIsForTheFunctionsThatNeedIt(t *testing.T) {
	for _, places := range [][2]string{{"kms", "kms"}, {"kms", "store"}, {"store", "kms"}, {"store", "store"}} {
		values := cfn.Values{}
		for i, key := range keys {
			values[key.parameter] = places[i]
		}
		for _, f := range readTemplate(t, values).Functions {
			var got []cfn.Statement
			want := slices.Clone(otherRights[pat.Op(f.Op)])
			for _, s := range f.Statements {
				if !onlyTheTable(s) {
					got = append(got, s)
				}
			}
			for i, key := range keys {
				setting := ""
				if slices.Contains(key.ops, pat.Op(f.Op)) {
					setting = "store"
					if places[i] == "kms" {
						setting = "kms:${" + key.id + ".Arn}"
						want = append(want, key.right)
					}
				}
				if f.Environment[key.variable] != setting {
					t.Errorf("%s has %s=%q, want %q", f.Op, key.variable, f.Environment[key.variable], setting)
				}
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("with the keys in %q, %s may, -want +got:\n%s", places, f.Op, diff)
			}
		}
	}
}

// onlyTheTable reports whether a statement is about DynamoDB alone.
func onlyTheTable(s cfn.Statement) bool {
	for _, action := range s.Actions {
		if !strings.HasPrefix(action, "dynamodb:") {
			return false
		}
	}
	return len(s.Actions) > 0
}

// TestEachKeyIsOfTheKindThatItsUseWants, and no deployment that is taken down takes a key along.
func TestEachKeyIsOfTheKindThatItsUseWants(t *testing.T) {
	if made := resources(t, "AWS::KMS::Key"); len(made) != len(keys) {
		t.Errorf("%d keys are made", len(made))
	}
	for _, k := range keys {
		key := at(template(t), "Resources", k.id)
		for name, want := range k.properties {
			if got := at(key, "Properties", name); got != want {
				t.Errorf("%s: %s is %v, want %v", k.id, name, got, want)
			}
		}
		condition := map[string]string{"SigningKey": "SignsWithKms", "SealingKey": "SealsWithKms"}[k.id]
		for name, want := range map[string]any{"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain", "Condition": condition} {
			if got := at(key, name); got != want {
				t.Errorf("%s: %s is %v, want %v", k.id, name, got, want)
			}
		}
	}
}
