package webhook

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"latchkey/shared/outbox"
)

const (
	// timeout bounds one attempt, from the look-up of the name to the end of the answer.
	timeout = 15 * time.Second
	// maxAnswer bounds what is read of an answer's body, which nobody looks at: read to its end, the connection
	// can be used again.
	maxAnswer = 64 << 10
	// maxHeaders bounds an answer's headers.
	maxHeaders = 64 << 10
)

// Endpoint is where events are sent.
type Endpoint struct {
	URL string
	Key []byte // that the signature is made with
}

// Options are those of a Client; the zero value is what a service uses.
type Options struct {
	AllowPrivate bool          // addresses that the public cannot reach, too
	Timeout      time.Duration // of one attempt; 0: 15 seconds
	Now          func() time.Time

	Resolver *net.Resolver // nil: the system's
	TLS      *tls.Config   // nil: the system's roots
}

// Client sends events.
type Client struct {
	http    *http.Client
	timeout time.Duration
	now     func() time.Time
}

// NewClient makes a Client. All endpoints of a process share one.
func NewClient(o Options) *Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second, Resolver: o.Resolver}
	if !o.AllowPrivate {
		dialer.Control = onlyPublic
	}
	c := &Client{timeout: timeout, now: time.Now, http: &http.Client{
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Transport: &http.Transport{
			Proxy:                  nil, // it would dial in our place, wherever it is told to
			DialContext:            dialer.DialContext,
			TLSClientConfig:        o.TLS,
			ForceAttemptHTTP2:      true,
			DisableCompression:     true,
			MaxIdleConnsPerHost:    1,
			IdleConnTimeout:        time.Minute,
			MaxResponseHeaderBytes: maxHeaders,
		},
	}}
	if o.Timeout > 0 {
		c.timeout = o.Timeout
	}
	if o.Now != nil {
		c.now = o.Now
	}
	return c
}

// Close lets go of connections that are not in use.
func (c *Client) Close() { c.http.CloseIdleConnections() }

// Send makes one attempt. It returns nil if the endpoint has the message, else an error as an outbox.Reader's Take.
func (c *Client) Send(ctx context.Context, to Endpoint, m outbox.Message) error {
	ctx, cancel := context.WithTimeout(ctx, c.timeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, to.URL, bytes.NewReader(m.Body))
	if err != nil {
		return errors.New("its address is none") // which may hold a secret
	}
	now := c.now()
	for name, value := range map[string]string{
		"Content-Type":      "application/cloudevents+json; charset=UTF-8",
		"User-Agent":        "Latchkey",
		"Webhook-Id":        m.ID,
		"Webhook-Timestamp": seconds(now),
		"Webhook-Signature": sign(to.Key, m.ID, now, m.Body),
	} {
		req.Header.Set(name, value)
	}
	res, err := c.http.Do(req)
	if err != nil {
		return explain(err, c.timeout)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusSwitchingProtocols { // which leaves a connection as a body, and nothing ends a read of that
		_, _ = io.Copy(io.Discard, io.LimitReader(res.Body, maxAnswer)) // the status has decided already
	}
	return judge(res, now)
}

// judge says what an answer means.
func judge(res *http.Response, now time.Time) error {
	err := fmt.Errorf("it answered %d", res.StatusCode)
	switch {
	case res.StatusCode >= 200 && res.StatusCode <= 299:
		return nil
	case res.StatusCode == http.StatusGone:
		return fmt.Errorf("%w: %w", err, outbox.ErrGone)
	case res.StatusCode == http.StatusTooManyRequests || res.StatusCode == http.StatusServiceUnavailable:
		if after, ok := retryAfter(res.Header.Get("Retry-After"), now); ok {
			return &outbox.Later{Err: err, After: after}
		}
	case res.StatusCode >= 300 && res.StatusCode <= 399:
		return fmt.Errorf("%w, a redirect, which is not followed", err)
	}
	return err
}
