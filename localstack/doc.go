// Package localstack runs the compiled functions of template.yaml on a desk: each in processes of its own, as
// Lambda would (localstack/runtimeapi), behind an API Gateway HTTP API (localstack/httpapi) that has the template's
// routes (localstack/cfn). localstack/lambda-local is the same as a program. What has no route is not run: a test that wants
// such a function starts it by itself (runtimeapi.New), and calls it as its schedule would, or as Lambda's poller of the table's
// stream does (localstack/streampoller). What stands for the bus and the queue that it tells is localstack/eventsink.
//
// LocalStack itself is another thing, and slower: localstack/cloud runs it, localstack/deploy deploys the whole template to
// it, localstack/up is both as a program.
//
//	db := dynamolocal.Start(t)
//	stack := localstack.Start(t, localstack.Options{
//		Template: "template.yaml", Functions: "dist/local", Payload: "2.0",
//		Values:    cfn.Values{"Table": db.Table(t), "SigningKeyIn": "store", "SealingKeyIn": "store"},
//		Endpoints: localstack.By{"": db.Endpoint, "verify": faults.URL},
//		Env:       map[string]map[string]string{"": {"LATCHKEY_POLICY": behaviour.Policy}},
//	})
//	door := behaviour.Door{Name: "functions", BaseURL: stack.BaseURL, Log: stack.Log}
package localstack
