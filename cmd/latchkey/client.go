package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"sync/atomic"
	"time"

	"github.com/go-json-experiment/json"

	"latchkey/shared/pat"
)

// client speaks to one server.
type client struct {
	base   address
	secret pat.Secret // zero: calls show no credential
	remedy string     // what to do when the credential is refused
	http   *http.Client
	pause  func(context.Context, time.Duration) error // between two tries
}

const (
	callTimeout = 30 * time.Second
	dialTimeout = 10 * time.Second
	maxAnswer   = 8 << 20
)

// newClient never follows a redirect: the credential is for one server, and a POST must not turn into a GET.
func newClient(base address, secret pat.Secret) *client {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.DialContext = (&net.Dialer{Timeout: dialTimeout}).DialContext
	return &client{base: base, secret: secret, pause: pause, http: &http.Client{
		Transport:     transport,
		Timeout:       callTimeout,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// call is one request of the API.
type call struct {
	method, path string
	query        url.Values
	header       http.Header
	body         any // nil: none
}

// answer is what the server said, whole.
type answer struct {
	header http.Header
	body   []byte
}

// decode reads the answer into v.
func (a answer) decode(v any) error {
	if err := json.Unmarshal(a.body, v); err != nil {
		return errStranger // without the cause, which could repeat what was said
	}
	return nil
}

var errStranger = errors.New("the answer is not what a Latchkey server says: is the address right?")

// do sends a call once. The error is a *refusal if the server refused, and a lost if no whole answer came.
func (c *client) do(ctx context.Context, in call) (answer, error) {
	var body []byte
	if in.body != nil {
		var err error
		// The same command makes the same bytes, which is what an idempotency key is held against.
		if body, err = json.Marshal(in.body, json.Deterministic(true)); err != nil {
			return answer{}, errors.New("what was given is not text in UTF-8")
		}
	}
	var sent atomic.Bool
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { sent.Store(true) }})
	req, err := c.request(traced, in, body)
	if err != nil {
		return answer{}, err
	}
	res, err := c.http.Do(req)
	if err != nil {
		return answer{}, c.lose(ctx, err, sent.Load())
	}
	defer res.Body.Close()
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	switch {
	case err != nil:
		return answer{}, c.lose(ctx, err, true)
	case len(text) > maxAnswer:
		return answer{}, fmt.Errorf("the answer of %s is larger than %d MiB", c.base, maxAnswer>>20)
	case res.StatusCode/100 != 2:
		return answer{}, c.refused(res, text)
	}
	return answer{res.Header, text}, nil
}

// request keeps the path as it is written: cleaning it could turn one record's name into another path.
func (c *client) request(ctx context.Context, in call, body []byte) (*http.Request, error) {
	target := string(c.base) + in.path
	if len(in.query) > 0 {
		target += "?" + in.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, in.method, target, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("%s%s is not an address", c.base, in.path)
	}
	for name, values := range in.header {
		req.Header[name] = values
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("User-Agent", "latchkey")
	if body != nil && req.Header.Get("Content-Type") == "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if !c.secret.IsZero() {
		req.Header.Set("Authorization", "Bearer "+c.secret.Reveal())
	}
	return req, nil
}
