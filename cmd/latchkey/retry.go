package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"time"
)

// lost says that no whole answer came.
type lost struct {
	base address
	err  error
	sent bool // the server may have got the request, and acted on it
}

func (c *client) lose(ctx context.Context, err error, sent bool) error {
	if ctx.Err() != nil {
		return lost{c.base, errInterrupted, sent}
	}
	if e, ok := errors.AsType[*url.Error](err); ok {
		err = e.Err // the method and the address say nothing new
	}
	return lost{c.base, err, sent}
}

var errInterrupted = errors.New("interrupted")

func (e lost) Error() string {
	switch {
	case errors.Is(e.err, errInterrupted):
		return e.err.Error()
	case !e.sent:
		return fmt.Sprintf("cannot reach %s: %v", e.base, e.err)
	}
	return fmt.Sprintf("no answer from %s: %v", e.base, e.err)
}

func (e lost) Unwrap() error { return e.err }

const (
	tries        = 3
	firstPause   = 200 * time.Millisecond
	longestPause = 5 * time.Second
)

// insist sends a call that carries an idempotency key, and sends it again if the answer is lost or the server
// or something before it fails: the key keeps it from being done twice. uncertain reports whether it may have been
// done although there is an error.
func (c *client) insist(ctx context.Context, in call) (a answer, uncertain bool, err error) {
	for try := range tries {
		if a, err = c.do(ctx, in); err == nil {
			return a, false, nil
		}
		wait := firstPause << try
		gone, isLost := errors.AsType[lost](err)
		no, isRefusal := errors.AsType[*refusal](err)
		switch {
		case isLost:
			uncertain = uncertain || gone.sent
		case isRefusal && no.status >= http.StatusInternalServerError:
			uncertain = true
			wait = min(max(wait, no.retryAfter), longestPause)
		default:
			return a, uncertain, err
		}
		if try == tries-1 || c.pause(ctx, wait) != nil {
			break
		}
	}
	return a, uncertain, err
}

// pause waits, or returns early with an error if the context ends.
func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
