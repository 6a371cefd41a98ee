package behaviour

import (
	"crypto/rand"
	"encoding/json"
	"math/big"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// story is what one script knows while it runs.
type story struct {
	door     Door
	admin    func() string
	sessions map[string]string // by the user's word in the script
	secrets  []string          // none of which any answer may repeat
	answer   *answer
	kept     map[string]*answer
}

type storyKey struct{}

// password is that of every user that a script makes.
const password = "correct horse battery staple"

func newStory(door Door, admin func() string) *story {
	return &story{door: door, admin: admin, sessions: map[string]string{}, secrets: []string{password, door.AdminPassword, door.Superuser},
		kept: map[string]*answer{}}
}

// unique returns a word that no other script, and no earlier run on the same store, has used.
func unique(word string) string { return word + "-" + strings.ToLower(rand.Text()[:10]) }

func (s *story) group(ts *testscript.TestScript, args []string) {
	ts.Setenv(one(ts, args), unique(args[0]))
}

// uniqueNumber is unique for what wants a number, as far as JavaScript counts.
func uniqueNumber() string {
	n, err := rand.Int(rand.Reader, big.NewInt(9e14))
	if err != nil { // crypto/rand aborts the program instead
		panic(err)
	}
	return n.Add(n, big.NewInt(1e14)).String()
}

func (s *story) number(ts *testscript.TestScript, args []string) {
	ts.Setenv(one(ts, args), uniqueNumber())
}

func (s *story) user(ts *testscript.TestScript, args []string) {
	if len(args) == 0 {
		ts.Fatalf("usage: user NAME [-admin] [-member GROUP] [-manager GROUP]")
	}
	type membership struct {
		ID   string `json:"id"`
		Role string `json:"role"`
	}
	account := struct {
		Username string       `json:"username"`
		Password string       `json:"password"`
		Admin    bool         `json:"admin"`
		Groups   []membership `json:"groups"`
	}{Username: unique(args[0]), Password: password, Groups: []membership{}}
	for rest := args[1:]; len(rest) > 0; rest = rest[1:] {
		switch flag := rest[0]; {
		case flag == "-admin":
			account.Admin = true
		case (flag == "-member" || flag == "-manager") && len(rest) > 1:
			role := map[string]string{"-member": "member", "-manager": "admin"}[flag]
			account.Groups = append(account.Groups, membership{ts.Getenv(rest[1]), role})
			rest = rest[1:]
		default:
			ts.Fatalf("user: unknown %q", flag)
		}
	}
	body, err := json.Marshal(account)
	ts.Check(err)
	s.ask(ts, request{method: "POST", path: "/v1/users", bearer: s.admin(), body: string(body)})
	s.want(ts, http.StatusCreated)
	ts.Setenv(args[0], account.Username)
}

func (s *story) login(ts *testscript.TestScript, args []string) {
	who := one(ts, args)
	if who == "admin" {
		s.sessions[who] = s.admin()
		return
	}
	body, err := json.Marshal(map[string]string{"username": ts.Getenv(who), "password": password})
	ts.Check(err)
	s.ask(ts, request{method: "POST", path: "/v1/sessions", body: string(body)})
	s.want(ts, http.StatusCreated)
	s.sessions[who] = text(s.answer.json.(map[string]any)["token"])
}

// bearer returns what -as sends: a user's session, or a token that was saved.
func (s *story) bearer(ts *testscript.TestScript, who string) string {
	if session, ok := s.sessions[who]; ok {
		return session
	}
	if value := ts.Getenv(who); value != "" && who == strings.ToUpper(who) {
		return value
	}
	ts.Fatalf("-as %s: neither logged in nor saved", who)
	return ""
}

func (s *story) verify(ts *testscript.TestScript, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: verify TOKEN CODE [-scopes a:b,c:d] [-ip ADDRESS] [-cost N]")
	}
	question := map[string]any{"token": ts.Getenv(args[0])}
	for rest := args[2:]; len(rest) > 1; rest = rest[2:] {
		switch value := rest[1]; rest[0] {
		case "-scopes":
			question["scopes"] = strings.Split(value, ",")
		case "-ip":
			question["ip"] = value
		case "-cost":
			question["cost"] = json.Number(value)
		default:
			ts.Fatalf("verify: unknown %q", rest[0])
		}
	}
	body, err := json.Marshal(question)
	ts.Check(err)
	s.ask(ts, request{method: "POST", path: "/v1/tokens/verify", body: string(body)})
	s.want(ts, http.StatusOK)
	if got := s.answer.text(ts, ".code"); got != args[1] || s.answer.text(ts,
		".valid") != strconv.FormatBool(args[1] == "VALID") {
		ts.Fatalf("verify: %s, want %s; the answer was\n%s", got, args[1], s.answer)
	}
}

// eventually asks until the verdict is the one expected; the test's own deadline is the limit.
func (s *story) eventually(ts *testscript.TestScript, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: eventually TOKEN CODE")
	}
	body, err := json.Marshal(map[string]string{"token": ts.Getenv(args[0])})
	ts.Check(err)
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for range 1000 {
		s.ask(ts, request{method: "POST", path: "/v1/tokens/verify", body: string(body)})
		s.want(ts, http.StatusOK)
		if s.answer.text(ts, ".code") == args[1] {
			return
		}
		<-tick.C
	}
	ts.Fatalf("never %s; the last answer was\n%s", args[1], s.answer)
}

func (s *story) fill(ts *testscript.TestScript, args []string) {
	if len(args) != 3 && len(args) != 5 || args[1] != "-as" {
		ts.Fatalf("usage: fill N -as WHO [-group GROUP]")
	}
	n, err := strconv.Atoi(args[0])
	ts.Check(err)
	for i := range n {
		token := map[string]any{"name": "token " + strconv.Itoa(i+1), "scopes": []string{"repo:read"}}
		if len(args) == 5 {
			token["groupId"] = ts.Getenv(args[4])
		}
		body, err := json.Marshal(token)
		ts.Check(err)
		s.ask(ts, request{method: "POST", path: "/v1/tokens", bearer: s.bearer(ts, args[2]), body: string(body)})
		s.want(ts, http.StatusCreated)
	}
}

func (s *story) time(ts *testscript.TestScript, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: time NAME DURATION")
	}
	from, err := time.ParseDuration(args[1])
	ts.Check(err)
	ts.Setenv(args[0], time.Now().Add(from).UTC().Format("2006-01-02T15:04:05.000Z"))
}

func one(ts *testscript.TestScript, args []string) string {
	if len(args) != 1 {
		ts.Fatalf("this command takes one word")
	}
	return args[0]
}
