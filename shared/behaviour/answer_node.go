package behaviour

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// node is the API of a HOPRd node. Of GET it shows the token itself, which its caller has just said.
var node = tongue{prefix: "/api/v3/", secrets: []string{"id"}, sound: (*answer).soundNode, code: (*answer).nodeCode, faults: func(*answer) []string { return nil },
	shows: func(a *answer) bool {
		return a.status == http.StatusCreated || a.status == http.StatusOK && strings.HasPrefix(a.path, "/api/v3/token")
	}}

// nodeErrors are the bodies that clients know, by status.
var nodeErrors = map[int][]string{
	400: {`{"status":"INVALID_INPUT"}`, `{"status":"INVALID_TOKEN_CAPABILITIES"}`, `{"status":"INVALID_TOKEN_LIFETIME"}`},
	401: {`{"status":"UNAUTHORIZED","error":"authentication failed"}`},
	403: {`{"status":"UNAUTHORIZED","error":"authorization failed"}`},
	404: {""},
}

// soundNode checks an error's answer: the clients' own words to the letter, and all else as a failure with its text.
func (a *answer) soundNode() error {
	if a.header.Get("Access-Control-Allow-Origin") != "*" {
		return errors.New("an answer that is not open to all origins")
	}
	if a.method == http.MethodHead {
		return nil
	}
	if known, ok := nodeErrors[a.status]; ok {
		if !slices.Contains(known, string(a.body)) {
			return fmt.Errorf("%d in other words than %q", a.status, known)
		}
		return nil
	}
	object, _ := a.json.(map[string]any)
	if object["status"] != "UNKNOWN_FAILURE" || text(object["error"]) == "" || object["error"] == nil {
		return errors.New("a failure without its text")
	}
	return nil
}

// nodeCode is the kind of error, in the words of our own API: "" if it is none. 404 has one word for all.
func (a *answer) nodeCode() string {
	object, _ := a.json.(map[string]any)
	switch a.status {
	case http.StatusBadRequest:
		return strings.ToLower(text(object["status"]))
	case http.StatusUnauthorized:
		return "unauthenticated"
	case http.StatusForbidden:
		return "forbidden"
	case http.StatusNotFound:
		return "not_found"
	case http.StatusMethodNotAllowed:
		return "method_not_allowed"
	case http.StatusRequestEntityTooLarge:
		return "too_large"
	case http.StatusTooManyRequests:
		return "rate_limited"
	}
	return ""
}
