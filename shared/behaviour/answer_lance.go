package behaviour

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// lance is Authlance's API, whose errors are one sentence each.
var lance = tongue{prefix: "/authlance/", challenges: true, sound: (*answer).soundLance, code: (*answer).lanceCode, faults: (*answer).lanceFaults,
	shows: func(a *answer) bool { return a.status == http.StatusCreated }}

// soundLance checks an error's answer, which a page of another origin must be able to tell from one to another page.
func (a *answer) soundLance() error {
	if a.header.Get("Content-Type") != "application/json" {
		return errors.New("an error that is not application/json")
	}
	if a.header.Get("Vary") != "Origin" {
		return errors.New("no Vary: Origin")
	}
	if a.method == http.MethodHead {
		return nil
	}
	object, _ := a.json.(map[string]any)
	switch sentence, _ := object["error"].(string); {
	case sentence == "" || len(object) != 1 || strings.Contains(sentence, "\n"):
		return errors.New("an error that is not one sentence")
	case a.lanceCode() == "":
		return fmt.Errorf("an error that says %q", sentence)
	}
	return nil
}

// lanceSentence is what the error says.
func (a *answer) lanceSentence() string {
	object, _ := a.json.(map[string]any)
	sentence, _ := object["error"].(string)
	return sentence
}

// lanceCode is the kind of error, in the words of our own API: "" if it is none.
func (a *answer) lanceCode() string {
	sentence := a.lanceSentence()
	switch a.status {
	case http.StatusBadRequest:
		if strings.Contains(sentence, "are the limit") {
			return "limit_reached"
		}
		return "invalid"
	case http.StatusUnauthorized:
		return "unauthenticated"
	case http.StatusForbidden:
		switch {
		case strings.Contains(sentence, "got with a token"):
			return "exchanged"
		case strings.Contains(sentence, "needs the scope"):
			return "insufficient_scope"
		}
		return "forbidden"
	case http.StatusNotFound:
		if sentence == "there is nothing at this path" {
			return "no_such_path"
		}
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

// lanceFaults are the fields that the sentence names.
func (a *answer) lanceFaults() []string {
	wrong, ok := strings.CutPrefix(a.lanceSentence(), "the request is not acceptable: ")
	if !ok {
		return nil
	}
	var names []string
	for _, part := range strings.Split(wrong, "; ") {
		if name, _, ok := strings.Cut(part, ": "); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
