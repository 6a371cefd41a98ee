package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// answer is what came back. Members are looked up in its JSON, whose numbers are as they stand there.
type answer struct {
	code   int
	header http.Header
	body   string
	json   map[string]any // if the body is an object
	list   []any          // if it is an array
}

func newAnswer(res *http.Response, body []byte) (answer, error) {
	a := answer{code: res.StatusCode, header: res.Header, body: string(body)}
	if len(body) == 0 {
		return a, nil
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	var value any
	if err := dec.Decode(&value); err != nil {
		return a, err
	}
	a.json, _ = value.(map[string]any)
	a.list, _ = value.([]any)
	return a, nil
}

// sound checks what is true of every answer, whatever was asked and of which product's API.
func (a answer) sound(path string) error {
	kind, native := a.header.Get("Content-Type"), strings.HasPrefix(path, "/v1/")
	switch {
	case a.code >= 300 && a.code < 400:
		return fmt.Errorf("a redirect to %s", a.header.Get("Location"))
	case a.code >= 500 && a.code != http.StatusServiceUnavailable:
		return errors.New("a server's error")
	case a.header.Get("Cache-Control") != "no-store":
		return errors.New("no Cache-Control: no-store")
	case a.header.Get("X-Content-Type-Options") != "nosniff":
		return errors.New("no X-Content-Type-Options: nosniff")
	case len(a.header.Get("X-Request-Id")) < 8:
		return errors.New("no X-Request-Id")
	case a.challenges(path) && a.header.Get("WWW-Authenticate") == "":
		return errors.New("no WWW-Authenticate")
	case a.code == http.StatusNoContent && a.body != "":
		return errors.New("204 with a body")
	case a.body != "" && kind != "application/json" && !(native && kind == "application/problem+json"):
		return fmt.Errorf("a body of the type %q", kind)
	}
	return nil
}

// challenges reports whether the answer must name a scheme: Quay's and HOPRd's never do.
func (a answer) challenges(path string) bool {
	if strings.HasPrefix(path, "/api/v1/") || strings.HasPrefix(path, "/api/v3/") {
		return false
	}
	return a.code == http.StatusUnauthorized || a.code == http.StatusForbidden
}

// text is a member of the answer that is a string, "" if there is none.
func (a answer) text(name string) string {
	text, _ := a.json[name].(string)
	return text
}

// in is a member that is an object, as an answer of its own.
func (a answer) in(name string) answer {
	object, _ := a.json[name].(map[string]any)
	return a.of(object)
}

// items are the objects of an array that is the answer, or the member of it that is named.
func (a answer) items(name string) []answer {
	list := a.list
	if name != "" {
		list, _ = a.json[name].([]any)
	}
	out := make([]answer, len(list))
	for i, item := range list {
		object, _ := item.(map[string]any)
		out[i] = a.of(object)
	}
	return out
}

func (a answer) of(object map[string]any) answer {
	text, _ := json.Marshal(object) // it was read from JSON
	return answer{code: a.code, header: a.header, body: string(text), json: object}
}
