package api_test

import (
	"context"
	"crypto/rand"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"latchkey/shared/api"
	"latchkey/shared/pat"
	"latchkey/shared/session"
	"latchkey/shared/store/mem"
)

// BenchmarkVerify times a whole verification over a connection, beside a handler that only reads the body
// and answers: their ratio is what Latchkey costs.
func BenchmarkVerify(b *testing.B) {
	log := slog.New(slog.DiscardHandler)
	store := mem.New()
	ring := pat.NewKeyRing(store)
	svc := pat.NewService(pat.Config{Store: store, Ring: ring, Sessions: session.New(ring, "urn:latchkey"),
		Policy: pat.DefaultPolicy(), Now: time.Now, Rand: rand.Reader, Log: log})
	ctx := context.Background()
	password := pat.NewSecret("a long password")
	if _, err := svc.Bootstrap(ctx, "admin", func() (pat.Secret, error) { return password, nil }); err != nil {
		b.Fatal(err)
	}
	login, err := svc.Login(ctx, pat.LoginRequest{Username: "admin", Password: password})
	if err != nil {
		b.Fatal(err)
	}
	caller, err := svc.Authenticate(ctx, pat.Credential{Scheme: pat.SchemeBearer, Secret: login.Secret})
	if err != nil {
		b.Fatal(err)
	}
	made, err := svc.Create(ctx, caller, pat.CreateRequest{Name: "bench", Scopes: []pat.Scope{"repo:read"}})
	if err != nil {
		b.Fatal(err)
	}
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
