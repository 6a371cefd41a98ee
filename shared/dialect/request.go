package dialect

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"latchkey/shared/pat"
)

// Request is an HTTP request as the codecs see it.
type Request struct {
	*http.Request
	Source pat.Source
	// Credential is what the request showed, on a route that asks for one.
	Credential pat.Credential

	body    []byte
	bodyErr error
}

// NewRequest wraps r, whose RemoteAddr is the peer's and whose body is bounded. It reads the body whole: were that
// left until the caller is known, a client could hold the body back and act on rights that it has lost since.
func NewRequest(r *http.Request) *Request {
	var ip netip.Addr
	if peer, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		ip = peer.Addr().Unmap().WithZone("")
	}
	body, err := io.ReadAll(r.Body)
	return &Request{Request: r, Source: pat.Source{IP: ip}, body: body, bodyErr: err}
}

// BaseURL returns where the client sees the service: scheme and host as it used them, without a slash at the end.
// A gateway or a trusted proxy in front says the scheme in URL.Scheme; without one it is this connection's.
func (r *Request) BaseURL() string {
	scheme := r.URL.Scheme
	switch {
	case scheme == "http" || scheme == "https":
	case r.TLS != nil:
		scheme = "https"
	default:
		scheme = "http"
	}
	return scheme + "://" + r.Host
}

// Header1 returns the one value of a header, "" if there is none. A header that is there twice is an error:
// gateways join such into one, so the doors would disagree.
func (r *Request) Header1(name string) (string, error) {
	values := r.Header.Values(name)
	if len(values) > 1 {
		return "", &pat.Error{Code: pat.CodeUnreadable, Message: "the header " + name + " is there more than once"}
	}
	if len(values) == 0 {
		return "", nil
	}
	return values[0], nil
}

// JSONBody reads a body whose media type is one of those given, as it is: without parameters but charset=utf-8,
// and not compressed.
func (r *Request) JSONBody(mediaTypes ...string) ([]byte, error) {
	contentType, err := r.Header1("Content-Type")
	if err != nil {
		return nil, err
	}
	mediaType, params, err := mime.ParseMediaType(contentType)
	for name, value := range params {
		if name != "charset" || !strings.EqualFold(value, "utf-8") {
			return nil, ErrMediaType
		}
	}
	if err != nil || !slices.Contains(mediaTypes, mediaType) || len(r.Header.Values("Content-Encoding")) > 0 {
		return nil, ErrMediaType
	}
	return r.ReadBody()
}

// whole refuses a request whose body broke off: what it asks for is not known, whoever asks.
func (r *Request) whole() error {
	if _, tooLarge := errors.AsType[*http.MaxBytesError](r.bodyErr); r.bodyErr == nil || tooLarge {
		return nil
	}
	return &pat.Error{Code: pat.CodeUnreadable, Message: "the body did not arrive whole", Err: fmt.Errorf("read the body: %w", r.bodyErr)}
}

// ReadBody returns the body, ErrTooLarge if it is longer than the api room takes.
func (r *Request) ReadBody() ([]byte, error) {
	if r.bodyErr != nil {
		return nil, ErrTooLarge
	}
	return r.body, nil
}
