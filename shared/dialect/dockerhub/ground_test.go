package dockerhub_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/shared/api"
	"latchkey/shared/pat"
	"latchkey/shared/session"
	"latchkey/shared/store/mem"
)

// ground is a whole service in memory, with a clock that the test moves and randomness that repeats.
type ground struct {
	*testing.T
	now    time.Time
	store  *mem.Store
	ring   *pat.KeyRing
	svc    *pat.Service
	served http.Handler

	alice, bob, root string // sessions, got with a password; root is an administrator's
}

const (
	password = "correct horse battery staple"
	issuer   = "https://hub.example"
	host     = "hub.example"
	peer     = "192.0.2.7"
	agent    = "contract/1.0"

	scheme = ":scheme" // in place of a header: the scheme by which the client came, https unless said
)

var morning = time.Date(2026, 7, 1, 12, 0, 0, 123_000_000, time.UTC)

// line is one line of the contract, and what shows that it is kept.
type line struct {
	says string
	show func(g *ground)
}

// hold shows each line on a ground of its own.
func hold(t *testing.T, lines []line) {
	t.Helper()
	for _, l := range lines {
		t.Run(l.says, func(t *testing.T) {
			t.Parallel()
			l.show(newGround(t))
		})
	}
}

func newGround(t *testing.T, edits ...func(*pat.Policy)) *ground {
	t.Helper()
	g := &ground{T: t, now: morning, store: mem.New()}
	g.ring = pat.NewKeyRing(g.store)
	policy := pat.DefaultPolicy()
	policy.TokensPerOwner = 150 // more than a page
	for _, edit := range edits {
		edit(&policy)
	}
	log := slog.New(slog.DiscardHandler)
	g.svc = pat.NewService(pat.Config{Store: g.store, Ring: g.ring, Sessions: session.New(g.ring, issuer, nil), Policy: policy,
		Now: func() time.Time { return g.now }, Rand: rand.NewChaCha8([32]byte([]byte(issuer + "             "))), Log: log})
	g.served = api.Handler(g.svc, log, pat.Ops()...)

	made := prepared()
	if err := g.store.PutKeys(t.Context(), made.keys, 0); err != nil {
		t.Fatal(err)
	}
	for i, name := range []string{"alice", "bob", "root"} {
		user := pat.Owner{ID: pat.UserID(name), Tag: pat.Tag("tag0000" + string("abc"[i])), Password: made.password, Admin: name == "root",
			CreatedAt: g.now, UpdatedAt: g.now}
		if err := g.store.PutOwner(t.Context(), user, 0, pat.Standing{}); err != nil {
			t.Fatal(err)
		}
	}
	g.alice, g.bob, g.root = g.session("alice"), g.session("bob"), g.session("root")
	return g
}

// prepared is what takes time to make: keys, and the hash of the password.
var prepared = sync.OnceValue(func() (made struct {
	keys     pat.Keys
	password pat.PasswordHash
}) {
	store := mem.New()
	svc := pat.NewService(pat.Config{Store: store, Ring: pat.NewKeyRing(store), Policy: pat.DefaultPolicy(),
		Now: func() time.Time { return morning }, Rand: rand.NewChaCha8([32]byte{}), Log: slog.New(slog.DiscardHandler)})
	word := func() (pat.Secret, error) { return pat.NewSecret(password), nil }
	ctx := context.Background()
	_, err1 := svc.Bootstrap(ctx, "root", word)
	keys, err2 := store.Keys(ctx)
	root, err3 := store.Owner(ctx, pat.UserID("root"))
	if err := errors.Join(err1, err2, err3); err != nil {
		panic(err)
	}
	made.keys, made.password = keys, root.Password
	return made
})

// session opens a session as a log-in does, but for the password: hashing is slow.
func (g *ground) session(name string) string {
	g.Helper()
	row, err := g.store.Owner(g.Context(), pat.UserID(name))
	if err != nil {
		g.Fatal(err)
	}
	jwt, err := session.New(g.ring, issuer, nil).Issue(g.Context(), pat.Session{ID: "1", Owner: row.ID, Epoch: row.Epoch,
		Product: pat.DockerHub, Tag: row.Tag, IssuedAt: g.now, ExpiresAt: g.now.Add(24 * time.Hour)})
	if err != nil {
		g.Fatal(err)
	}
	return jwt.Reveal()
}

// answer is what came back. Members are looked up in its JSON.
type answer struct {
	*httptest.ResponseRecorder
	json map[string]any
}

// send makes a request as the product's clients do: they name a content type even where there is no body.
func (g *ground) send(as, route, body string, header ...string) answer {
	g.Helper()
	method, path, _ := strings.Cut(route, " ")
	r := httptest.NewRequestWithContext(g.Context(), method, path, strings.NewReader(body))
	r.Host, r.RemoteAddr, r.URL.Scheme = host, peer+":4711", "https"
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", agent)
	if as != "" {
		r.Header.Set("Authorization", "Bearer "+as)
	}
	for i := 0; i+1 < len(header); i += 2 {
		if header[i] == scheme {
			r.URL.Scheme = header[i+1]
			continue
		}
		r.Header.Set(header[i], header[i+1])
	}
	a := answer{httptest.NewRecorder(), nil}
	g.served.ServeHTTP(a, r)
	if a.Body.Len() > 0 {
		if err := json.Unmarshal(a.Body.Bytes(), &a.json); err != nil {
			g.Errorf("%s: %v in %s", route, err, a.Body)
		}
	}
	if ours := strings.HasPrefix(path, "/v2/"); ours && a.Body.Len() > 0 && a.Header().Get("Content-Type") != "application/json" {
		g.Errorf("%s: %s", route, a.Header().Get("Content-Type"))
	}
	return a
}

// ask is send for an answer that must have the status.
func (g *ground) ask(status int, as, route, body string, header ...string) answer {
	g.Helper()
	a := g.send(as, route, body, header...)
	if a.Code != status {
		g.Fatalf("%s: %d, want %d: %s", route, a.Code, status, a.Body)
	}
	return a
}

// create makes a token of alice's with what more is given, such as `,"expires_at":"…"`.
func (g *ground) create(more string) answer {
	g.Helper()
	return g.ask(201, g.alice, "POST /v2/access-tokens", `{"token_label":"ci","scopes":["repo:read"]`+more+`}`)
}

func (a answer) text(name string) string {
	text, _ := a.json[name].(string)
	return text
}

// at is the path of the token that the answer is about.
func (a answer) at() string { return "/v2/access-tokens/" + a.text("uuid") }

// want compares members of an answer with JSON: want(a, "is_active", "true", "last_used", "null").
func (g *ground) want(a answer, pairs ...string) {
	g.Helper()
	for i := 0; i+1 < len(pairs); i += 2 {
		value, there := a.json[pairs[i]]
		got, err := json.Marshal(value)
		if err != nil || !there || string(got) != pairs[i+1] {
			g.Errorf("%s is %s (there: %t), want %s", pairs[i], got, there, pairs[i+1])
		}
	}
}

// body compares a whole body.
func (g *ground) body(a answer, want string) {
	g.Helper()
	if a.Body.String() != want {
		g.Errorf("got %s, want %s", a.Body, want)
	}
}

// login logs in on a path and returns the answer.
func (g *ground) login(status int, username, secret string) answer {
	g.Helper()
	body, err := json.Marshal(map[string]string{"username": username, "password": secret})
	if err != nil {
		g.Fatal(err)
	}
	return g.ask(status, "", "POST /v2/users/login", string(body))
}
