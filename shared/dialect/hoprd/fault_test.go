package hoprd

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

func TestEveryCodeHasAnAnswer(t *testing.T) {
	codes := dialect.Codes()
	for _, code := range codes {
		if a := answers[code]; a.code < 400 || a.code > 599 || (a.status == "") != (a.code == 404) {
			t.Errorf("%s is answered %+v", code, a)
		}
	}
	for code := range answers {
		if !slices.Contains(codes, code) {
			t.Errorf("%s is answered, and is no code", code)
		}
	}
}

func TestEveryErrorIsAnswered(t *testing.T) {
	for _, c := range []struct {
		err           error
		status        int
		body          string
		header, value string
	}{
		{err: dialect.ErrNoRoute, status: 404},
		{err: errNoToken, status: 404},
		{&dialect.MethodError{Allow: []string{"GET", "OPTIONS"}}, 405, `{"status":"UNKNOWN_FAILURE","error":"this path has other methods"}`, "Allow", "GET, OPTIONS"},
		{err: fmt.Errorf("read: %w", dialect.ErrTooLarge), status: 413, body: `{"status":"UNKNOWN_FAILURE","error":"the body is larger than is taken here"}`},
		{err: dialect.ErrMediaType, status: 400, body: `{"status":"INVALID_INPUT"}`},
		{err: dialect.Unreadable("no JSON"), status: 400, body: `{"status":"INVALID_INPUT"}`},
		{err: &pat.Error{Code: pat.CodeInvalid, Message: "no", Fields: []pat.FieldError{{Field: "x", Detail: "secret"}}}, status: 400, body: `{"status":"INVALID_INPUT"}`},
		{err: undelegable(errCapabilities), status: 400, body: `{"status":"INVALID_TOKEN_CAPABILITIES"}`},
		{err: undelegable(errLifetime), status: 400, body: `{"status":"INVALID_TOKEN_LIFETIME"}`},
		{err: &pat.Error{Code: pat.CodeUnauthenticated, Message: "no"}, status: 401, body: `{"status":"UNAUTHORIZED","error":"authentication failed"}`},
		{err: &pat.Error{Code: pat.CodeInsufficientScope, Message: "no"}, status: 403, body: `{"status":"UNAUTHORIZED","error":"authorization failed"}`},
		{err: &pat.Error{Code: pat.CodeForbidden, Message: "no"}, status: 403, body: `{"status":"UNAUTHORIZED","error":"authorization failed"}`},
		{err: &pat.Error{Code: pat.CodeConflict, Message: "not now"}, status: 422, body: `{"status":"UNKNOWN_FAILURE","error":"not now"}`},
		{&pat.Error{Code: pat.CodeRateLimited, Message: "wait", RetryAfter: 1500 * time.Millisecond}, 429, `{"status":"UNKNOWN_FAILURE","error":"wait"}`, "Retry-After", "2"},
		{&pat.Error{Code: pat.CodeUnavailable, Message: "wait", RetryAfter: time.Second, Err: errors.New("secret")}, 503, `{"status":"UNKNOWN_FAILURE","error":"wait"}`, "Retry-After", "1"},
		{err: errors.New("secret"), status: 500, body: `{"status":"UNKNOWN_FAILURE","error":"something went wrong on our side"}`},
	} {
		res := fault(dialect.NewRequest(httptest.NewRequest("GET", "/", nil)), c.err)
		if res.Status != c.status || string(res.Body) != c.body || strings.Contains(string(res.Body), "secret") || c.header != "" && res.Header.Get(c.header) != c.value || res.Header.Get("WWW-Authenticate") != "" {
			t.Errorf("%v: answered %d %s, %v, want %d %s", c.err, res.Status, res.Body, res.Header, c.status, c.body)
		}
	}
}
