package quay

import (
	"errors"
	"fmt"
	"net/http"
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
		a := answers[code]
		if a.status < 400 || a.status > 599 {
			t.Errorf("%s is answered %d", code, a.status)
		}
		if descriptions[a.title] == "" {
			t.Errorf("%s is of the kind %q, of which nothing is said", code, a.title)
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
		title, detail string
	}{
		{dialect.Unreadable("the body is not JSON"), 400, "invalid_request", "the body is not JSON"},
		{&pat.Error{Code: pat.CodeInvalid, Message: "no", Fields: []pat.FieldError{{Field: "name", Detail: "too long"}, {Detail: "odd"}}}, 400,
			"invalid_request", "no; title: too long; odd"},
		{&pat.Error{Code: pat.CodeLimitReached, Message: "100 live tokens are the limit"}, 400, "invalid_request", "100 live tokens are the limit"},
		{&pat.Error{Code: pat.CodeConflict, Message: "too many"}, 400, "invalid_request", "too many"},
		{dialect.ErrMediaType, 400, "invalid_request", "the body must be application/json in UTF-8"},
		{&pat.Error{Code: pat.CodeUnauthenticated, Message: "log in"}, 401, "invalid_token", "Requires authentication"},
		{&pat.Error{Code: pat.CodeInsufficientScope, Message: "no", Scope: pat.ScopeUserAdmin}, 403, "insufficient_scope", "Unauthorized"},
		{&pat.Error{Code: pat.CodeForbidden, Message: "no"}, 403, "insufficient_scope", "Unauthorized"},
		{&pat.Error{Code: pat.CodeExchanged, Message: "no"}, 403, "insufficient_scope", "Unauthorized"},
		{&pat.Error{Code: pat.CodeNotFound, Message: "no such record"}, 404, "not_found", "Not Found"},
		{dialect.ErrNoRoute, 404, "not_found", "there is nothing at this path"},
		{&dialect.MethodError{Allow: []string{"GET", "OPTIONS"}}, 405, "method_not_allowed", "this path has other methods"},
		{fmt.Errorf("read: %w", dialect.ErrTooLarge), 413, "request_too_large", "the body is larger than is taken here"},
		{&pat.Error{Code: pat.CodeRateLimited, Message: "wait", RetryAfter: 1500 * time.Millisecond}, 429, "too_many_requests", "wait"},
		{&pat.Error{Code: pat.CodeUnavailable, Message: "later", RetryAfter: time.Second, Err: errors.New("SECRET")}, 503, "service_unavailable", "later"},
		{errors.New("SECRET"), 500, "internal_error", "something went wrong on our side"},
	} {
		r := httptest.NewRequest("GET", "/api/v1/user/apptoken", nil)
		r.Host, r.URL.Scheme = "quay.example", "https"
		res := fault(dialect.NewRequest(r), c.err)
		want := fmt.Sprintf(`{"status":%d,"title":%q,"error_type":%q,"detail":%q,"error_message":%q,"type":"https://quay.example/api/v1/error/%s"}`,
			c.status, c.title, c.title, c.detail, c.detail, c.title)
		if res.Status != c.status || string(res.Body) != want || res.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%v: %d %s, want %s", c.err, res.Status, res.Body, want)
		}
		if res.Header.Get("WWW-Authenticate") != "" || strings.Contains(string(res.Body), "SECRET") {
			t.Errorf("%v: %v %s", c.err, res.Header, res.Body)
		}
		waits := map[int]string{429: "2", 503: "1"}
		if res.Header.Get("Retry-After") != waits[c.status] || (res.Header.Get("Allow") != "") != (c.status == http.StatusMethodNotAllowed) {
			t.Errorf("%v: %v", c.err, res.Header)
		}
	}
}

func TestDatesAreOfRFC2822(t *testing.T) {
	east := time.FixedZone("", 9*60*60)
	for at, want := range map[time.Time]string{
		time.Date(2023, 11, 14, 22, 13, 20, 0, time.UTC):           "Tue, 14 Nov 2023 22:13:20 -0000",
		time.Date(2023, 11, 15, 7, 13, 20, 999_999_999, east):      "Tue, 14 Nov 2023 22:13:20 -0000",
		time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC):                "Wed, 01 Jul 2026 00:00:00 -0000",
		time.Date(9999, 12, 31, 23, 59, 59, 999_000_000, time.UTC): "Fri, 31 Dec 9999 23:59:59 -0000",
		time.Date(2024, 2, 29, 3, 4, 5, 0, time.UTC):               "Thu, 29 Feb 2024 03:04:05 -0000",
	} {
		if got := date(at); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
	if optionalDate(time.Time{}) != nil {
		t.Error("a time that is not set has a date")
	}
}
