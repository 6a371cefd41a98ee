package native_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"slices"
	"strings"

	"github.com/pb33f/libopenapi-validator/errors"
	v3 "github.com/pb33f/libopenapi/datamodel/high/v3"
)

// answer is what came back, its body as JSON.
type answer struct {
	header http.Header
	body   map[string]any
}

func (a answer) text(name string) string { text, _ := a.body[name].(string); return text }

// ask sends a request, whose route is a method and a path, and holds the answer to the status that is wanted
// and to the document; the request too, if it is meant to be good. Headers are names, each with a value.
func (g *ground) ask(want int, authorization, route, body string, headers ...string) answer {
	g.t.Helper()
	return g.askOf(g.served, want, authorization, route, body, headers...)
}

func (g *ground) askOf(h http.Handler, want int, authorization, route, body string, headers ...string) answer {
	g.t.Helper()
	r := newRequest(authorization, route, body, headers)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	res := w.Result()
	text := w.Body.String()
	if res.StatusCode != want {
		g.t.Fatalf("%s %.200s: answered %d %s, want %d", route, body, res.StatusCode, text, want)
	}
	a := answer{header: res.Header}
	if text != "" {
		if err := json.Unmarshal([]byte(text), &a.body); err != nil {
			g.t.Fatalf("%s: the body is no JSON: %s", route, text)
		}
	}
	g.common(route, res, a)
	note(g.members, a.body)

	r = newRequest(authorization, route, body, headers) // the first one's body is read
	op := g.operation(r)
	if op == nil {
		return a
	}
	g.statuses[fmt.Sprintf("%s %d", op.OperationId, want)] = true
	g.onlyDocumentedHeaders(op, res)
	if want < 400 {
		if ok, errs := g.validator.ValidateHttpRequest(r); !ok {
			g.t.Errorf("%s %s: taken, though the document has it wrong:%s", route, body, list(errs))
		}
		r = newRequest(authorization, route, body, headers)
	}
	res.Body = io.NopCloser(strings.NewReader(text))
	if ok, errs := g.validator.ValidateHttpResponse(r, res); !ok {
		g.t.Errorf("%s: answered %d %s, which is not as documented:%s", route, want, text, list(errs))
	}
	return a
}

func (g *ground) serve(r *http.Request) *http.Response {
	w := httptest.NewRecorder()
	g.served.ServeHTTP(w, r)
	return w.Result()
}

func basic(username, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(username+":"+password))
}

func newRequest(authorization, route, body string, headers []string) *http.Request {
	method, path, _ := strings.Cut(route, " ")
	var content io.Reader
	if body != "" {
		content = strings.NewReader(body)
	}
	r := httptest.NewRequest(method, path, content)
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if authorization != "" {
		r.Header.Set("Authorization", authorization)
	}
	for pair := range slices.Chunk(headers, 2) {
		r.Header.Set(pair[0], pair[1])
	}
	return r
}

// operation returns what the document has for a request, nil if nothing.
func (g *ground) operation(r *http.Request) *v3.Operation {
	var found *v3.Operation
	mux := http.NewServeMux()
	for route, op := range g.operations() {
		mux.HandleFunc(route, func(http.ResponseWriter, *http.Request) { found = op })
	}
	if r.Method != http.MethodHead { // which ServeMux takes for a GET
		mux.ServeHTTP(httptest.NewRecorder(), r)
	}
	return found
}

var requestID = regexp.MustCompile(`^[0-9a-f]{16}$`)

// common is what every answer has, documented path or not.
func (g *ground) common(route string, res *http.Response, a answer) {
	g.t.Helper()
	h := res.Header
	if h.Get("Cache-Control") != "no-store" || h.Get("X-Content-Type-Options") != "nosniff" || !requestID.MatchString(h.Get("X-Request-Id")) {
		g.t.Errorf("%s: answered %d with the headers %v", route, res.StatusCode, h)
	}
	for name, statuses := range map[string][]int{"WWW-Authenticate": {401, 403}, "Retry-After": {429, 503}} {
		if slices.Contains(statuses, res.StatusCode) != (h.Get(name) != "") {
			g.t.Errorf("%s: answered %d with %s: %q", route, res.StatusCode, name, h.Get(name))
		}
	}
	if res.StatusCode < 400 {
		return
	}
	kind, status := a.text("type"), a.body["status"]
	if h.Get("Content-Type") != "application/problem+json" || status != float64(res.StatusCode) ||
		!slices.Contains(enum(g.schema(g.t, "Problem").Properties.Value("type").Schema()), kind) {
		g.t.Errorf("%s: answered %d %s %v", route, res.StatusCode, h.Get("Content-Type"), a.body)
	}
}

func (g *ground) onlyDocumentedHeaders(op *v3.Operation, res *http.Response) {
	g.t.Helper()
	documented, ok := op.Responses.Codes.Get(fmt.Sprint(res.StatusCode))
	if !ok {
		g.t.Fatalf("%s: answered %d, which is not documented", op.OperationId, res.StatusCode)
	}
	for name := range res.Header {
		known := name == "Content-Type" && documented.Content.Len() > 0
		for other := range documented.Headers.KeysFromOldest() {
			known = known || http.CanonicalHeaderKey(other) == name
		}
		if !known {
			g.t.Errorf("%s %d: answered with %s, which is not documented", op.OperationId, res.StatusCode, name)
		}
	}
}

// note collects the names of all members of a body, alone and with their texts.
func note(seen map[string]bool, value any) {
	switch value := value.(type) {
	case map[string]any:
		for name, inner := range value {
			seen[name] = true
			if text, ok := inner.(string); ok {
				seen[name+"="+text] = true
			}
			note(seen, inner)
		}
	case []any:
		for _, inner := range value {
			note(seen, inner)
		}
	}
}

func list(errs []*errors.ValidationError) string {
	var b strings.Builder
	for _, err := range errs {
		b.WriteString("\n\t" + err.Error())
	}
	return b.String()
}
