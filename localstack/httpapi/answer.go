package httpapi

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
)

// answer is what a function says.
type answer struct {
	Status            int                 `json:"statusCode"`
	Headers           map[string]any      `json:"headers"` // text, number or truth
	MultiValueHeaders map[string][]string `json:"multiValueHeaders"`
	Cookies           []string            `json:"cookies"`
	Body              string              `json:"body"`
	IsBase64Encoded   bool                `json:"isBase64Encoded"`

	body []byte
}

// readAnswer reads a function's payload. In format 2.0, JSON that has no statusCode is the body itself; all else that
// is not as documented is an error.
func readAnswer(format string, payload []byte) (*answer, error) {
	if !json.Valid(payload) {
		return nil, errors.New("the function's payload is not JSON")
	}
	var members map[string]json.RawMessage
	isObject := json.Unmarshal(payload, &members) == nil && members != nil
	if _, hasStatus := members["statusCode"]; format == "2.0" && (!isObject || !hasStatus) {
		return inferred(payload), nil
	}
	var a answer
	if err := json.Unmarshal(payload, &a); err != nil {
		return nil, err
	}
	if a.Status < 200 || a.Status > 599 {
		return nil, fmt.Errorf("the status %d", a.Status)
	}
	if format == "2.0" {
		a.MultiValueHeaders = nil
	} else {
		a.Cookies = nil
	}
	a.body = []byte(a.Body)
	if a.IsBase64Encoded {
		var err error
		if a.body, err = base64.StdEncoding.DecodeString(a.Body); err != nil {
			return nil, err
		}
	}
	return &a, nil
}

// inferred is the answer that format 2.0 makes of a payload; of a JSON text, what it says.
func inferred(payload []byte) *answer {
	a := &answer{Status: http.StatusOK, Headers: map[string]any{"content-type": "application/json"}, body: payload}
	var text string
	if json.Unmarshal(payload, &text) == nil {
		a.body = []byte(text)
	}
	return a
}

func (a *answer) write(w http.ResponseWriter) {
	h := w.Header()
	for name, value := range a.Headers {
		h.Set(name, fmt.Sprint(value))
	}
	for name, values := range a.MultiValueHeaders {
		h.Del(name)
		for _, value := range values {
			h.Add(name, value)
		}
	}
	for _, cookie := range a.Cookies {
		h.Add("Set-Cookie", cookie)
	}
	h.Del("Content-Length") // it is the gateway's to say
	if h.Get("Content-Type") == "" {
		if h["Content-Type"] = nil; len(a.body) > 0 { // nil: net/http guesses none
			h.Set("Content-Type", "text/plain;charset=UTF-8")
		}
	}
	w.WriteHeader(a.Status)
	_, _ = w.Write(a.body)
}
