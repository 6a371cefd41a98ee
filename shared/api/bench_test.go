package api_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"latchkey/shared/api"
	"latchkey/shared/pat"
)

// BenchmarkVerify times a whole verification over a connection, beside a handler that only reads the body
// and answers: their ratio is what Latchkey costs.
func BenchmarkVerify(b *testing.B) {
	svc, _, made := newService(b, "repo:read")
	log := slog.New(slog.DiscardHandler)
	bare := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"valid":true}`))
	})
	for name, h := range map[string]http.Handler{"latchkey": api.Handler(svc, log, pat.Ops()...), "bare": bare} {
		b.Run(name, func(b *testing.B) {
			server := httptest.NewServer(h)
			defer server.Close()
			body := `{"token":"` + made.Secret.Reveal() + `","scopes":["repo:public_read"]}`
			b.ReportAllocs()
			for b.Loop() {
				res, err := http.Post(server.URL+"/v1/tokens/verify", "application/json", strings.NewReader(body))
				if err != nil {
					b.Fatal(err)
				}
				answer, err := io.ReadAll(res.Body)
				res.Body.Close()
				if err != nil || !strings.Contains(string(answer), `"valid":true`) {
					b.Fatalf("%s, %v", answer, err)
				}
			}
		})
	}
}
