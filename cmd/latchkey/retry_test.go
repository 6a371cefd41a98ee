package main

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/shared/pat"
)

const madeToken = `{"id":"1","name":"ci","token":"pat_x","version":1}`

// script answers one request after the other, and keeps what was asked.
type script struct {
	mu      sync.Mutex
	answers []http.HandlerFunc
	asked   []string // key and body
}

func (s *script) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.asked = append(s.asked, r.Header.Get("Idempotency-Key")+" "+string(body))
	s.answers[min(len(s.asked), len(s.answers))-1](w, r)
}

// drop closes the connection in place of an answer.
func drop(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }

// cut closes it in the middle of one.
func cut(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = w.Write([]byte(madeToken))
	panic(http.ErrAbortHandler)
}

// patient is a client whose pauses are noted and take no time.
func patient(base string, pauses *[]time.Duration) *client {
	c := newClient(address(base), pat.Secret{})
	c.pause = func(_ context.Context, d time.Duration) error { *pauses = append(*pauses, d); return nil }
	return c
}

func TestALostAnswerIsAskedForAgainUnderTheSameKey(t *testing.T) {
	busy := says(503, `{"title":"Unavailable","detail":"try again"}`, "Retry-After", "2")
	for name, first := range map[string]http.HandlerFunc{"dropped": drop, "cut": cut, "busy": busy, "failed": says(500, ""), "proxy": says(504, "")} {
		t.Run(name, func(t *testing.T) {
			s := &script{answers: []http.HandlerFunc{first, says(201, madeToken)}}
			server := httptest.NewServer(s)
			defer server.Close()
			var pauses []time.Duration
			a, uncertain, err := patient(server.URL, &pauses).insist(t.Context(), call{
				method: http.MethodPost, path: "/v1/tokens", header: http.Header{"Idempotency-Key": {"k"}},
				body: map[string]any{"name": "ci", "scopes": []string{"x:y"}, "maxUses": 2, "description": "d", "groupId": "g"},
			})
			if err != nil || uncertain || string(a.body) != madeToken {
				t.Fatalf("%q, %v, %v", a.body, uncertain, err)
			}
			if len(s.asked) != 2 || s.asked[0] != s.asked[1] || !strings.HasPrefix(s.asked[0], "k {") {
				t.Errorf("asked %q", s.asked)
			}
			if want := map[bool]time.Duration{true: 2 * time.Second, false: firstPause}[name == "busy"]; !slices.Equal(pauses, []time.Duration{want}) {
				t.Errorf("pauses %v, want %s", pauses, want)
			}
		})
	}
}

func TestARefusalIsNotAskedForAgain(t *testing.T) {
	for _, status := range []int{400, 401, 403, 404, 409, 422, 429} {
		s := &script{answers: []http.HandlerFunc{says(status, "")}}
		server := httptest.NewServer(s)
		var pauses []time.Duration
		_, uncertain, err := patient(server.URL, &pauses).insist(t.Context(), call{method: http.MethodPost, path: "/v1/tokens"})
		server.Close()
		if !isStatus(err, status) || len(s.asked) != 1 || uncertain {
			t.Errorf("%d: asked %d times, %v, %v", status, len(s.asked), uncertain, err)
		}
	}
}

func TestAServerThatIsGoneHasMadeNothing(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	var pauses []time.Duration
	_, uncertain, err := patient(server.URL, &pauses).insist(t.Context(), call{method: http.MethodPost, path: "/v1/tokens"})
	if _, isLost := errors.AsType[lost](err); !isLost || uncertain || len(pauses) != tries-1 {
		t.Errorf("%v, %v, %v", uncertain, err, pauses)
	}
}

func TestWhoeverGivesUpIsToldHowToGoOn(t *testing.T) {
	o := newOutside(t)
	s := o.fake((&script{answers: []http.HandlerFunc{drop}}).ServeHTTP)
	got := o.run("token", "create", "ci", "--scope", "x:y", "--idempotency-key", "k-1")
	want := "latchkey: no answer from " + s.URL + ": EOF\n" +
		"  the token may have been made all the same: for 10 minutes, this command with\n" +
		"  --idempotency-key k-1 gets its secret, or makes it\n"
	o.want(got, statusRefused, want)
}

func TestAnInterruptedRequestMayHaveMadeAToken(t *testing.T) {
	o := newOutside(t)
	ctx, interrupt := context.WithCancel(t.Context())
	o.ctx = ctx
	o.fake(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // only then does a server notice that a client has gone
		interrupt()
		<-r.Context().Done()
	})
	got := o.run("token", "create", "ci", "--scope", "x:y", "--idempotency-key", "k-1")
	if !strings.HasPrefix(got.stderr, "latchkey: interrupted\n  the token may have been made") || got.status != statusRefused {
		t.Errorf("%+v", got)
	}
}

func TestEveryTokenHasAKeyOfItsOwn(t *testing.T) {
	o := newOutside(t)
	s := &script{answers: []http.HandlerFunc{says(201, madeToken)}}
	o.fake(s.ServeHTTP)
	for range 2 {
		if got := o.run("token", "create", "ci", "--scope", "x:y"); got.stdout != "pat_x\n" || got.status != statusDone {
			t.Errorf("%+v", got)
		}
	}
	first, _, _ := strings.Cut(s.asked[0], " ")
	second, _, _ := strings.Cut(s.asked[1], " ")
	if len(first) < 20 || first == second {
		t.Errorf("keys %q and %q", first, second)
	}
}

func TestAPauseEndsWithTheContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := pause(ctx, time.Hour); err == nil {
		t.Error("waited")
	}
	if err := pause(t.Context(), time.Nanosecond); err != nil {
		t.Error(err)
	}
}
