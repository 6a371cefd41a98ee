package behaviour

import (
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"
)

// quay is Quay's API, which challenges nobody, and shows a token's secret to its owner whenever asked.
var quay = tongue{prefix: "/api/v1/", sound: (*answer).soundQuay, code: (*answer).quayCode, faults: (*answer).quayFaults,
	shows: func(a *answer) bool { return a.status == http.StatusOK }}

// soundQuay checks an error's answer: an object of six members, of which each client reads another.
func (a *answer) soundQuay() error {
	if a.header.Get("Content-Type") != "application/json" || a.header.Get("Access-Control-Allow-Origin") != "*" {
		return errors.New("an error that is not application/json, or not for every page")
	}
	if a.header.Get("WWW-Authenticate") != "" {
		return errors.New("a challenge")
	}
	if a.method == http.MethodHead {
		return nil
	}
	object, _ := a.json.(map[string]any)
	title, detail := text(object["title"]), text(object["detail"])
	switch {
	case len(object) != 6 || title == "" || detail == "":
		return errors.New("an error that has not the six members")
	case text(object["error_type"]) != title || text(object["error_message"]) != detail:
		return errors.New("an error that says two things")
	case object["status"] != json.Number(strconv.Itoa(a.status)):
		return errors.New("an error without its status")
	case !strings.HasSuffix(text(object["type"]), "/api/v1/error/"+title) || !strings.HasPrefix(text(object["type"]), "http"):
		return errors.New("an error whose type is no address")
	case a.quayCode() == "":
		return errors.New("an error of an unknown kind")
	}
	return nil
}

// quayCodes are the kinds of errors, in the words of our own API.
var quayCodes = map[string]string{
	"400 invalid_request":    "invalid",
	"401 invalid_token":      "unauthenticated",
	"403 insufficient_scope": "insufficient_scope",
	"405 method_not_allowed": "method_not_allowed",
	"413 request_too_large":  "too_large",
	"429 too_many_requests":  "rate_limited",
}

func (a *answer) quayCode() string {
	object, _ := a.json.(map[string]any)
	kind := text(object["status"]) + " " + text(object["title"])
	switch {
	case kind == "404 not_found" && text(object["detail"]) == "Not Found":
		return "not_found"
	case kind == "404 not_found":
		return "no_such_path"
	}
	return quayCodes[kind]
}

// quayFaults are the members that the detail names: there is but one.
func (a *answer) quayFaults() []string {
	object, _ := a.json.(map[string]any)
	if strings.Contains(text(object["detail"]), "; title: ") {
		return []string{"title"}
	}
	return nil
}
