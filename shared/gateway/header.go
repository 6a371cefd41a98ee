package gateway

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"golang.org/x/net/http/httpguts"
)

// header returns the headers with each value as it came. The adapter splits those of payload 2.0 at commas, all but a few,
// and so tears a Date or an If-Match apart; here they arrive whole. A header that the client sent twice is one with a
// comma by now: where that matters, as in Authorization, the dialects refuse commas.
func (e event) header() (http.Header, error) {
	h := http.Header{}
	for name, values := range e.headers() {
		if !httpguts.ValidHeaderFieldName(name) {
			return nil, errHeader
		}
		for _, value := range values {
			if !httpguts.ValidHeaderFieldValue(value) {
				return nil, errHeader
			}
			h.Add(name, strings.Trim(value, " \t"))
		}
	}
	if len(e.Cookies) > 0 { // of 2.0, which takes them out of the headers and apart
		h.Set("Cookie", strings.Join(e.Cookies, "; "))
		if !httpguts.ValidHeaderFieldValue(h.Get("Cookie")) {
			return nil, errHeader
		}
	}
	return h, nil
}

// headers yields the headers by name, two spellings of one name always in the same order. Payload 1.0 has them twice; the
// adapter takes a list that is there and empty for all that there is.
func (e event) headers() func(yield func(string, []string) bool) {
	return func(yield func(string, []string) bool) {
		for _, name := range slices.Sorted(maps.Keys(e.MultiValueHeaders)) {
			if !yield(name, e.MultiValueHeaders[name]) {
				return
			}
		}
		if len(e.MultiValueHeaders) > 0 {
			return
		}
		for _, name := range slices.Sorted(maps.Keys(e.Headers)) {
			if !yield(name, []string{e.Headers[name]}) {
				return
			}
		}
	}
}

// host returns the host that the client used and, as net/http does, takes it out of the headers.
func (e event) host(h http.Header) (string, error) {
	host := e.RequestContext.DomainName
	switch values := h.Values("Host"); len(values) {
	case 0:
	case 1:
		host = values[0]
	default:
		return "", errHost
	}
	h.Del("Host")
	if !httpguts.ValidHostHeader(host) {
		return "", errHost
	}
	return host, nil
}

// scheme returns the one by which the client came. API Gateway writes the header itself, whatever the client sent, and is
// reached by TLS alone; what imitates it may be reached without, and LocalStack writes it in capitals.
func scheme(h http.Header) string {
	if strings.EqualFold(h.Get("X-Forwarded-Proto"), "http") && len(h.Values("X-Forwarded-Proto")) == 1 {
		return "http"
	}
	return "https"
}
