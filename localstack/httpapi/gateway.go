package httpapi

import (
	"context"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"

	"latchkey/localstack/runtimeapi"
)

// Invoker is a function. Its errors are those of runtimeapi.Function.
type Invoker interface {
	Invoke(ctx context.Context, event []byte) ([]byte, error)
}

// Options describe an API.
type Options struct {
	Routes  []Route
	Timeout time.Duration    // of an integration; default 30 s, which is also API Gateway's most
	Now     func() time.Time // default time.Now
}

// The gateway's limits (API Gateway Developer Guide, "Quotas for configuring and running an HTTP API").
const (
	maxHead    = 10240    // bytes of request line and header values
	maxPayload = 10 << 20 // bytes of a body
)

// methods are those that a route of an HTTP API can name.
var methods = []string{"GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"}

type gateway struct {
	routes  table
	timeout time.Duration
	now     func() time.Time
}

// New returns the API as a handler.
func New(o Options) http.Handler {
	g := &gateway{routes: newTable(o.Routes), timeout: o.Timeout, now: o.Now}
	if g.timeout == 0 {
		g.timeout = 30 * time.Second
	}
	if g.now == nil {
		g.now = time.Now
	}
	return g
}

// ServeHTTP judges a request as far as the gateway does, and has a function answer the rest.
func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := g.newCall(r)
	w.Header().Set("Apigw-Requestid", c.id)
	if headSize(r) > maxHead {
		refuse(w, http.StatusRequestHeaderFieldsTooLarge, "Request Header Fields Too Large")
		return
	}
	if !slices.Contains(methods, r.Method) {
		refuse(w, http.StatusNotFound, "Not Found")
		return
	}
	var err error
	if c.path, err = decodePath(r.URL.EscapedPath()); err != nil {
		refuse(w, http.StatusBadRequest, "Bad Request")
		return
	}
	if c.body, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxPayload)); err != nil {
		if _, tooLarge := errors.AsType[*http.MaxBytesError](err); tooLarge {
			refuse(w, http.StatusRequestEntityTooLarge, "Request Entity Too Large")
			return
		}
		refuse(w, http.StatusBadRequest, "Bad Request")
		return
	}
	var found bool
	if c.route, c.parameters, found = g.routes.match(r.Method, c.path); !found {
		refuse(w, http.StatusNotFound, "Not Found")
		return
	}
	g.integrate(w, c)
}

// integrate has the route's function answer.
func (g *gateway) integrate(w http.ResponseWriter, c *call) {
	ctx, cancel := context.WithTimeout(c.r.Context(), g.timeout)
	defer cancel()
	payload, err := c.route.Function.Invoke(ctx, c.event())
	switch {
	case errors.Is(err, runtimeapi.ErrTooLarge):
		refuse(w, http.StatusRequestEntityTooLarge, "Request Entity Too Large")
	case errors.Is(err, runtimeapi.ErrThrottled), errors.Is(err, runtimeapi.ErrClosed), ctx.Err() != nil && err != nil:
		refuse(w, http.StatusServiceUnavailable, "Service Unavailable")
	case err != nil:
		refuse(w, http.StatusInternalServerError, "Internal Server Error")
	default:
		a, err := readAnswer(c.route.payload(), payload)
		if err != nil {
			refuse(w, http.StatusInternalServerError, "Internal Server Error")
			return
		}
		a.write(w)
	}
}

// refuse answers in the gateway's own words.
func refuse(w http.ResponseWriter, status int, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, `{"message":"`+message+`"}`)
}

// headSize is how much of the quota a request's head takes up.
func headSize(r *http.Request) int {
	size := len(r.Method) + len(" ") + len(r.RequestURI) + len(" ") + len(r.Proto) + len(r.Host)
	for _, values := range r.Header {
		for _, value := range values {
			size += len(value)
		}
	}
	return size
}
