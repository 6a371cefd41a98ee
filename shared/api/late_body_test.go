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

// lateBody is a body that arrives only after something else has happened.
type lateBody struct {
	io.Reader
	before func()
}

func (b *lateBody) Read(p []byte) (int, error) {
	if b.before != nil {
		b.before()
		b.before = nil
	}
	return b.Reader.Read(p)
}

func TestABodyHeldBackDoesNotKeepARightAlive(t *testing.T) {
	svc, caller, made := newService(t, "tokens:write")
	body := &lateBody{strings.NewReader(`{"name":"heir","scopes":["tokens:write"]}`), func() {
		if err := svc.Delete(t.Context(), caller, pat.DeleteRequest{ID: made.Token.ID}); err != nil {
			t.Error(err)
		}
	}}
	r := httptest.NewRequest("POST", "/v1/tokens", body)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+made.Secret.Reveal())
	w := httptest.NewRecorder()
	api.Handler(svc, slog.New(slog.DiscardHandler), pat.Ops()...).ServeHTTP(w, r)
	if w.Code != http.StatusUnauthorized {
		t.Errorf("got %d %s", w.Code, w.Body)
	}
}
