package behaviour

import (
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// request is one question that a script asks.
type request struct {
	method, path string
	bearer       string
	header       http.Header
	body         string
}

// http reads a request from a line: its flags may stand in any order, the body is what is left.
func (s *story) http(ts *testscript.TestScript, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: http METHOD PATH [-as WHO] [-key TOKEN] [-header 'Name: value'] [BODY]")
	}
	req := request{method: args[0], path: args[1], header: http.Header{}}
	for rest := args[2:]; len(rest) > 0; rest = rest[1:] {
		switch {
		case rest[0] == "-as" && len(rest) > 1:
			req.bearer = s.bearer(ts, rest[1])
			rest = rest[1:]
		case rest[0] == "-basic" && len(rest) > 1: // -basic NAME:TOKEN
			name, secret, _ := strings.Cut(rest[1], ":")
			fake := http.Request{Header: http.Header{}}
			fake.SetBasicAuth(name, ts.Getenv(secret))
			req.header["Authorization"] = fake.Header["Authorization"]
			rest = rest[1:]
		case rest[0] == "-key" && len(rest) > 1: // -key TOKEN
			req.header.Set("X-Auth-Token", url.PathEscape(ts.Getenv(rest[1])))
			rest = rest[1:]
		case rest[0] == "-header" && len(rest) > 1:
			name, value, ok := strings.Cut(rest[1], ": ")
			if !ok {
				ts.Fatalf("-header wants 'Name: value'")
			}
			req.header.Add(name, value)
			rest = rest[1:]
		case len(rest) == 1:
			req.body = s.bodyOf(ts, rest[0])
		default:
			ts.Fatalf("http: unknown %q", rest[0])
		}
	}
	s.ask(ts, req)
}

// bodyOf returns the text, or what the file of that name holds, with its variables replaced.
func (s *story) bodyOf(ts *testscript.TestScript, text string) string {
	if !strings.HasSuffix(text, ".json") || strings.ContainsAny(text, " {[\"") {
		return text
	}
	return os.Expand(ts.ReadFile(text), ts.Getenv)
}

// ask sends the request and keeps the answer, once it has what every answer must have.
func (s *story) ask(ts *testscript.TestScript, in request) {
	req, err := http.NewRequest(in.method, s.door.BaseURL+in.path, strings.NewReader(in.body))
	ts.Check(err)
	for name, values := range in.header {
		req.Header[name] = values
	}
	if in.body != "" && req.Header.Get("Content-Type") == "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if in.bearer != "" {
		req.Header.Set("Authorization", "Bearer "+in.bearer)
	}
	res, err := client.Do(req)
	ts.Check(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	ts.Check(err)
	s.answer, err = newAnswer(in.method, in.path, res, body)
	if err == nil {
		err = s.answer.sound()
	}
	if err == nil {
		err = s.answer.repeats(s.secrets)
	}
	if err != nil {
		ts.Fatalf("%s %s: %v; the answer was\n%s", in.method, in.path, err, s.answer)
	}
	s.secrets = append(s.secrets, s.answer.minted()...)
}
