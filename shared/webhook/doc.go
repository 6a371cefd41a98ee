// Package webhook sends events to endpoints as Standard Webhooks 1.0.0 has it: a POST of the event with its id, the time
// of the attempt, and a signature over both and the body, by which the endpoint knows who sent it and that it is whole.
//
// The body is the CloudEvent in its JSON format, in structured mode (CloudEvents, HTTP Protocol Binding section 3.2).
//
// An endpoint is trusted no further than it must. It is reached by TLS, and at no address that the public cannot reach,
// whatever its name resolves to at that moment; no proxy is asked and no redirect followed; the time of an
// attempt and the size of an answer are bounded; and nothing that it answers gets into the log but a status.
package webhook
