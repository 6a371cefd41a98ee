package behaviour

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"mime"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// answer is what a door said, whole.
type answer struct {
	method string // of the request
	path   string // of the request
	status int
	header http.Header
	body   []byte
	json   any // the body, if it is JSON
}

func newAnswer(method, path string, res *http.Response, body []byte) (*answer, error) {
	a := &answer{method: method, path: path, status: res.StatusCode, header: res.Header, body: body}
	mediaType, _, _ := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if len(body) == 0 || mediaType != "application/json" && mediaType != "application/problem+json" {
		return a, nil
	}
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.UseNumber()
	if err := dec.Decode(&a.json); err != nil {
		return a, fmt.Errorf("the body is not JSON: %w", err)
	}
	return a, nil
}

// sound checks what is true of every answer of the service, whatever was asked.
func (a *answer) sound() error {
	switch {
	case a.status >= 300 && a.status < 400:
		return errors.New("a redirect")
	case a.status >= 500:
		return errors.New("a server's error")
	case a.header.Get("Cache-Control") != "no-store":
		return errors.New("no Cache-Control: no-store")
	case a.header.Get("X-Content-Type-Options") != "nosniff":
		return errors.New("no X-Content-Type-Options: nosniff")
	case len(a.header.Get("X-Request-Id")) < 8:
		return errors.New("no X-Request-Id")
	case (a.status == http.StatusUnauthorized || a.status == http.StatusForbidden) && a.tongue().challenges && a.header.Get("WWW-Authenticate") == "":
		return errors.New("no WWW-Authenticate")
	case a.status == http.StatusMethodNotAllowed && a.header.Get("Allow") == "":
		return errors.New("no Allow")
	case a.status == http.StatusNoContent && len(a.body) > 0:
		return errors.New("204 with a body")
	case a.status < 300 && len(a.body) > 0 && a.header.Get("Content-Type") != "application/json":
		return errors.New("an answer that is not application/json")
	case a.status == http.StatusOK && len(a.body) == 0 && a.method != http.MethodOptions:
		return errors.New("200 without a body")
	case a.status >= 400:
		return a.tongue().sound(a)
	}
	return nil
}

// soundProblem checks an error's answer against RFC 9457 and the API's own promises.
func (a *answer) soundProblem() error {
	if a.header.Get("Content-Type") != "application/problem+json" {
		return errors.New("an error that is not application/problem+json")
	}
	if a.method == http.MethodHead {
		return nil
	}
	problem, ok := a.json.(map[string]any)
	if !ok {
		return errors.New("an error that is not an object")
	}
	for _, member := range []string{"type", "title", "detail"} {
		if value, ok := problem[member].(string); !ok || value == "" {
			return fmt.Errorf("a problem without %s", member)
		}
	}
	if text(problem["status"]) != strconv.Itoa(a.status) {
		return errors.New("a problem with another status than its answer")
	}
	for _, e := range list(problem["errors"]) {
		if field, ok := e.(map[string]any); !ok || text(field["detail"]) == "" {
			return errors.New("a field's error without detail")
		}
	}
	return nil
}

// code is the kind of an error, in the words of our own API: "" if it is none.
func (a *answer) code() string { return a.tongue().code(a) }

// faults are the fields that a refusal names.
func (a *answer) faults() []string { return a.tongue().faults(a) }

// problemCode returns the problem's code.
func (a *answer) problemCode() string {
	problem, _ := a.json.(map[string]any)
	code, _ := strings.CutPrefix(text(problem["type"]), "urn:latchkey:error:")
	return code
}

// problemFaults returns where the problem says that fields are wrong: pointers, and parameters with a ? before them.
func (a *answer) problemFaults() []string {
	problem, _ := a.json.(map[string]any)
	var at []string
	for _, e := range list(problem["errors"]) {
		switch field, _ := e.(map[string]any); {
		case field["parameter"] != nil:
			at = append(at, "?"+text(field["parameter"]))
		case field["pointer"] != nil:
			at = append(at, text(field["pointer"]))
		}
	}
	slices.Sort(at)
	return at
}

// minted returns the secrets that the answer shows: of what was made, and of a log-in.
func (a *answer) minted() []string {
	made, _ := a.json.(map[string]any)
	if !a.tongue().shows(a) {
		return nil
	}
	if inner, ok := made["token"].(map[string]any); ok {
		made = inner
	}
	var shown []string
	for _, name := range append([]string{"token", "access_token", "refresh_token", "token_code"}, a.tongue().secrets...) {
		if secret, _ := made[name].(string); secret != "" {
			shown = append(shown, secret)
		}
	}
	return shown
}

// repeats reports the first secret that the answer repeats where it must not.
func (a *answer) repeats(secrets []string) error {
	shown := a.minted()
	whole := a.String()
	for _, secret := range secrets {
		if secret != "" && !slices.Contains(shown, secret) && strings.Contains(whole, secret) {
			return fmt.Errorf("the answer repeats the secret %q", secret)
		}
	}
	return nil
}

// String writes the answer as it would stand on the wire, its headers in order.
func (a *answer) String() string {
	var b strings.Builder
	fmt.Fprintln(&b, a.status)
	_ = a.header.Write(&b)
	b.WriteString("\n")
	b.Write(a.body)
	return b.String()
}

// comparable is the answer without what differs each time.
func (a *answer) comparable() string {
	plain := *a
	plain.header = a.header.Clone()
	plain.header.Del("Date")
	plain.header.Del("X-Request-Id")
	for _, own := range []string{"Apigw-Requestid", "X-Amzn-Requestid", "X-Amz-Apigw-Id", "X-Amzn-Trace-Id"} { // API Gateway's own
		plain.header.Del(own)
	}
	return plain.String()
}

// text returns the member at a path as a script writes it: a string as it is, all else as compact JSON.
func (a *answer) text(ts *testscript.TestScript, path string) string {
	value, ok := lookup(a.json, path)
	if !ok {
		ts.Fatalf("there is no %s; the answer was\n%s", path, a)
	}
	return text(value)
}

func text(value any) string {
	if s, ok := value.(string); ok {
		return s
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(value); err != nil {
		return err.Error()
	}
	return strings.TrimSpace(b.String())
}

func list(value any) []any {
	l, _ := value.([]any)
	return l
}

// lookup follows a path such as .tokens[0].id.
func lookup(value any, path string) (any, bool) {
	for _, step := range strings.Split(strings.ReplaceAll(path, "[", ".["), ".")[1:] {
		if at, ok := strings.CutPrefix(step, "["); ok {
			i, err := strconv.Atoi(strings.TrimSuffix(at, "]"))
			if err != nil || i < 0 || i >= len(list(value)) {
				return nil, false
			}
			value = list(value)[i]
			continue
		}
		object, _ := value.(map[string]any)
		member, ok := object[step]
		if !ok {
			return nil, false
		}
		value = member
	}
	return value, true
}
