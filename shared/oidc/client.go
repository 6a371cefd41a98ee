package oidc

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
)

const (
	maxBody      = 1 << 20
	maxRedirects = 3
)

// boundedClient returns a client that trusts an issuer no further than it must: nothing but https (plain http
// to this machine only if plain), no redirect to another host, no answer but a 200 of bounded size.
func boundedClient(base *http.Client, plain bool) *http.Client {
	var c http.Client
	if base != nil {
		c = *base
	}
	if c.Transport == nil {
		c.Transport = http.DefaultTransport
	}
	c.Transport = boundedTransport{c.Transport, plain}
	c.CheckRedirect = checkRedirect
	return &c
}

func checkRedirect(req *http.Request, via []*http.Request) error {
	if req.URL.Host != via[0].URL.Host {
		return errors.New("a redirect to another host is not followed")
	}
	if len(via) > maxRedirects {
		return errors.New("too many redirects")
	}
	return nil
}

type boundedTransport struct {
	base  http.RoundTripper
	plain bool
}

// RoundTrip implements http.RoundTripper. Its errors hold nothing of an answer's body, which would else reach
// the log through those of go-oidc.
func (t boundedTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	if req.URL.Scheme != "https" && !(t.plain && req.URL.Scheme == "http" && isLoopback(req.URL.Hostname())) {
		return nil, errors.New("not https")
	}
	resp, err := t.base.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode != http.StatusOK && !isRedirect(resp) {
		_ = resp.Body.Close()
		return nil, fmt.Errorf("the answer is %d", resp.StatusCode)
	}
	resp.Body = &boundedBody{resp.Body, maxBody}
	return resp, nil
}

// isRedirect reports whether http.Client will follow, and so not hand on, the answer.
func isRedirect(resp *http.Response) bool {
	switch resp.StatusCode {
	case http.StatusMovedPermanently, http.StatusFound, http.StatusSeeOther, http.StatusTemporaryRedirect, http.StatusPermanentRedirect:
		return resp.Header.Get("Location") != ""
	}
	return false
}

type boundedBody struct {
	io.ReadCloser
	left int
}

// Read implements io.Reader. What is too long is an error, not an end.
func (b *boundedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if b.left -= n; b.left < 0 {
		return 0, errors.New("the answer is too long")
	}
	return n, err
}

// onThisMachine reports whether the address is plain http to a loopback host, where nobody can listen in.
func onThisMachine(address string) bool {
	u, err := url.Parse(address)
	return err == nil && u.Scheme == "http" && isLoopback(u.Hostname())
}

func isLoopback(host string) bool {
	addr, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && addr.IsLoopback()
}
