package authlance

import (
	"encoding/json"
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
		if status := statuses[code]; status < 400 || status > 599 {
			t.Errorf("%s is answered %d", code, status)
		}
	}
	for code := range statuses {
		if !slices.Contains(codes, code) {
			t.Errorf("%s is answered, and is no code", code)
		}
	}
}

func TestEveryErrorIsOneSentence(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		says   string
	}{
		{dialect.ErrNoRoute, 404, "there is nothing at this path"},
		{&dialect.MethodError{Allow: []string{"GET", "OPTIONS"}}, 405, "this path has other methods"},
		{fmt.Errorf("read: %w", dialect.ErrTooLarge), 413, "the body is larger than is taken here"},
		{dialect.ErrMediaType, 400, "the body must be application/json in UTF-8"},
		{errors.New("pat_secret"), 500, "something went wrong on our side"},
		{errNotGood, 401, "the token is not good"},
		{&pat.Error{Code: pat.CodeForbidden, Message: "no"}, 403, "no"},
		{&pat.Error{Code: pat.CodeUnavailable, Message: "no", RetryAfter: time.Second, Err: errors.New("secret")}, 503, "no"},
		{&pat.Error{Code: pat.CodeRateLimited, Message: "no", RetryAfter: 1500 * time.Millisecond}, 429, "no"},
		{&pat.Error{Code: pat.CodeLimitReached, Message: "ten"}, 400, "ten"},
		{&pat.Error{Code: pat.CodeInvalid, Message: "no", Fields: []pat.FieldError{{Field: "scopes/0", Detail: "a"}, {Detail: "b"},
			{Field: "expiresAt", Detail: "c"}}}, 400, "no: scopes: a; b; expiresInDays: c"},
	} {
		res := fault(dialect.NewRequest(httptest.NewRequest("GET", "/", nil)), c.err)
		var body map[string]string
		if err := json.Unmarshal(res.Body, &body); err != nil {
			t.Fatal(err)
		}
		if res.Status != c.status || body["error"] != c.says || len(body) != 1 || strings.Contains(string(res.Body), "secret") ||
			res.Header.Get("Content-Type") != "application/json" {
			t.Errorf("%v: answered %d %s", c.err, res.Status, res.Body)
		}
		for name, at := range map[string][]int{"Retry-After": {429, 503}, "Allow": {405}, "WWW-Authenticate": {401, 403}} {
			if there := res.Header.Get(name) != ""; there != slices.Contains(at, c.status) {
				t.Errorf("%v: %s is %q", c.err, name, res.Header.Get(name))
			}
		}
	}
}
