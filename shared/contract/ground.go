package contract

import (
	"crypto/rand"
	"math/big"
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
	light bool
}

// user is one of the service's, known to one line, or to several light ones.
type user struct {
	name string
	uses int

	mu      sync.Mutex
	session string
}

// maxUses is how many light lines share a user: all their tokens are fewer than he may have.
const maxUses = 10

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
	u.mu.Lock()
	defer u.mu.Unlock()
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
	if g.users == nil {
		g.users = map[string]*user{}
	}
	if g.light {
		return g.borrow(who)
	}
	return g.account(who, "")
}

// borrow takes a user whom other light lines have too.
func (g *ground) borrow(who string) *user {
	g.Helper()
	g.lending.Lock()
	defer g.lending.Unlock()
	u := g.shared[who]
	if u == nil || u.uses == maxUses {
		u = g.account(who, "")
		g.shared[who] = u
	}
	u.uses++
	g.users[who] = u
	return u
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
