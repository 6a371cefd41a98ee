package functions_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/localstack/cfn"
	"latchkey/shared/pat"
)

// TestOnlySessionSigns compares every right to a key: there is one, of one function, to one use of one key.
func TestOnlySessionSigns(t *testing.T) {
	for _, place := range []string{"kms", "store"} {
		var want []cfn.Statement
		setting := "store"
		if place == "kms" {
			setting = "kms:${SigningKey.Arn}"
			want = []cfn.Statement{{Effect: "Allow", Actions: []string{"kms:Sign"}, Resources: []string{"${SigningKey.Arn}"},
				Condition: map[string]any{"StringEquals": map[string]any{"kms:SigningAlgorithm": "ECDSA_SHA_256"}}}}
		}
		for _, f := range readTemplate(t, cfn.Values{"SigningKeyIn": place}).Functions {
			var got []cfn.Statement
			for _, s := range f.Statements {
				if !onlyTheTable(s) {
					got = append(got, s)
				}
			}
			if f.Op != string(pat.OpSession) {
				if len(got) > 0 {
					t.Errorf("%s may %v", f.Op, got)
				}
				continue
			}
			if diff := cmp.Diff(want, got); diff != "" || f.Environment["LATCHKEY_SIGNING_KEY"] != setting {
				t.Errorf("with the key in %s, it is %s, -want +got:\n%s", place, f.Environment["LATCHKEY_SIGNING_KEY"], diff)
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

// TestTheKeyIsOfTheKindThatSessionsWant: ES256, and no deployment that is taken down takes the key along.
func TestTheKeyIsOfTheKindThatSessionsWant(t *testing.T) {
	key := at(template(t), "Resources", "SigningKey")
	for name, want := range map[string]any{"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"} {
		if got := at(key, "Properties", name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
	for name, want := range map[string]any{"DeletionPolicy": "RetainExceptOnCreate", "UpdateReplacePolicy": "Retain", "Condition": "SignsWithKms"} {
		if got := at(key, name); got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
}
