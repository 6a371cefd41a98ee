package functions_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"latchkey/localstack"
	"latchkey/localstack/cfn"
	"latchkey/localstack/runtimeapi"
	"latchkey/shared/pat"
)

// TestTheFunctionsRefuseBadEvents hands the compiled functions what no client can send but a console, a test or a gateway
// of another version can. Each is answered in words or is a failure of the invocation; and the function lives on.
func TestTheFunctionsRefuseBadEvents(t *testing.T) {
	d := openDesk(t, "2.0", false)
	event := func(members string) string {
		return `{"version":"2.0","rawPath":"/v1/tokens/verify","requestContext":{"http":{"method":"POST","sourceIp":"192.0.2.7"},"domainName":"x.example"}` + members + `}`
	}
	typed := `,"headers":{"content-type":"application/json"}`
	good := `{"token":"pat_not-a-token-of-ours"}`
	old := `{"version":"1.0","path":"/v1/tokens/verify","httpMethod":"POST","requestContext":{"identity":{"sourceIp":"192.0.2.7"},"domainName":"x.example"}`
	for _, c := range []struct {
		name, event string
		status      int // 0: the invocation fails
	}{
		{"good", event(typed + `,"body":` + quoted(good)), 200},
		{"a base64 body", event(typed + `,"isBase64Encoded":true,"body":"` + base64.StdEncoding.EncodeToString([]byte(good)) + `"`), 200},
		{"a body that is not the base64 that it should be", event(typed + `,"isBase64Encoded":true,"body":"***"`), 400},
		{"no body", event(typed), 400},
		{"a null body", event(typed + `,"body":null`), 400},
		{"a body that is a number", event(typed + `,"body":7`), 400},
		{"no headers", event(`,"body":` + quoted(good)), 415},
		{"null headers", event(`,"headers":null,"body":` + quoted(good)), 415},
		{"a header that is null", event(`,"headers":{"content-type":null},"body":` + quoted(good)), 415},
		{"headers that are a list", event(`,"headers":[],"body":` + quoted(good)), 400},
		{"a header with a line end", event(`,"headers":{"content-type":"application/json\r\nx: y"},"body":` + quoted(good)), 400},
		{"two authorizations joined", event(`,"headers":{"content-type":"application/json","authorization":"Bearer a,Bearer b"},"body":` + quoted(good)), 200},
		{"null cookies and parameters", event(typed + `,"cookies":null,"queryStringParameters":null,"pathParameters":null,"body":` + quoted(good)), 200},
		{"a version to come", strings.Replace(event(typed), "2.0", "3.0", 1), 400},
		{"no version", strings.Replace(event(typed), `"version":"2.0",`, "", 1), 400},
		{"no path", strings.Replace(event(typed), `"rawPath":"/v1/tokens/verify",`, "", 1), 400},
		{"a path without a slash", strings.Replace(event(typed), "/v1/tokens/verify", "v1", 1), 400},
		{"a path with a stray escape", strings.Replace(event(typed), "/v1/tokens/verify", "/v1/%zz#?", 1), 404},
		{"no method", strings.Replace(event(typed), `"method":"POST",`, "", 1), 400},
		{"a method that is none", strings.Replace(event(typed), `"POST"`, `"PO ST"`, 1), 400},
		{"a source that is no address", strings.Replace(event(typed+`,"body":`+quoted(good)), "192.0.2.7", "test-invoke-source-ip", 1), 200},
		{"a body over 64 KiB", event(typed + `,"body":` + quoted(strings.Repeat(" ", 1<<16+1))), 413},
		{"a body of five megabytes", event(typed + `,"body":` + quoted(strings.Repeat("x", 5<<20))), 413},
		{"the same member twice", event(typed + typed), 400},
		{"good, in 1.0", old + `,"headers":{"content-type":"application/json"},"multiValueHeaders":{"content-type":["application/json"]},"body":` + quoted(good) + `}`, 200},
		{"null headers, in 1.0", old + `,"headers":null,"multiValueHeaders":null,"body":` + quoted(good) + `}`, 415},
		{"nothing but a context, in 1.0", `{"version":"1.0","requestContext":{}}`, 400},
		{"an empty object", `{}`, 0},
		{"null", `null`, 0},
		{"a list", `[1,2]`, 0},
		{"a text", `"hello"`, 0},
		{"no JSON", `{"version`, 0},
		{"a batch of SQS", `{"Records":[{"eventSource":"aws:sqs","body":"x"}]}`, 0},
		{"a scheduled event", `{"source":"aws.events","detail-type":"Scheduled Event"}`, 0},
		{"good again", event(typed + `,"body":` + quoted(good)), 200},
	} {
		t.Run(c.name, func(t *testing.T) {
			answer, err := d.stack.Function(string(pat.OpVerify)).Invoke(t.Context(), []byte(c.event))
			if c.status == 0 {
				if failure, ok := errors.AsType[*runtimeapi.Failure](err); !ok || strings.Contains(failure.Error(), "panic") {
					t.Errorf("got %s, %v, want a failure of the invocation", answer, err)
				}
				return
			}
			var said struct{ StatusCode int }
			if err := errors.Join(err, json.Unmarshal(answer, &said)); err != nil || said.StatusCode != c.status {
				t.Errorf("got %.500s, %v, want %d", answer, err, c.status)
			}
		})
	}
	if started := d.stack.Function(string(pat.OpVerify)).Started(); started != 1 {
		t.Errorf("the function was started %d times: an event has ended it", started)
	}
}

func quoted(text string) string {
	out, _ := json.Marshal(text) // a string always has a form in JSON
	return string(out)
}

// TestAnEventOverTheLimitReachesNoFunction is what Lambda itself refuses.
func TestAnEventOverTheLimitReachesNoFunction(t *testing.T) {
	stack := localstack.Start(t, localstack.Options{Template: templateFile, Functions: "../dist/local", Values: cfn.Values{"Table": "any-table", "SigningKeyIn": "store", "SealingKeyIn": "store"}})
	if _, err := stack.Function("verify").Invoke(t.Context(), make([]byte, 7<<20)); !errors.Is(err, runtimeapi.ErrTooLarge) {
		t.Errorf("got %v", err)
	}
}
