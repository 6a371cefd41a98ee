package behaviour_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"latchkey/shared/api"
	"latchkey/shared/behaviour"
)

// across is who makes tokens through each API, and shows them to every other.
type across struct {
	*testing.T
	door         behaviour.Door
	admin, alice string // sessions; alice administers group 7
}

// shown is a token as the ways of showing it need it.
type shown struct{ secret, id, owner string }

// makers make a token through an API, and return its secret.
var makers = map[string]func(*across) string{
	"native": func(g *across) string {
		return g.member(g.send(201, "POST /v1/tokens", `{"name":"x","scopes":["repo:read"]}`, bearer(g.alice)), "token")
	},
	"dockerhub": func(g *across) string {
		return g.member(g.send(201, "POST /v2/access-tokens", `{"token_label":"x","scopes":["repo:read"]}`, bearer(g.alice)), "token")
	},
	"quay": func(g *across) string {
		return g.member(g.send(200, "POST /api/v1/user/apptoken", `{"title":"x"}`, bearer(g.alice)), "token", "token_code")
	},
	"authlance": func(g *across) string {
		return g.member(g.send(201, "POST /authlance/identity/api/v1/pats", `{"name":"xyz","groupId":7}`, bearer(g.alice)), "token")
	},
	"hoprd": func(g *across) string {
		body := `{"capabilities":[{"endpoint":"tokensGetToken"}]}`
		return g.member(g.send(201, "POST /api/v3/tokens/", body, g.superuser()), "token")
	},
}

// way is one of showing a token to an API, or of looking for it there. What comes of it is a status, a verdict, or
// whether the token is shown.
type way struct {
	of   string // the API's dialect
	name string
	try  func(*across, shown) string
	want map[string]string // by who made the token; "" is for all whom it does not name
}

// ways is the table that docs/dialects.md has in words.
var ways = []way{
	{"native", "a call, Bearer", status("GET /v1/self", func(t shown) string { return bearer(t.secret) }),
		map[string]string{"native": "200", "": "401"}},
	{"native", "a call, its owner's password", status("GET /v1/self", func(t shown) string { return basic(t.owner, t.secret) }),
		map[string]string{"native": "200", "": "401"}},
	{"native", "a call, nobody's password", status("GET /v1/self", func(t shown) string { return basic("", t.secret) }),
		map[string]string{"native": "200", "": "401"}},
	{"native", "verified", verdict, map[string]string{"": "VALID"}},
	{"native", "at the gate, Bearer", status("GET /v1/auth", func(t shown) string { return bearer(t.secret) }),
		map[string]string{"native": "204", "authlance": "204", "": "401"}},
	{"native", "at the gate, its owner's password", status("GET /v1/auth", func(t shown) string { return basic(t.owner, t.secret) }),
		map[string]string{"native": "204", "authlance": "204", "dockerhub": "204", "": "401"}},
	{"native", "at the gate, nobody's password", status("GET /v1/auth", func(t shown) string { return basic("", t.secret) }),
		map[string]string{"native": "204", "authlance": "204", "": "401"}},
	{"native", "at the gate, the password of $app", status("GET /v1/auth", func(t shown) string { return basic("$app", t.secret) }),
		map[string]string{"quay": "204", "": "401"}},
	{"native", "at the gate, by itself", status("GET /v1/auth", func(t shown) string { return "X-Auth-Token: " + t.secret }),
		map[string]string{"": "401"}},
	{"native", "at the gate, as a user's name", status("GET /v1/auth", func(t shown) string { return basic(t.secret, "") }),
		map[string]string{"": "401"}},
	{"native", "a log-in", login("/v1/sessions"), map[string]string{"": "401"}},
	{"native", "seen by an administrator", func(g *across, t shown) string {
		return g.status("GET /v1/tokens/"+t.id, "", bearer(g.admin))
	}, map[string]string{"": "200"}},

	{"dockerhub", "a call, Bearer", status("GET /v2/access-tokens", func(t shown) string { return bearer(t.secret) }),
		map[string]string{"": "401"}},
	{"dockerhub", "a call, its owner's password", status("GET /v2/access-tokens", func(t shown) string { return basic(t.owner, t.secret) }),
		map[string]string{"": "401"}},
	{"dockerhub", "a log-in", login("/v2/users/login"), map[string]string{"dockerhub": "200", "": "401"}},
	{"dockerhub", "listed", listed("GET /v2/access-tokens"), map[string]string{"dockerhub": "shown", "": "hidden"}},

	{"quay", "a call, Bearer", status("GET /api/v1/user/apptoken", func(t shown) string { return bearer(t.secret) }),
		map[string]string{"native": "403", "": "401"}}, // with user:admin it would do
	{"quay", "a call, the password of $app", status("GET /api/v1/user/apptoken", func(t shown) string { return basic("$app", t.secret) }),
		map[string]string{"": "401"}},
	{"quay", "listed", listed("GET /api/v1/user/apptoken"), map[string]string{"quay": "shown", "": "hidden"}},

	{"authlance", "a call, Bearer", status("GET /authlance/identity/api/v1/pats?groupId=7", func(t shown) string { return bearer(t.secret) }),
		map[string]string{"": "401"}},
	{"authlance", "verified", func(g *across, t shown) string {
		return g.status("POST /authlance/identity/api/v1/pats/verify", `{"token":`+strconv.Quote(t.secret)+`}`, "")
	}, map[string]string{"authlance": "200", "": "401"}},
	{"authlance", "listed", listed("GET /authlance/identity/api/v1/pats?groupId=7"), map[string]string{"authlance": "shown", "": "hidden"}},

	{"hoprd", "a call, by itself", status("GET /api/v3/token", func(t shown) string { return "X-Auth-Token: " + t.secret }),
		map[string]string{"hoprd": "200", "": "401"}},
	{"hoprd", "a call, as a user's name", status("GET /api/v3/token", func(t shown) string { return basic(t.secret, "") }),
		map[string]string{"hoprd": "200", "": "401"}},
	{"hoprd", "a call, Bearer", status("GET /api/v3/token", func(t shown) string { return bearer(t.secret) }),
		map[string]string{"": "401"}},
	{"hoprd", "ended by the superuser", func(g *across, t shown) string { // the last way of all: it is none any more
		return g.status("DELETE /api/v3/tokens/"+t.secret, "", g.superuser())
	}, map[string]string{"hoprd": "204", "": "404"}},
}

// TestWhoseTokensAreGoodWhere shows every API's token to every API, in each form that any of them knows.
func TestWhoseTokensAreGoodWhere(t *testing.T) {
	g := &across{T: t, door: inProcess(t)}
	g.admin = g.session("admin", g.door.AdminPassword)
	g.send(201, "POST /v1/users", `{"username":"alice","password":"correct horse battery","groups":[{"id":"7","role":"admin"}]}`, bearer(g.admin))
	g.alice = g.session("alice", "correct horse battery")

	dialects := map[string]bool{}
	for _, route := range api.Routes(nil) {
		dialects[route.Dialect.Name] = true
	}
	for _, maker := range slices.Sorted(maps.Keys(dialects)) {
		if makers[maker] == nil {
			t.Errorf("%s makes tokens that are shown to nobody here", maker)
			continue
		}
		token := shown{secret: makers[maker](g)}
		known := g.send(200, "POST /v1/tokens/verify", `{"token":`+strconv.Quote(token.secret)+`,"cost":0}`, "")
		token.id = g.member(known, "tokenId")
		_, token.owner, _ = strings.Cut(g.member(known, "owner"), "#")
		for _, way := range ways {
			if !dialects[way.of] {
				continue
			}
			want, ok := way.want[maker]
			if !ok {
				want = way.want[""]
			}
			if got := way.try(g, token); got != want {
				t.Errorf("a token made through %s, shown to %s (%s): %s, want %s", maker, way.of, way.name, got, want)
			}
		}
	}
	for dialect := range dialects {
		if !slices.ContainsFunc(ways, func(w way) bool { return w.of == dialect }) {
			t.Errorf("%s is shown nobody's tokens here", dialect)
		}
	}
}

func bearer(secret string) string { return "Authorization: Bearer " + secret }

func basic(name, password string) string {
	return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+password))
}

// status is a way that sends a header and looks at the status.
func status(route string, header func(shown) string) func(*across, shown) string {
	return func(g *across, t shown) string { return g.status(route, "", header(t)) }
}

func verdict(g *across, t shown) string {
	return g.member(g.send(200, "POST /v1/tokens/verify", `{"token":`+strconv.Quote(t.secret)+`}`, ""), "code")
}

// login is a way that shows the token as its owner's password.
func login(path string) func(*across, shown) string {
	return func(g *across, t shown) string {
		return g.status("POST "+path, `{"username":`+strconv.Quote(t.owner)+`,"password":`+strconv.Quote(t.secret)+`}`, "")
	}
}

// listed is a way that looks for the token in alice's list.
func listed(route string) func(*across, shown) string {
	return func(g *across, t shown) string {
		if body, err := json.Marshal(g.send(200, route, "", bearer(g.alice))); err != nil || !strings.Contains(string(body), t.id) {
			return "hidden"
		}
		return "shown"
	}
}

func (g *across) session(name, password string) string {
	return g.member(g.send(201, "POST /v1/sessions", `{"username":`+strconv.Quote(name)+`,"password":`+strconv.Quote(password)+`}`, ""), "token")
}

// superuser is the header of HOPRd's superuser, percent-encoded as its clients send it.
func (g *across) superuser() string { return "X-Auth-Token: " + url.PathEscape(g.door.Superuser) }

// member returns a text within an answer.
func (g *across) member(value any, path ...string) string {
	g.Helper()
	for _, name := range path {
		object, _ := value.(map[string]any)
		value = object[name]
	}
	text, ok := value.(string)
	if !ok || text == "" {
		g.Fatalf("there is no %v", path)
	}
	return text
}

func (g *across) status(route, body, header string) string {
	g.Helper()
	got, _ := g.exchange(route, body, header)
	return strconv.Itoa(got)
}

// send wants a status, and returns the answer's JSON.
func (g *across) send(want int, route, body, header string) any {
	g.Helper()
	got, answer := g.exchange(route, body, header)
	if got != want {
		g.Fatalf("%s %s: %d %v, want %d", route, body, got, answer, want)
	}
	return answer
}

func (g *across) exchange(route, body, header string) (status int, answer any) {
	g.Helper()
	method, path, _ := strings.Cut(route, " ")
	req, err := http.NewRequestWithContext(g.Context(), method, g.door.BaseURL+path, strings.NewReader(body))
	if err != nil {
		g.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if name, value, ok := strings.Cut(header, ": "); ok {
		req.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		g.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		g.Fatal(err)
	}
	_ = json.Unmarshal(text, &answer) // an answer without a body has no JSON
	return res.StatusCode, answer
}
