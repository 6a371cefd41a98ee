package functions_test

import (
	"strings"
	"testing"

	"latchkey/localstack"
	"latchkey/localstack/cfn"
	"latchkey/localstack/dynamolocal"
	"latchkey/localstack/faultproxy"
	"latchkey/shared/pat"
)

// whatNeedsTheStore is a request to each function that has one. The token is of the right form, but not of our making.
var whatNeedsTheStore = map[pat.Op][3]string{
	pat.OpGet:     {"GET", "/healthz", ""},
	pat.OpVerify:  {"POST", "/v1/tokens/verify", `{"token":"pat_0000000000000000-0000000000000000000000000000000000000000000000000000000"}`},
	pat.OpSession: {"POST", "/v1/sessions", `{"username":"admin","password":"a long password"}`},
}

// TestWithoutItsStoreAFunctionAnswers503AndLogsTheCure takes the table away, the keys, the credentials and the network.
func TestWithoutItsStoreAFunctionAnswers503AndLogsTheCure(t *testing.T) {
	db := dynamolocal.Start(t)
	for _, c := range []struct {
		name, table string
		fault       faultproxy.Fault
		cure        string
	}{
		{"the table is missing", "no-such-table", nil, "template.yaml"},
		{"the keys are not there", db.Table(t), nil, "latchkey admin bootstrap"},
		{"the credentials have expired", "any-table", faultproxy.Expire(), "expired"},
		{"the right is missing", "any-table", faultproxy.Deny(), "may not do this"},
		{"the table is throttled", "any-table", faultproxy.Throttle(), "throttl"},
		{"DynamoDB fails", "any-table", faultproxy.Break(), "500"},
		{"the connection breaks", "any-table", faultproxy.DropRequest(), "read the service keys"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			wire := faultproxy.Start(t, db.Endpoint)
			if c.fault != nil {
				wire.Fail("", faultproxy.Always, c.fault)
			}
			stack := localstack.Start(t, localstack.Options{
				Template: templateFile, Functions: "../dist/local", Values: cfn.Values{"Table": c.table, "SigningKeyIn": "store", "SealingKeyIn": "store"},
				Endpoints: localstack.By{"": wire.URL},
			})
			d := &desk{stack: stack}
			d.door.BaseURL = stack.BaseURL
			for op, ask := range whatNeedsTheStore {
				d.ask(t, ask[0], ask[1], "", ask[2], 503)
				if !strings.Contains(strings.ToLower(stack.Log()), strings.ToLower(c.cure)) {
					t.Errorf("%s: the log does not say %q:\n%s", op, c.cure, stack.Log())
				}
			}
		})
	}
}

// TestAWrongSettingEndsTheStartAndIsNamed shows what an operator sees who mistypes one.
func TestAWrongSettingEndsTheStartAndIsNamed(t *testing.T) {
	stack := localstack.Start(t, localstack.Options{
		Template: templateFile, Functions: "../dist/local", Values: cfn.Values{"Table": "any-table", "SigningKeyIn": "store", "SealingKeyIn": "store", "PolicyDocument": `{"brand":"NO"}`},
		Endpoints: localstack.By{"": "http://127.0.0.1:1"},
	})
	_, err := stack.Function("verify").Invoke(t.Context(), []byte(`{}`))
	if err == nil || !strings.Contains(stack.Log(), "LATCHKEY_POLICY is not a policy: brand") {
		t.Errorf("got %v and the log\n%s", err, stack.Log())
	}
}
