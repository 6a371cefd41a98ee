package contract

import (
	"encoding/json"
	"io"
	"net/http"
	"strings"
	"sync"
	"time"
)

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
	g.minted(a.list)
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
