package contract

import (
	"strings"
	"time"
)

var dockerHubErrors = []line{
	{says: "404: unknown uuid, or another owner's", light: true, show: func(g *ground) {
		const gone = `{"detail":"access token not found","message":"access token not found"}`
		made := g.hubToken("")
		for _, uuid := range []string{"00000000-0000-8000-8000-000000000000", "x", strings.ToUpper(made.text("uuid")), made.text("uuid") + "x"} {
			for _, method := range []string{"GET ", "PATCH ", "DELETE "} {
				g.body(g.ask(404, g.alice(), method+"/v2/access-tokens/"+uuid, "{}"), gone)
			}
		}
		for _, method := range []string{"GET ", "PATCH ", "DELETE "} {
			g.body(g.ask(404, g.bob(), method+hubAt(made), "{}"), gone)
		}
		g.ask(200, g.alice(), "GET "+hubAt(made), "")
	}},
	{says: "404: \"not found\" stands in the first 500 bytes if a token is gone, and not if a path is wrong", light: true, show: func(g *ground) {
		for path, gone := range map[string]bool{"/v2/access-tokens/x": true, "/v2/nothing": false, "/v2/access-tokens/x/y": false} {
			body := g.ask(404, g.alice(), "GET "+path, "").body
			if strings.Contains(strings.ToLower(body[:min(len(body), 500)]), "not found") != gone {
				g.Errorf("%s: got %s", path, body)
			}
		}
	}},
	{says: "400: fields and text", light: true, show: func(g *ground) {
		a := g.ask(400, g.alice(), "POST /v2/access-tokens", `{"token_label":"","scopes":["x"],"expires_at":"y"}`)
		if len(a.json) != 2 || a.text("text") == "" || len(a.in("fields").json) != 3 {
			g.Errorf("got %s", a.body)
		}
	}},
	{says: "400: a body that cannot be read", light: true, show: func(g *ground) {
		for _, body := range []string{``, `{`, `{}{}`, `[]`, `null`, `"x"`, "{\"token_label\":\"\xff\"}", `{"token_label":"x","token_label":"x"}`,
			`{"zz":1,"zz":2}`, `{"x":` + strings.Repeat("[", 17) + strings.Repeat("]", 17) + `}`} {
			for _, route := range []string{"POST /v2/access-tokens", "POST /v2/api_tokens", "POST /v2/users/login", "POST /v2/auth/token"} {
				a := g.ask(400, g.alice(), route, body)
				if _, ok := a.json["fields"].(map[string]any); !ok || a.text("text") == "" {
					g.Errorf("%s: got %s", body, a.body)
				}
			}
		}
	}},
	{says: "400: a body of another type", light: true, show: func(g *ground) {
		body := `{"token_label":"x","scopes":["repo:read"]}`
		for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"} {
			g.ask(400, g.alice(), "POST /v2/access-tokens", body, "Content-Type", kind)
		}
		g.ask(400, g.alice(), "POST /v2/access-tokens", body, "Content-Encoding", "gzip")
		g.ask(201, g.alice(), "POST /v2/access-tokens", body, "Content-Type", "application/json; charset=utf-8")
	}},
	{says: "413: a body over 64 KiB", light: true, show: func(g *ground) {
		a := g.ask(413, g.alice(), "POST /v2/access-tokens", strings.Repeat(" ", 64<<10)+`{}`)
		if a.text("detail") == "" || a.text("message") == "" {
			g.Errorf("got %s", a.body)
		}
	}},
	{says: "405 names the methods there are", light: true, show: func(g *ground) {
		for path, allow := range map[string]string{"/v2/access-tokens": "GET, OPTIONS, POST", "/v2/api_tokens/": "GET, OPTIONS, POST",
			"/v2/access-tokens/x": "DELETE, GET, OPTIONS, PATCH", "/v2/users/login": "OPTIONS, POST", "/v2/auth/token/": "OPTIONS, POST"} {
			a := g.ask(405, g.alice(), "PUT "+path, "{}")
			if a.header.Get("Allow") != allow || a.text("message") == "" || a.text("detail") == "" {
				g.Errorf("%s: %s, %s", path, a.header.Get("Allow"), a.body)
			}
		}
	}},
	{says: "429: X-Retry-After in unix seconds", clock: true, with: []string{"LATCHKEY_POLICY={}"}, show: func(g *ground) {
		for range 10 {
			g.hubLogin(401, g.name("alice"), "not the password")
		}
		a := g.hubLogin(429, g.name("alice"), "not the password")
		if a.header.Get("X-Retry-After") != "1782907211" || a.header.Get("Retry-After") != "10" || a.text("detail") == "" {
			g.Errorf("%v, %s", a.header, a.body)
		}
		g.move(g.now().Truncate(time.Second).Add(11 * time.Second))
		g.hubLogin(200, g.name("alice"), password)
	}},
	{says: "all but 400 are objects of strings alone, with detail", show: func(g *ground) {
		made := g.hubToken("")
		jwt := g.hubLogin(200, g.name("alice"), made.text("token")).text("token")
		for _, a := range []answer{g.send("", "GET /v2/access-tokens", ""), g.send(jwt, "GET /v2/access-tokens", ""),
			g.send(g.bob(), "GET "+hubAt(made), ""), g.send("", "PUT /v2/access-tokens", ""), g.send("", "GET /v2/nothing", ""),
			g.hubLogin(401, g.name("bob"), "not the password")} {
			if a.code < 400 || a.text("detail") == "" {
				g.Errorf("%d %s", a.code, a.body)
			}
			for name := range a.json {
				if a.text(name) == "" {
					g.Errorf("%d: %s is no text in %s", a.code, name, a.body)
				}
			}
		}
	}},
}
