package behaviour

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
)

// hub is Docker Hub's API, whose clients know other forms than RFC 9457.
var hub = tongue{prefix: "/v2/", challenges: true, sound: (*answer).soundHub, code: (*answer).hubCode, faults: (*answer).hubFaults,
	shows: func(a *answer) bool { return a.status < 300 }}

// soundHub checks an error's answer: 400 tells of fields, all else is an object of texts alone, with words that
// clients look for.
func (a *answer) soundHub() error {
	if a.header.Get("Content-Type") != "application/json" {
		return errors.New("an error that is not application/json")
	}
	if a.method == http.MethodHead {
		return nil
	}
	object, _ := a.json.(map[string]any)
	if a.status == http.StatusBadRequest {
		if fields, ok := object["fields"].(map[string]any); !ok || !onlyTexts(fields) || text(object["text"]) == "" {
			return errors.New("a 400 without fields or text")
		}
		return nil
	}
	switch {
	case !onlyTexts(object):
		return errors.New("an error that is not an object of texts alone")
	case object["detail"] == nil:
		return errors.New("an error without detail")
	case a.status == http.StatusNotFound && strings.Contains(string(a.body[:min(len(a.body), 500)]), "not found") != (a.hubCode() == "not_found"):
		return errors.New(`a 404 that says "not found" of something else than a token, or does not of one`)
	case a.hubCode() == "":
		return fmt.Errorf("an error with the message %q", object["message"])
	}
	return nil
}

func onlyTexts(object map[string]any) bool {
	for _, value := range object {
		if s, ok := value.(string); !ok || s == "" {
			return false
		}
	}
	return object != nil
}

// hubCode is the kind of error, in the words of our own API: "" if it is none.
func (a *answer) hubCode() string {
	object, _ := a.json.(map[string]any)
	message, _ := object["message"].(string)
	switch {
	case a.status == http.StatusBadRequest:
		return "invalid"
	case a.status == http.StatusUnauthorized && (message == "" || message == "unauthorized"): // "": of a log-in
		return "unauthenticated"
	case a.status == http.StatusForbidden && message == "token issued from personal access token is not allowed":
		return "exchanged"
	case a.status == http.StatusForbidden && message == "forbidden":
		return "forbidden"
	case a.status == http.StatusNotFound && message == "access token not found":
		return "not_found"
	case a.status == http.StatusNotFound && message == "no such path":
		return "no_such_path"
	case a.status == http.StatusMethodNotAllowed:
		return "method_not_allowed"
	case a.status == http.StatusRequestEntityTooLarge:
		return "too_large"
	case a.status == http.StatusConflict:
		return "limit_reached"
	case a.status == http.StatusTooManyRequests && a.header.Get("X-Retry-After") != "":
		return "rate_limited"
	}
	return ""
}

// hubFaults are the fields that a 400 names.
func (a *answer) hubFaults() []string {
	object, _ := a.json.(map[string]any)
	fields, _ := object["fields"].(map[string]any)
	return slices.Sorted(maps.Keys(fields))
}
