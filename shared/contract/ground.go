package contract

import (
	"crypto/rand"
	"encoding/json"
	"io"
	"math/big"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"
)

// ground is where a line is shown. Its users are made when they are first named, since hashing a password takes time,
// and under names that no other line has.
type ground struct {
	*testing.T
	*place
	users map[string]*user
}

type user struct{ name, session string }

const (
	password = "correct horse battery staple"
	peer     = "127.0.0.1" // as the service sees us
	agent    = "contract/1.0"
)

// alice and bob are sessions, got with a password. Neither may do more than manage what is his own.
func (g *ground) alice() string { g.Helper(); return g.session("alice") }
func (g *ground) bob() string   { g.Helper(); return g.session("bob") }

// admin is a session of the administrator, whom all lines share: he makes no tokens that another line could see.
func (g *ground) admin() string {
	g.Helper()
	g.office.Lock()
	defer g.office.Unlock()
	if g.root == "" || !g.now().Before(g.until) {
		a := g.ask(201, "", "POST /v1/sessions", members("username", "admin", "password", g.door.AdminPassword))
		until, err := time.Parse(time.RFC3339, a.text("expiresAt"))
		if err != nil {
			g.Fatal(err)
		}
		g.root, g.until = a.text("token"), until
	}
	return g.root
}

// name is what the user is called whom the line calls alice.
func (g *ground) name(who string) string { g.Helper(); return g.user(who).name }

// session is the user's, the same each time.
func (g *ground) session(who string) string {
	g.Helper()
	u := g.user(who)
	if u.session == "" {
		u.session = g.ask(201, "", "POST /v1/sessions", members("username", u.name, "password", password)).text("token")
	}
	return u.session
}

func (g *ground) user(who string) *user {
	g.Helper()
	if u := g.users[who]; u != nil {
		return u
	}
	return g.account(who, "")
}

// account makes a user with what more is given, such as `,"groups":[{"id":"7","role":"admin"}]`.
func (g *ground) account(who, more string) *user {
	g.Helper()
	if g.users == nil {
		g.users = map[string]*user{}
	}
	u := &user{name: who + "-" + strings.ToLower(rand.Text()[:10])}
	g.users[who] = u
	account := members("username", u.name, "password", password)
	g.ask(201, g.admin(), "POST /v1/users", strings.TrimSuffix(account, "}")+more+"}")
	return u
}

// number is one that no other line has, for a group. Every JavaScript can count so far.
func (g *ground) number() string {
	g.Helper()
	n, err := rand.Int(rand.Reader, big.NewInt(9e14))
	if err != nil {
		g.Fatal(err)
	}
	return n.Add(n, big.NewInt(1e14)).String()
}

// move puts the service's clock to a time; only where the line is marked so.
func (g *ground) move(to time.Time) { g.door.Clock.Move(to) }

// pass lets time pass.
func (g *ground) pass(d time.Duration) { g.move(g.now().Add(d)) }

// client follows no redirect: there must be none.
var client = &http.Client{
	Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 16},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	Timeout:       time.Minute,
}

// send makes a request as the products' clients do: they name a content type even where there is no body. A header's
// empty value leaves it out; Host is a header like any other. It may be called from goroutines, unlike ask.
func (g *ground) send(as, route, body string, header ...string) answer {
	g.Helper()
	method, path, _ := strings.Cut(route, " ")
	r, err := http.NewRequestWithContext(g.Context(), method, g.door.BaseURL+path, strings.NewReader(body))
	if err != nil {
		g.Errorf("%s: %v", route, err)
		return answer{}
	}
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("User-Agent", agent)
	if as != "" {
		r.Header.Set("Authorization", "Bearer "+as)
	}
	for i := 0; i+1 < len(header); i += 2 {
		switch name, value := header[i], header[i+1]; {
		case name == "Host":
			r.Host = value
		case value == "" && name != "User-Agent": // which is the library's own unless it is there and empty
			r.Header.Del(name)
		default:
			r.Header.Set(name, value)
		}
	}
	g.sent(path, as, header)
	res, err := client.Do(r)
	if err != nil {
		g.Errorf("%s: %v", route, err)
		return answer{}
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		g.Errorf("%s: %v", route, err)
		return answer{}
	}
	a, err := newAnswer(res, raw)
	if err == nil {
		err = a.sound(path)
	}
	if err != nil {
		g.Errorf("%s: %v: %d %s", route, err, a.code, a.body)
	}
	g.minted(a.json)
	return a
}

// ask is send for an answer that must have the status.
func (g *ground) ask(status int, as, route, body string, header ...string) answer {
	g.Helper()
	a := g.send(as, route, body, header...)
	if a.code != status {
		g.Fatalf("%s: %d, want %d: %s", route, a.code, status, a.body)
	}
	return a
}

// together sends a request n times at once and returns how often each status came back.
func (g *ground) together(n int, as, route, body string, header ...string) map[int]int {
	g.Helper()
	codes := make([]int, n)
	var all sync.WaitGroup
	for i := range codes {
		all.Go(func() { codes[i] = g.send(as, route, body, header...).code })
	}
	all.Wait()
	came := map[int]int{}
	for _, code := range codes {
		came[code]++
	}
	return came
}

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
	if a.body != want {
		g.Errorf("got %s, want %s", a.body, want)
	}
}

// verdict is what the native API says of a token, for scopes if they are named.
func (g *ground) verdict(want, token string, scopes ...string) {
	g.Helper()
	question := members("token", token)
	if len(scopes) > 0 {
		question = strings.TrimSuffix(question, "}") + `,"scopes":["` + strings.Join(scopes, `","`) + `"]}`
	}
	g.want(g.ask(200, "", "POST /v1/tokens/verify", question), "code", `"`+want+`"`)
}

// members writes an object of strings: members("username", "alice", "password", "x").
func members(pairs ...string) string {
	object := map[string]string{}
	for i := 0; i+1 < len(pairs); i += 2 {
		object[pairs[i]] = pairs[i+1]
	}
	text, err := json.Marshal(object)
	if err != nil { // strings always can be written
		panic(err)
	}
	return string(text)
}
