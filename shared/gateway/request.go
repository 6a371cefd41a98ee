package gateway

import (
	"context"
	"encoding/base64"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"

	"github.com/aws/aws-lambda-go/events"
	"github.com/awslabs/aws-lambda-go-api-proxy/core"
	"golang.org/x/net/http/httpguts"

	"latchkey/shared/api"
)

// request makes the http.Request.
func (e event) request(ctx context.Context) (*http.Request, error) {
	method, target, err := e.line()
	if err != nil {
		return nil, err
	}
	r, err := e.adapt(method)
	if err != nil {
		return nil, err
	}
	// The adapter writes the method in capitals and takes the host for the URL's, or one that GO_API_HOST names.
	r.Method, r.RequestURI = method, target
	if r.URL, err = url.ParseRequestURI(target); err != nil { // as net/http does
		return nil, errPath
	}
	if r.Header, err = e.header(); err != nil {
		return nil, err
	}
	if r.Host, err = e.host(r.Header); err != nil {
		return nil, err
	}
	r.URL.Scheme = scheme(r.Header)
	r.RemoteAddr = e.peer()
	return r.WithContext(ctx), nil
}

// line returns what stood in the request line: the method, and the path with the query.
func (e event) line() (method, target string, err error) {
	method, query := e.RequestContext.HTTP.Method, escapeQuery(e.RawQueryString)
	target = escape(e.RawPath, false)
	if e.Version != payload2 {
		method, query = e.HTTPMethod, e.query().Encode()
		// An HTTP API has decoded the path, a REST API has not; only the former says a version.
		target = escape(e.Path, e.Version == payloadREST)
	}
	if !httpguts.ValidHeaderFieldName(method) { // which is any token (RFC 9110 section 9.1); the adapter takes "" for GET
		return "", "", errMethod
	}
	if !strings.HasPrefix(target, "/") { // the adapter would put one in front, and make of "" the root
		return "", "", errPath
	}
	if query != "" {
		target += "?" + query
	}
	return method, target, nil
}

// adapt has the adapter make the request, of the body alone. It is given neither path nor query, which it cuts at a
// stray # or ? and, where it fails, prints to the log with whatever secrets are in them; nor headers, which it
// splits at commas.
func (e event) adapt(method string) (*http.Request, error) {
	body := e.Body[:min(len(e.Body), maxBody(e.IsBase64Encoded))]
	var (
		r   *http.Request
		err error
	)
	if e.isV1() {
		var a core.RequestAccessor
		r, err = a.EventToRequest(events.APIGatewayProxyRequest{HTTPMethod: method, Path: "/", Body: body, IsBase64Encoded: e.IsBase64Encoded})
	} else {
		var a core.RequestAccessorV2
		in := events.APIGatewayV2HTTPRequest{RawPath: "/", Body: body, IsBase64Encoded: e.IsBase64Encoded}
		in.RequestContext.HTTP.Method = method
		r, err = a.EventToRequest(in)
	}
	if err != nil {
		return nil, errBody
	}
	return r, nil
}

// maxBody is how much of a body is worth decoding: one byte more than is taken, so that it is refused as too large.
func maxBody(isBase64 bool) int {
	if isBase64 {
		return base64.StdEncoding.EncodedLen(api.MaxBody + 1)
	}
	return api.MaxBody + 1
}

// query returns the query of payload 1.0, which is decoded. Its names come in the order of the alphabet: theirs is lost,
// and the adapter would make up another one each time.
func (e event) query() url.Values {
	if len(e.MultiValueQueryStringParameters) > 0 {
		return e.MultiValueQueryStringParameters
	}
	values := url.Values{}
	for name, value := range e.QueryStringParameters {
		values.Set(name, value)
	}
	return values
}

// peer writes the address that the gateway saw as net/http has it. What is none, such as the source of a console's test, is
// left out: then the peer is unknown and fits no rule.
func (e event) peer() string {
	source := e.RequestContext.Identity.SourceIP
	if e.Version == payload2 {
		source = e.RequestContext.HTTP.SourceIP
	}
	ip, err := netip.ParseAddr(source)
	if err != nil {
		return ""
	}
	return net.JoinHostPort(ip.String(), "0")
}
