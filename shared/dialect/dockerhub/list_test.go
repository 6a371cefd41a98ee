package dockerhub_test

import (
	"strconv"
	"strings"
	"testing"

	"latchkey/shared/pat"
)

// uuids returns those of a page, in its order.
func (a answer) uuids() []string {
	var out []string
	results, _ := a.json["results"].([]any)
	for _, r := range results {
		out = append(out, r.(map[string]any)["uuid"].(string))
	}
	return out
}

// fill makes n tokens, a second apart, and returns their ids, newest first.
func (g *ground) fill(n int) []string {
	g.Helper()
	ids := make([]string, n)
	for i := range n {
		ids[n-1-i] = g.create("").text("uuid")
		g.now = g.now.Add(1e9)
	}
	return ids
}

func TestList(t *testing.T) {
	hold(t, []line{
		{"an empty list is an empty array", func(g *ground) {
			g.body(g.ask(200, g.alice, "GET /v2/access-tokens", ""), `{"count":0,"next":null,"previous":null,"active_count":0,"results":[]}`)
		}},
		{"page is 1 and page_size 10 unless asked; newest first", func(g *ground) {
			ids := g.fill(12)
			a := g.ask(200, g.alice, "GET /v2/access-tokens", "")
			if strings.Join(a.uuids(), " ") != strings.Join(ids[:10], " ") {
				g.Errorf("got %s", a.uuids())
			}
			g.want(a, "count", "12", "previous", "null", "next", `"https://hub.example/v2/access-tokens?page=2\u0026page_size=10"`)
			a = g.ask(200, g.alice, "GET /v2/access-tokens?page=2&page_size=10", "")
			if strings.Join(a.uuids(), " ") != strings.Join(ids[10:], " ") {
				g.Errorf("got %s", a.uuids())
			}
			g.want(a, "count", "12", "next", "null", "previous", `"https://hub.example/v2/access-tokens?page=1\u0026page_size=10"`)
		}},
		{"count and active_count are over all of the caller's tokens, not the page", func(g *ground) {
			ids := g.fill(5)
			g.ask(200, g.alice, "PATCH /v2/access-tokens/"+ids[4], `{"is_active":false}`)
			g.ask(204, g.alice, "DELETE /v2/access-tokens/"+ids[3], "")
			g.ask(201, g.bob, "POST /v2/access-tokens", `{"token_label":"bob's","scopes":["repo:read"]}`)
			g.want(g.ask(200, g.alice, "GET /v2/access-tokens?page_size=1", ""), "count", "4", "active_count", "3")
		}},
		{"next is absolute on the very host and scheme that the client used", func(g *ground) {
			g.fill(2)
			for came, want := range map[string]string{"https": "https://hub.example/v2/", "http": "http://hub.example/v2/", "": "http://hub.example/v2/"} {
				if next := g.ask(200, g.alice, "GET /v2/access-tokens?page_size=1", "", scheme, came).text("next"); !strings.HasPrefix(next, want) {
					g.Errorf("%q: got %s", came, next)
				}
			}
		}},
		{"next is of the path and the slash that the client used", func(g *ground) {
			g.fill(2)
			for _, path := range []string{"/v2/access-tokens", "/v2/access-tokens/", "/v2/api_tokens", "/v2/api_tokens/"} {
				next := g.ask(200, g.alice, "GET "+path+"?page_size=1", "").text("next")
				if next != "https://hub.example"+path+"?page=2&page_size=1" {
					g.Errorf("got %s", next)
				}
			}
		}},
		{"the last page has next null", func(g *ground) {
			g.fill(4)
			for _, page := range []string{"?page=2&page_size=2", "?page_size=4", "?page_size=100", "?page=4&page_size=1"} {
				g.want(g.ask(200, g.alice, "GET /v2/access-tokens"+page, ""), "next", "null")
			}
		}},
		{"a page past the end is an empty one, 200", func(g *ground) {
			g.fill(3)
			for _, page := range []string{"3", "999999999", "99999999999999999999"} {
				a := g.ask(200, g.alice, "GET /v2/access-tokens?page="+page+"&page_size=2", "")
				g.want(a, "count", "3", "next", "null", "results", "[]", "previous", `"https://hub.example/v2/access-tokens?page=2\u0026page_size=2"`)
			}
		}},
		{"page and page_size below 1, fractions and what is no number are 400", func(g *ground) {
			for _, name := range []string{"page", "page_size"} {
				for _, value := range []string{"0", "-1", "1.5", "2.0", "1e2", "x", "", "%201", "+1", "01", "1&" + name + "=1"} {
					a := g.ask(400, g.alice, "GET /v2/access-tokens?"+name+"="+value, "")
					fields, _ := a.json["fields"].(map[string]any)
					if fields[name] == nil || a.text("text") == "" {
						g.Errorf("%s=%s: got %s", name, value, a.Body)
					}
				}
			}
			g.ask(400, g.alice, "GET /v2/access-tokens?page=%zz", "")
		}},
		{"page_size above 100 is 100", func(g *ground) {
			g.fill(101)
			a := g.ask(200, g.alice, "GET /v2/access-tokens?page_size=1000", "")
			if len(a.uuids()) != 100 || a.text("next") != "https://hub.example/v2/access-tokens?page=2&page_size=100" {
				g.Errorf("%d, %s", len(a.uuids()), a.text("next"))
			}
		}},
		{"other parameters mean nothing", func(g *ground) { g.ask(200, g.alice, "GET /v2/access-tokens?ordering=name", "") }},
		{"it has the tokens of this product alone", func(g *ground) {
			native := g.ask(201, g.alice, "POST /v1/tokens", `{"name":"native","scopes":["repo:read"]}`).text("id")
			g.want(g.ask(200, g.alice, "GET /v2/access-tokens", ""), "count", "0")
			for _, method := range []string{"GET ", "PATCH ", "DELETE "} {
				g.ask(404, g.alice, method+"/v2/access-tokens/"+native, "{}")
			}
			g.ask(200, g.alice, "GET /v1/tokens/"+native, "")
		}},
		{"an administrator's has his own alone", func(g *ground) {
			made := g.create("")
			g.want(g.ask(200, g.root, "GET /v2/access-tokens", ""), "count", "0")
			for _, method := range []string{"GET ", "PATCH ", "DELETE "} {
				g.ask(404, g.root, method+made.at(), "{}")
			}
		}},
	})
}

func TestAnOwnerWithTooManyEndedTokensIsToldSo(t *testing.T) {
	g := newGround(t, func(p *pat.Policy) {
		p.Creates = pat.Rate{PerMinute: 1e6, Burst: 1e6}
	})
	row, err := g.store.Owner(t.Context(), pat.UserID("alice"))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20_001 {
		prefix := row.Tag + pat.Tag("0000"+strings.Repeat("0", 4-len(strconv.FormatInt(int64(i), 32)))+strconv.FormatInt(int64(i), 32))
		ended := pat.Token{Prefix: pat.Prefix(prefix), ID: "x", Hash: pat.Hash{1}, Owner: row.ID, CreatedBy: row.ID, Product: pat.DockerHub,
			CreatedAt: g.now, RevokedAt: g.now, Version: 1, LastChange: pat.Change{Kind: pat.ChangeRevoked}}
		if err := g.store.CreateToken(t.Context(), pat.NewToken{Token: ended, OwnerVersion: row.Version + int64(i)}); err != nil {
			t.Fatal(err)
		}
		if i == 19_999 {
			g.ask(200, g.alice, "GET /v2/access-tokens", "")
		}
	}
	a := g.ask(409, g.alice, "GET /v2/access-tokens", "")
	if a.text("detail") == "" || a.json["results"] != nil {
		t.Errorf("got %s", a.Body)
	}
}
