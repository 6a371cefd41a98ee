// Package dialect is the pipe that every request of every product's API runs through: credential,
// authenticate, decode, do, encode. The order is written here, once; a dialect is a table of routes with a
// codec on each side of a service method.
package dialect

import (
	"context"
	"errors"
	"strings"

	"latchkey/shared/pat"
)

// Dialect is one product's way of speaking.
type Dialect struct {
	Name string
	// Prefix begins the paths that this dialect answers for even where it has no route: "/v2/", "/" for all that is
	// nobody else's.
	Prefix string
	// Authenticate makes the caller; it is the service's.
	Authenticate func(context.Context, pat.Credential) (pat.Caller, error)
	// Credential takes what the request shows of who asks.
	Credential func(*Request) (pat.Credential, error)
	// Fault answers any error in the product's own words. It knows every pat.Code and every error of this package.
	Fault func(*Request, error) Response
	// Finish has the last word on every answer, refusals and OPTIONS among them; nil: there is none to have.
	Finish func(*Request, *Response)
	// MergesSlashes: slashes that follow each other in a path are one.
	MergesSlashes bool
}

// By returns the same dialect for routes that take what the request shows of who asks in another way.
func (d *Dialect) By(credential func(*Request) (pat.Credential, error)) *Dialect {
	other := *d
	other.Credential = credential
	return &other
}

// Route is one line of a dialect's table.
type Route struct {
	Dialect *Dialect
	Op      pat.Op
	Pattern string // "POST /v1/tokens/{id}", as in http.ServeMux and template.yaml
	Serve   func(*Request) (Response, error)
}

// Method and Path return the two halves of the pattern.
func (r Route) Method() string { method, _, _ := strings.Cut(r.Pattern, " "); return method }

// Path returns the pattern without its method.
func (r Route) Path() string { _, path, _ := strings.Cut(r.Pattern, " "); return path }

// Authed is a route for a service method that takes a caller.
func Authed[Req, Res any](d *Dialect, op pat.Op, pattern string,
	decode func(*Request) (Req, error),
	do func(context.Context, pat.Caller, Req) (Res, error),
	encode func(Res) (Response, error),
) Route {
	return Route{d, op, pattern, func(r *Request) (Response, error) {
		err := r.whole()
		if err != nil {
			return Response{}, err
		}
		if r.Credential, err = d.Credential(r); err != nil {
			return Response{}, err
		}
		caller, err := d.Authenticate(r.Context(), r.Credential)
		if err != nil {
			return Response{}, err
		}
		in, err := decode(r)
		if err != nil {
			return Response{}, err
		}
		out, err := do(r.Context(), caller, in)
		if err != nil {
			return Response{}, err
		}
		return encode(out)
	}}
}

// Public is a route for a service method that takes none.
func Public[Req, Res any](d *Dialect, op pat.Op, pattern string,
	decode func(*Request) (Req, error),
	do func(context.Context, Req) (Res, error),
	encode func(Res) (Response, error),
) Route {
	return Route{d, op, pattern, func(r *Request) (Response, error) {
		if err := r.whole(); err != nil {
			return Response{}, err
		}
		in, err := decode(r)
		if err != nil {
			return Response{}, err
		}
		out, err := do(r.Context(), in)
		if err != nil {
			return Response{}, err
		}
		return encode(out)
	}}
}

// Nothing is what a method takes or gives that takes or gives nothing.
type Nothing = struct{}

// Silent makes a service method that returns an error alone fit for a route.
func Silent[Req any](do func(context.Context, pat.Caller, Req) error) func(context.Context, pat.Caller, Req) (Nothing, error) {
	return func(ctx context.Context, c pat.Caller, req Req) (Nothing, error) { return Nothing{}, do(ctx, c, req) }
}

// NoInput decodes nothing.
func NoInput(*Request) (Nothing, error) { return Nothing{}, nil }

// What can be wrong with a request before any operation has a say. MethodError is one more.
var (
	ErrNoRoute   = errors.New("no such path")
	ErrTooLarge  = errors.New("the body is too large")
	ErrMediaType = errors.New("the body is not of a media type that is taken here")
)

// MethodError says that the path exists and the method does not; Allow lists those that do.
type MethodError struct{ Allow []string }

func (e *MethodError) Error() string { return "the path has no such method" }
