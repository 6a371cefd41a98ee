package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
)

func TestARedirectIsNotFollowed(t *testing.T) {
	o := newOutside(t)
	var reached atomic.Bool
	thief := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Store(true) }))
	defer thief.Close()
	for _, status := range []int{301, 302, 303, 307, 308} {
		s := o.fake(says(status, "", "Location", thief.URL))
		o.want(o.run("token", "list"), statusRefused, "latchkey: "+s.URL+" answered "+strconv.Itoa(status)+" "+http.StatusText(status)+", and a redirect is not followed: give the server's own address\n")
		o.stdin = "a password"
		o.run("login", "--username", "admin")
	}
	if reached.Load() {
		t.Error("the redirect was followed")
	}
}

func TestAnAnswerIsBounded(t *testing.T) {
	o := newOutside(t)
	s := o.fake(func(w http.ResponseWriter, r *http.Request) {
		junk := []byte(strings.Repeat(" ", 64<<10))
		for r.Context().Err() == nil {
			if _, err := w.Write(junk); err != nil {
				return
			}
		}
	})
	o.want(o.run("token", "list"), statusRefused, "latchkey: the answer of "+s.URL+" is larger than 8 MiB\n")
}

func TestWhatIsNoLatchkeyIsToldInOneLine(t *testing.T) {
	const stranger = "latchkey: the answer is not what a Latchkey server says: is the address right?\n"
	o := newOutside(t)
	o.stdin = "a secret"
	for _, body := range []string{"", "<html>\x1b[31mWelcome</html>", "null", "[]", "{}", `"text"`, `{"tokens":7}`, `{"tokens":[7]}`, `{"tokens":[],"nextCursor":7}`} {
		o.fake(says(200, body))
		if got := o.run("token", "list"); got.status != statusRefused || got.stderr != stranger || got.stdout != "" {
			t.Errorf("list of %q: %+v", body, got)
		}
	}
	for _, command := range [][]string{{"token", "create", "ci", "--scope", "x:y"}, {"token", "verify"}, {"login", "--username", "admin"}} {
		o.fake(says(200, "{}"))
		if got := o.run(command...); got.status != statusRefused || got.stderr != stranger || got.stdout != "" {
			t.Errorf("%s: %+v", command, got)
		}
	}
	s := o.fake(says(502, "<html>\x1b[31mBad gateway</html>"))
	o.want(o.run("token", "list"), statusRefused, "latchkey: "+s.URL+" answered 502 Bad Gateway\n")
}

// full is a disk without room.
type full struct{}

func (full) Write([]byte) (int, error) { return 0, errors.New("no space left on device") }

func TestASecretThatCannotBeShownIsNotLostInSilence(t *testing.T) {
	o := newOutside(t)
	o.fake(says(201, madeToken))
	var stderr strings.Builder
	lookup := func(name string) (string, bool) { value, ok := o.variables[name]; return value, ok }
	status := run(environment{t.Context(), lookup, strings.NewReader(""), full{}, &stderr, systemClock()}, []string{"token", "create", "ci", "--scope", "x:y"})
	const want = "latchkey: write the secret: no space left on device; nobody can see it again, so revoke the token 1\n"
	if status != statusRefused || !strings.HasSuffix(stderr.String(), want) {
		t.Errorf("status %d, %q", status, &stderr)
	}
}

func TestAVerdictIsNeverGuessed(t *testing.T) {
	o := newOutside(t)
	o.stdin = "pat_x"
	for _, body := range []string{`{"valid":true}`, `{"valid":true,"code":"REVOKED"}`, `{"valid":false,"code":"VALID"}`, `{"valid":"true","code":"VALID"}`, `{"code":"VALID"}`} {
		o.fake(says(200, body))
		if got := o.run("token", "verify"); got.status != statusRefused || got.stdout != "" {
			t.Errorf("%s: %+v", body, got)
		}
	}
}

func TestARefusalIsReadable(t *testing.T) {
	o := newOutside(t)
	o.fake(says(429, `{"title":"Too many requests","detail":"too many attempts","status":429}`, "Retry-After", "90"))
	o.want(o.run("user", "list"), statusRefused, "latchkey: too many attempts (in 1m30s)\n")
	o.fake(says(422, `{"title":"T","detail":"no \u001b[31m\n good","errors":[{"detail":"a\nb","pointer":"/scopes/0"},{"detail":"c","parameter":"limit"},{"detail":"d"}]}`))
	o.want(o.run("user", "list"), statusRefused, `latchkey: no \u001b[31m\n good`+"\n"+`  scopes/0: a\nb`+"\n  limit: c\n  d\n")
	o.fake(says(403, `{"title":"Not allowed"}`))
	o.want(o.run("user", "list"), statusRefused, "latchkey: Not allowed\n")
}

func TestNamesCannotForgeATable(t *testing.T) {
	o := newOutside(t)
	const body = `{"tokens":[{"id":"1","name":"a\u001b[2J\tforged\n2  admin","status":"active","prefix":"p\u202e","scopes":["x:\u009by"],"expiresAt":"2030-01-31T12:00:00.000Z"}]}`
	o.fake(says(200, body))
	got := o.run("token", "list")
	want := "" +
		"ID  NAME                             STATUS  PREFIX   EXPIRES            LAST USED  SCOPES\n" +
		`1   a\u001b[2J\tforged\n2  admin  active  p\u202e  2030-01-31 12:00Z  -          x:\u009by` + "\n"
	if squeeze(got.stdout) != squeeze(want) {
		t.Errorf("got %q", got.stdout)
	}
	got = o.run("token", "list", "--json")
	if strings.ContainsAny(got.stdout, "\x1b\t\u202e\u009b") || strings.Count(got.stdout, "\n") != 1 {
		t.Errorf("got %q", got.stdout)
	}
}

func squeeze(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = strings.Join(strings.Fields(line), " ")
	}
	return strings.Join(lines, "\n")
}

func TestAListingThatGoesInCirclesEnds(t *testing.T) {
	o := newOutside(t)
	o.fake(says(200, `{"tokens":[],"nextCursor":"same"}`))
	o.want(o.run("token", "list", "--all"), statusRefused, "latchkey: the listing does not go on: the server gave the same cursor twice\n")
}

func TestAnInterruptedCallSaysSo(t *testing.T) {
	o := newOutside(t)
	ctx, interrupt := context.WithCancel(t.Context())
	o.ctx = ctx
	o.fake(func(_ http.ResponseWriter, r *http.Request) {
		interrupt()
		<-r.Context().Done()
	})
	o.want(o.run("token", "list"), statusRefused, "latchkey: interrupted\n")
}
