// Package gateway is the door on AWS: it turns an event of API Gateway into an http.Request, as net/http would have
// made it of the same bytes on the wire, and the answer back into the event's own kind of response.
//
// Payload 2.0 and 1.0 are told apart by the event itself. The conversion is awslabs/aws-lambda-go-api-proxy's; what it
// gets wrong is put right around it, and each such place says what would happen otherwise.
//
// An event that is an HTTP request but cannot be read is answered 400. What is no HTTP request at all, such as a batch of
// SQS or a bare {}, is an error of the invocation: whoever sent it waits for no HTTP answer, and would take
// one for success. Function URLs are no door of ours: theirs is payload 2.0 too, but with the path as the client wrote it.
package gateway

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"runtime/debug"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
)

// New returns a handler of events that serves them by h.
func New(h http.Handler) lambda.Handler { return gateway{h} }

type gateway struct{ next http.Handler }

// errNoRequest is for events that are no HTTP request.
var errNoRequest = errors.New("gateway: this event is no HTTP request of API Gateway: it has no requestContext, httpMethod or rawPath")

// Invoke serves one event.
func (g gateway) Invoke(ctx context.Context, payload []byte) (response []byte, err error) {
	var e event
	defer func() {
		if p := recover(); p != nil {
			slog.ErrorContext(ctx, "panic in the gateway", "err", p, "stack", string(debug.Stack()))
			response, err = e.answer(internal, http.MethodGet)
		}
	}()
	ctx, cancel := early(ctx)
	defer cancel()
	var r *http.Request
	if e, err = parse(payload); err == nil {
		r, err = e.request(ctx)
	}
	switch {
	case errors.Is(err, errNoRequest):
		return nil, err
	case err != nil:
		slog.WarnContext(ctx, "an event was refused", "err", err)
		return e.answer(unreadable(err), http.MethodGet)
	}
	return e.answer(func(w http.ResponseWriter) { g.next.ServeHTTP(w, r) }, r.Method)
}

// margin is what an answer needs once nothing more is waited for but a token's note of use, which has its own deadline.
const margin = 500 * time.Millisecond

// early ends a request before Lambda ends its function: what the store has not done by then is answered 503, with
// Retry-After, and not by the gateway's own error.
func early(ctx context.Context) (context.Context, context.CancelFunc) {
	if deadline, ok := ctx.Deadline(); ok {
		return context.WithDeadline(ctx, deadline.Add(-margin))
	}
	return context.WithCancel(ctx)
}
