package main

import (
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/go-json-experiment/json"
)

// refusal is a server's no.
type refusal struct {
	status     int
	text       string // one line, and an indented one for each field that is wrong
	fields     []problemField
	retryAfter time.Duration
}

func (e *refusal) Error() string { return e.text }

// problem is an error of the API (RFC 9457). Anything else that a server or a proxy before it says is not shown:
// a page of HTML helps nobody in a terminal.
type problem struct {
	Type   string         `json:"type"`
	Title  string         `json:"title"`
	Detail string         `json:"detail"`
	Errors []problemField `json:"errors"`
}

type problemField struct {
	Detail    string `json:"detail"`
	Pointer   string `json:"pointer"`
	Parameter string `json:"parameter"`
}

// refused reads an answer that is no success.
func (c *client) refused(res *http.Response, body []byte) *refusal {
	e := &refusal{status: res.StatusCode}
	if seconds, err := strconv.Atoi(res.Header.Get("Retry-After")); err == nil && seconds > 0 && seconds < 1e6 {
		e.retryAfter = time.Duration(seconds) * time.Second
	}
	var p problem
	if err := json.Unmarshal(body, &p); err != nil || p.Title == "" && p.Detail == "" {
		e.text = fmt.Sprintf("%s answered %d %s", c.base, res.StatusCode, http.StatusText(res.StatusCode))
		if res.StatusCode/100 == 3 {
			e.text += ", and a redirect is not followed: give the server's own address"
		}
		return e
	}
	e.text, e.fields = p.line(), p.Errors
	if res.StatusCode == http.StatusUnauthorized && c.remedy != "" {
		e.text += "; " + c.remedy
	}
	if e.retryAfter > 0 {
		e.text += fmt.Sprintf(" (in %s)", e.retryAfter)
	}
	for _, f := range p.Errors {
		e.text += "\n  " + f.line()
	}
	return e
}

func (p problem) line() string {
	if p.Detail == "" {
		return plain(p.Title)
	}
	return plain(p.Detail)
}

// line names the field as the API does: groups/0/role for the pointer /groups/0/role.
func (f problemField) line() string {
	name := strings.TrimPrefix(f.Pointer, "/")
	if f.Parameter != "" {
		name = f.Parameter
	}
	if name == "" {
		return plain(f.Detail)
	}
	return plain(name) + ": " + plain(f.Detail)
}

// isStatus reports whether the server refused with the status.
func isStatus(err error, status int) bool {
	e, ok := errors.AsType[*refusal](err)
	return ok && e.status == status
}
