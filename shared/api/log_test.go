package api_test

import (
	"bytes"
	"log/slog"
	"net/http/httptest"
	"strings"
	"testing"

	"latchkey/shared/api"
	"latchkey/shared/pat"
)

// Some products tell their callers next to nothing of a refusal; whoever runs the service must be able to find out.
func TestTheLogSaysWhyARequestWasRefused(t *testing.T) {
	svc, _, _ := newService(t, "repo:read")
	var text bytes.Buffer
	handler := api.Handler(svc, slog.New(slog.NewTextHandler(&text, nil)), pat.Ops()...)
	for _, c := range []struct{ body, why string }{
		{`{"token":"x","cost":-1}`, `why="the request is not acceptable; cost: 0 to 1000"`},
		{`{"token":"x","scopes":[` + strings.Repeat(`"conspicuous",`, 60) + `"a:b"]}`, "code=invalid why="},
		{`{"token":`, "code=unreadable why="},
	} {
		text.Reset()
		r := httptest.NewRequestWithContext(t.Context(), "POST", "/v1/tokens/verify", strings.NewReader(c.body))
		r.Header.Set("Content-Type", "application/json")
		handler.ServeHTTP(httptest.NewRecorder(), r)
		if line := text.String(); !strings.Contains(line, c.why) || len(line) > 800 || strings.Contains(line, "conspicuous") {
			t.Errorf("%s: %s", c.body, line)
		}
	}
}
