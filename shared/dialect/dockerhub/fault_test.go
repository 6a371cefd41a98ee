package dockerhub

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
		if a := answers[code]; a.status < 400 || a.status > 599 {
			t.Errorf("%s is answered %d", code, a.status)
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
		err    error
		status int
		body   string
	}{
		{dialect.ErrNoRoute, 404, `{"detail":"there is nothing at this path","message":"no such path"}`},
		{&dialect.MethodError{Allow: []string{"GET"}}, 405, `{"detail":"this path has other methods","message":"method not allowed"}`},
		{fmt.Errorf("read: %w", dialect.ErrTooLarge), 413, `{"detail":"the body is larger than is taken here","message":"body too large"}`},
		{dialect.ErrMediaType, 400, `{"fields":{},"text":"the body must be application/json in UTF-8"}`},
		{errors.New("dckr_pat_secret"), 500, `{"detail":"something went wrong on our side","message":"something went wrong on our side"}`},
		{errLogin{errors.New("dckr_pat_secret")}, 500, `{"detail":"something went wrong on our side","message":"something went wrong on our side"}`},
		{&pat.Error{Code: pat.CodeForbidden, Message: "no", Fields: []pat.FieldError{{Field: "scopes/0", Detail: "not yours"}, {Field: "name",
			Detail: "nor this"}}}, 403, `{"detail":"no; scopes: not yours; token_label: nor this","message":"forbidden"}`},
		{&pat.Error{Code: pat.CodeInvalid, Message: "no", Fields: []pat.FieldError{{Field: "scopes/0", Detail: "a"}, {Field: "scopes/7", Detail: "b"},
			{Field: "scopes/8", Detail: "a"}, {Detail: "c"}, {Field: "enabled", Detail: "d"}, {Field: "expiresAt", Detail: "e"}}}, 400,
			`{"fields":{"expires_at":"e","is_active":"d","scopes":"a; b"},"text":"no"}`},
	} {
		res := fault{time.Now}.answer(dialect.NewRequest(httptest.NewRequest("GET", "/", nil)), c.err)
		var same any
		if err := json.Unmarshal(res.Body, &same); err != nil {
			t.Fatal(err)
		}
		sorted, err := json.Marshal(same)
		if err != nil || res.Status != c.status || string(sorted) != c.body || strings.Contains(string(res.Body), "secret") {
			t.Errorf("%v: answered %d %s, want %d %s", c.err, res.Status, res.Body, c.status, c.body)
		}
	}
}

func TestWhatATokenKeepsIsBounded(t *testing.T) {
	r := httptest.NewRequest("POST", "/", strings.NewReader(`{"token_label":"x","scopes":["repo:read"],"expires_at":"2029-12-31T23:59:59.123456789+00:00"}`))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", strings.Repeat("\x01", 5000))
	r.RemoteAddr = "[2001:db8:ffff:ffff:ffff:ffff:ffff:ffff]:1"
	req, err := decodeCreate(dialect.NewRequest(r))
	if err != nil || len(req.Wire) > pat.MaxWire {
		t.Errorf("%d bytes, %v", len(req.Wire), err)
	}
}
