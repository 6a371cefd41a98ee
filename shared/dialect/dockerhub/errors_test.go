package dockerhub_test

import (
	"strings"
	"testing"
)

func TestErrors(t *testing.T) {
	const gone = `{"detail":"access token not found","message":"access token not found"}`
	hold(t, []line{
		{"404: unknown uuid, or another owner's", func(g *ground) {
			made := g.create("")
			for _, uuid := range []string{"00000000-0000-8000-8000-000000000000", "x", strings.ToUpper(made.text("uuid")), made.text("uuid") + "x"} {
				for _, method := range []string{"GET ", "PATCH ", "DELETE "} {
					g.body(g.ask(404, g.alice, method+"/v2/access-tokens/"+uuid, "{}"), gone)
				}
			}
			for _, method := range []string{"GET ", "PATCH ", "DELETE "} {
				g.body(g.ask(404, g.bob, method+made.at(), "{}"), gone)
			}
			g.ask(200, g.alice, "GET "+made.at(), "")
		}},
		{"404: \"not found\" stands in the first 500 bytes if a token is gone, and not if a path is wrong", func(g *ground) {
			for path, gone := range map[string]bool{"/v2/access-tokens/x": true, "/v2/nothing": false, "/v2/access-tokens/x/y": false} {
				body := g.ask(404, g.alice, "GET "+path, "").Body.String()
				if strings.Contains(strings.ToLower(body[:min(len(body), 500)]), "not found") != gone {
					g.Errorf("%s: got %s", path, body)
				}
			}
		}},
		{"400: fields and text", func(g *ground) {
			a := g.ask(400, g.alice, "POST /v2/access-tokens", `{"token_label":"","scopes":["x"],"expires_at":"y"}`)
			fields, _ := a.json["fields"].(map[string]any)
			if len(a.json) != 2 || a.text("text") == "" || len(fields) != 3 {
				g.Errorf("got %s", a.Body)
			}
		}},
		{"400: a body that cannot be read", func(g *ground) {
			for _, body := range []string{``, `{`, `{}{}`, `[]`, `null`, `"x"`, "{\"token_label\":\"\xff\"}", `{"token_label":"x","token_label":"x"}`,
				`{"zz":1,"zz":2}`, `{"x":` + strings.Repeat("[", 17) + strings.Repeat("]", 17) + `}`} {
				for _, route := range []string{"POST /v2/access-tokens", "POST /v2/api_tokens", "POST /v2/users/login", "POST /v2/auth/token"} {
					a := g.ask(400, g.alice, route, body)
					if _, ok := a.json["fields"].(map[string]any); !ok || a.text("text") == "" {
						g.Errorf("%s: got %s", body, a.Body)
					}
				}
			}
		}},
		{"400: a body of another type", func(g *ground) {
			body := `{"token_label":"x","scopes":["repo:read"]}`
			for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"} {
				g.ask(400, g.alice, "POST /v2/access-tokens", body, "Content-Type", kind)
			}
			g.ask(400, g.alice, "POST /v2/access-tokens", body, "Content-Encoding", "gzip")
			g.ask(201, g.alice, "POST /v2/access-tokens", body, "Content-Type", "application/json; charset=utf-8")
		}},
		{"413: a body over 64 KiB", func(g *ground) {
			a := g.ask(413, g.alice, "POST /v2/access-tokens", strings.Repeat(" ", 64<<10)+`{}`)
			if a.text("detail") == "" || a.text("message") == "" {
				g.Errorf("got %s", a.Body)
			}
		}},
		{"405 names the methods there are", func(g *ground) {
			for path, allow := range map[string]string{"/v2/access-tokens": "GET, OPTIONS, POST", "/v2/api_tokens/": "GET, OPTIONS, POST",
				"/v2/access-tokens/x": "DELETE, GET, OPTIONS, PATCH", "/v2/users/login": "OPTIONS, POST", "/v2/auth/token/": "OPTIONS, POST"} {
				a := g.ask(405, g.alice, "PUT "+path, "{}")
				if a.Header().Get("Allow") != allow || a.text("message") == "" || a.text("detail") == "" {
					g.Errorf("%s: %s, %s", path, a.Header().Get("Allow"), a.Body)
				}
			}
		}},
		{"429: X-Retry-After in unix seconds", func(g *ground) {
			for range 10 {
				g.login(401, "alice", "not the password")
			}
			a := g.login(429, "alice", "not the password")
			if a.Header().Get("X-Retry-After") != "1782907211" || a.Header().Get("Retry-After") != "10" || a.text("detail") == "" {
				g.Errorf("%v, %s", a.Header(), a.Body)
			}
			g.now = morning.Truncate(1e9).Add(11e9)
			g.login(200, "alice", password)
		}},
		{"503 with Retry-After, when the store does not answer", func(g *ground) {
			made := g.create("")
			if err := g.store.Close(); err != nil {
				g.Fatal(err)
			}
			for _, route := range []string{"POST /v2/access-tokens", "GET /v2/access-tokens", "GET " + made.at(), "PATCH " + made.at(), "DELETE " + made.at()} {
				if a := g.ask(503, g.alice, route, "{}"); a.Header().Get("Retry-After") == "" || a.text("detail") == "" || a.text("message") == "" {
					g.Errorf("%s: %v, %s", route, a.Header(), a.Body)
				}
			}
			g.login(503, "alice", password)
			g.login(503, "alice", made.text("token"))
		}},
		{"all but 400 are objects of strings alone, with detail", func(g *ground) {
			made := g.create("")
			jwt := g.login(200, "alice", made.text("token")).text("token")
			for _, a := range []answer{g.send("", "GET /v2/access-tokens", ""), g.send(jwt, "GET /v2/access-tokens", ""),
				g.send(g.bob, "GET "+made.at(), ""), g.send("", "PUT /v2/access-tokens", ""), g.send("", "GET /v2/nothing", ""),
				g.login(401, "bob", "not the password")} {
				if a.Code < 400 || a.text("detail") == "" {
					g.Errorf("%d %s", a.Code, a.Body)
				}
				for name := range a.json {
					if a.text(name) == "" {
						g.Errorf("%d: %s is no text in %s", a.Code, name, a.Body)
					}
				}
			}
		}},
	})
}
