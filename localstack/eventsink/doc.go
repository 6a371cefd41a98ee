// Package eventsink stands in for Amazon EventBridge's PutEvents and Amazon SQS's SendMessage over HTTP. It keeps what it
// takes, and refuses, fails or hangs when it is told to:
//
//	sink := eventsink.Start(t)
//	sink.Refuse(func(e eventsink.Entry) string { return eventsink.Throttled })
//	sink.Fail(func(operation string) eventsink.Fault { return eventsink.Hang })
//	sink.Heal()
//
// A client, in this process or another, is pointed at Sink.URL by AWS_ENDPOINT_URL_EVENTBRIDGE and AWS_ENDPOINT_URL_SQS. It asks
// nobody for credentials, has no rules and delivers to nobody.
package eventsink
