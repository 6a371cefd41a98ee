package httpapi

import (
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"

	"latchkey/localstack/runtimeapi"
)

// ofTheConnection are headers that mean the connection to the gateway and go no further.
var ofTheConnection = []string{"Connection", "Keep-Alive", "Proxy-Connection", "Te", "Trailer", "Transfer-Encoding", "Upgrade"}

// header returns what a function gets to see: the client's headers, and those that the gateway sets whatever the
// client wrote. A client's X-Forwarded-For is kept, with its address behind.
func (c *call) header() http.Header {
	h := c.r.Header.Clone()
	for _, name := range ofTheConnection {
		h.Del(name)
	}
	h.Set("Host", c.r.Host)
	h.Set("Content-Length", strconv.Itoa(len(c.body)))
	h.Set("X-Amzn-Trace-Id", runtimeapi.Trace())
	h.Set("X-Forwarded-For", strings.Join(append(h.Values("X-Forwarded-For"), c.source()), ", "))
	scheme, port := "http", "80"
	if c.r.TLS != nil {
		scheme, port = "https", "443"
	}
	if local, ok := c.r.Context().Value(http.LocalAddrContextKey).(net.Addr); ok {
		if _, p, err := net.SplitHostPort(local.String()); err == nil {
			port = p
		}
	}
	h.Set("X-Forwarded-Proto", scheme)
	h.Set("X-Forwarded-Port", port)
	return h
}

// joined is how format 2.0 has headers: names in small letters, the values of one with commas between, and no
// cookies among them.
func joined(h http.Header) map[string]string {
	out := map[string]string{}
	for name, values := range h {
		if name != "Cookie" {
			out[strings.ToLower(name)] = strings.ToValidUTF8(strings.Join(values, ","), "\uFFFD")
		}
	}
	return out
}

// cookies are a format 2.0 event's own.
func cookies(h http.Header) []string {
	var out []string
	for _, line := range h.Values("Cookie") {
		for cookie := range strings.SplitSeq(line, ";") {
			if cookie = strings.TrimSpace(cookie); cookie != "" {
				out = append(out, cookie)
			}
		}
	}
	return out
}

// capitals are the names that format 1.0 was seen to write so; those that a client sends over HTTP/2 are small.
var capitals = []string{"Content-Length", "Host", "User-Agent", "X-Amzn-Trace-Id", "X-Forwarded-For", "X-Forwarded-Port", "X-Forwarded-Proto"}

// multi is how format 1.0 has headers: each one's values, and its last.
func multi(h http.Header) (last map[string]string, all map[string][]string) {
	names := map[string]string{}
	for _, name := range capitals {
		names[name] = name
	}
	last, all = map[string]string{}, map[string][]string{}
	for name, values := range h {
		key, ok := names[name]
		if !ok {
			key = strings.ToLower(name)
		}
		for _, value := range values {
			value = strings.ToValidUTF8(value, "\uFFFD")
			last[key], all[key] = value, append(all[key], value)
		}
	}
	return last, all
}

// query decodes a query into its parameters, in which what cannot be decoded stays as it is.
func query(raw string) (all map[string][]string) {
	for part := range strings.SplitSeq(raw, "&") {
		if part == "" {
			continue
		}
		name, value, _ := strings.Cut(part, "=")
		if all == nil {
			all = map[string][]string{}
		}
		name = unescape(name)
		all[name] = append(all[name], unescape(value))
	}
	return all
}

func unescape(text string) string {
	decoded, err := url.QueryUnescape(text)
	if err != nil {
		decoded = text
	}
	return strings.ToValidUTF8(decoded, "\uFFFD")
}
