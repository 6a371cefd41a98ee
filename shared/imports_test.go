// Package shared_test holds the rooms to their order: who may import whom.
package shared_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// mayImport lists, for each room, the rooms of ours that it may know. One that is not listed is a mistake
// until somebody has decided where it stands.
var mayImport = map[string]struct {
	rooms []string
	why   string
}{
	"shared/pat":             {nil, "the rules know no room outside of them"},
	"shared/store/mem":       {[]string{"shared/pat"}, "a store keeps records and knows no rules"},
	"shared/store/bolt":      {[]string{"shared/pat"}, "a store keeps records and knows no rules"},
	"shared/store/dynamo":    {[]string{"shared/pat"}, "a store keeps records and knows no rules"},
	"shared/store/storetest": {[]string{"shared/pat"}, "the contract is stated in the words of pat alone"},
	"shared/session":         {[]string{"shared/pat"}, "session JWTs are one way of proving a caller"},
	"shared/kms":             {[]string{"shared/pat", "shared/session"}, "AWS KMS is one hand that signs and wraps; session and pat say what they need of one, and know no AWS"},
	"shared/oidc":            {[]string{"shared/pat"}, "so are another issuer's"},
	"shared/dialect":         {[]string{"shared/pat"}, "the pipe is the same for every product"},
	"shared/dialect/NAME":    {[]string{"shared/pat", "shared/dialect"}, "a dialect knows the pipe and the rules, no other dialect"},
	"shared/api":             {[]string{"shared/pat", "shared/dialect", "shared/dialect/NAME"}, "the routes are gathered here, and no store is known"},
	"shared/gateway":         {[]string{"shared/api"}, "an event becomes a request, and whose it is, the routes decide; the body's bound is theirs"},
	"shared/lambdahost": {[]string{"shared/api", "shared/config", "shared/gateway", "shared/oidc", "shared/pat", "shared/session", "shared/kms",
		"shared/store/dynamo"}, "a function joins the parts, with the one store that there is on AWS"},
	"functions":     {nil, "no code: the tests that hold the functions and template.yaml to the rest"},
	"functions/OP":  {[]string{"shared/lambdahost", "shared/pat", "shared/streamhost"}, "a function says which operation it is"},
	"shared/config": {[]string{"shared/pat", "shared/events"}, "settings are values; parts are built elsewhere; an endpoint asks for events by their types"},
	"shared/events": {[]string{"shared/pat"}, "an event says what became of a token, in the words of pat; who is told stands elsewhere"},
	"shared/outbox": {[]string{"shared/events"}, "changes are told in their order, by whatever way, from whatever store"},
	"shared/stream": {[]string{"shared/pat", "shared/store/dynamo"}, "a record of the table's stream is read as the store that wrote it reads it"},
	"shared/bus":    {[]string{"shared/events"}, "a bus is one way of telling"},
	"shared/streamhost": {[]string{"shared/bus", "shared/config", "shared/events", "shared/pat", "shared/store/dynamo", "shared/stream"},
		"the function on the table's stream joins the parts"},
	"shared/webhook":   {[]string{"shared/outbox"}, "a webhook is one way of telling"},
	"shared/behaviour": {nil, "what the API does is told through a door, from outside"},
	"shared/behaviour/inprocess": {[]string{"shared/api", "shared/behaviour", "shared/config", "shared/pat", "shared/session", "shared/store/mem"},
		"a door in the test itself joins the parts, as the process does"},
	"shared/contract":         {[]string{"shared/behaviour"}, "what each product's API promises is told through a door, from outside"},
	"localstack/tools":        {nil, "where things lie is known without knowing what they are"},
	"localstack/dynamolocal":  {[]string{"localstack/tools", "shared/store/dynamo"}, "what stands in for DynamoDB makes the table as the store says it is"},
	"localstack/faultproxy":   {nil, "what goes over the wire to DynamoDB is seen from outside"},
	"localstack/moto":         {[]string{"localstack/tools"}, "what stands in for AWS knows nothing of who asks it"},
	"localstack/cfn":          {nil, "a template is read for what it says"},
	"localstack/runtimeapi":   {nil, "Lambda knows a program, not what it is for"},
	"localstack/eventsink":    {nil, "what is told to EventBridge and SQS is seen from outside"},
	"localstack/streampoller": {nil, "Lambda's poller knows records and who takes them, not what they are for"},
	"localstack/httpapi":      {[]string{"localstack/runtimeapi"}, "the gateway knows functions as Lambda shows them, and no route of ours"},
	"localstack": {[]string{"localstack/cfn", "localstack/httpapi", "localstack/runtimeapi"},
		"a stack is a template's functions behind its gateway"},
	"localstack/lambda-local":   {[]string{"localstack", "localstack/cfn", "localstack/dynamolocal", "localstack/runtimeapi"}, "the desk joins the parts, as the process does"},
	"localstack/cloud":          {[]string{"localstack/dynamolocal", "localstack/tools"}, "LocalStack knows nothing of what is deployed to it"},
	"localstack/rewrite":        {nil, "a template is rewritten for what it says"},
	"localstack/local-template": {[]string{"localstack/rewrite"}, "the same as a program"},
	"localstack/deploy": {[]string{"localstack/cfn", "localstack/cloud", "localstack/rewrite", "localstack/tools"},
		"a deployment is what an operator does, and no part of the service"},
	"localstack/up": {[]string{"localstack/cloud", "localstack/deploy"}, "the desk joins the parts, as the process does"},
	"cmd/latchkey": {[]string{"shared/api", "shared/config", "shared/events", "shared/oidc", "shared/outbox", "shared/pat", "shared/session",
		"shared/kms", "shared/webhook", "shared/store/bolt", "shared/store/dynamo", "shared/store/mem"}, "the process joins the parts"},
}

func TestEachRoomKnowsOnlyTheNextOneInward(t *testing.T) {
	for _, line := range golist(t, "-f", `{{.ImportPath}} {{join .Imports " "}}`, "latchkey/...") {
		words := strings.Fields(line)
		room := strings.TrimPrefix(words[0], "latchkey/")
		if room == "shared" {
			continue // this test
		}
		allowed, known := mayImport[kind(room)]
		if !known {
			t.Errorf("%s: a new room: say here what it may import", room)
		}
		for _, imported := range words[1:] {
			if other, ours := strings.CutPrefix(imported, "latchkey/"); ours && !slices.Contains(allowed.rooms, other) && !slices.Contains(allowed.rooms, kind(other)) {
				t.Errorf("%s imports %s: %s", room, other, allowed.why)
			}
		}
	}
}

// kind is what a room is listed as, of which there are many alike.
func kind(room string) string {
	for _, many := range []struct{ before, as string }{{"functions/", "functions/OP"}, {"shared/dialect/", "shared/dialect/NAME"}} {
		if strings.HasPrefix(room, many.before) {
			return many.as
		}
	}
	return room
}

func TestTheRulesKnowNeitherHTTPNorAWSNorAnyStore(t *testing.T) {
	for _, path := range golist(t, "-deps", "latchkey/shared/pat") {
		for _, foreign := range []string{"net/http", "github.com/aws/", "go.etcd.io/", "github.com/go-jose/"} {
			if path == foreign || strings.HasSuffix(foreign, "/") && strings.HasPrefix(path, foreign) {
				t.Errorf("shared/pat depends on %s", path)
			}
		}
	}
}

func TestOnlyTheAdapterKnowsAWS(t *testing.T) {
	for _, path := range golist(t, "-deps", "latchkey/shared/session") {
		if strings.HasPrefix(path, "github.com/aws/") {
			t.Errorf("shared/session depends on %s", path)
		}
	}
}

func golist(t *testing.T, args ...string) []string {
	t.Helper()
	out, err := exec.Command("go", append([]string{"list"}, args...)...).Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	if len(lines) < 2 {
		t.Fatalf("go list found only %q", lines)
	}
	return lines
}
