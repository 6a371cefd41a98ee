package main

import (
	"bytes"
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// outcome is what a run of the program showed.
type outcome struct {
	status         int
	stdout, stderr string
}

// outside runs the program in this process, in a world of its own: a folder, some variables, what it reads.
type outside struct {
	t         *testing.T
	ctx       context.Context
	variables map[string]string
	stdin     string
}

func newOutside(t *testing.T) *outside {
	return &outside{t: t, ctx: t.Context(), variables: map[string]string{"LATCHKEY_CONFIG_DIR": t.TempDir(), "LATCHKEY_TOKEN": "pat_the-callers-own"}}
}

func (o *outside) run(args ...string) outcome {
	o.t.Helper()
	var stdout, stderr bytes.Buffer
	status := run(environment{
		ctx:    o.ctx,
		lookup: func(name string) (string, bool) { value, ok := o.variables[name]; return value, ok },
		stdin:  strings.NewReader(o.stdin), stdout: &stdout, stderr: &stderr, clock: systemClock(),
	}, args)
	return outcome{status, stdout.String(), stderr.String()}
}

// fake is a server that answers as a test wants it to, and is the address of what is run from then on.
func (o *outside) fake(answer http.HandlerFunc) *httptest.Server {
	s := httptest.NewServer(answer)
	o.t.Cleanup(s.Close)
	o.variables["LATCHKEY_URL"] = s.URL
	return s
}

// says answers every request the same.
func says(status int, body string, headers ...string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(headers); i += 2 {
			w.Header().Set(headers[i], headers[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	}
}

func (o *outside) want(got outcome, status int, stderr string) {
	o.t.Helper()
	if got.status != status || got.stderr != stderr {
		o.t.Errorf("status %d, stderr %q; want %d, %q", got.status, got.stderr, status, stderr)
	}
}
