package contract

import (
	"slices"
	"strings"
)

var dockerHubList = []line{
	{says: "an empty list is an empty array", show: func(g *ground) {
		g.body(g.ask(200, g.alice(), "GET /v2/access-tokens", ""), `{"count":0,"next":null,"previous":null,"active_count":0,"results":[]}`)
	}},
	{says: "page is 1 and page_size 10 unless asked", show: func(g *ground) {
		ids := g.hubFill(12)
		first := g.ask(200, g.alice(), "GET /v2/access-tokens", "")
		g.want(first, "count", "12", "previous", "null", "next", `"`+g.door.BaseURL+`/v2/access-tokens?page=2\u0026page_size=10"`)
		second := g.ask(200, g.alice(), "GET /v2/access-tokens?page=2&page_size=10", "")
		g.want(second, "count", "12", "next", "null", "previous", `"`+g.door.BaseURL+`/v2/access-tokens?page=1\u0026page_size=10"`)
		one, other := hubUUIDs(first), hubUUIDs(second)
		all := slices.Sorted(slices.Values(append(one, other...)))
		if len(one) != 10 || !slices.Equal(all, slices.Sorted(slices.Values(ids))) {
			g.Errorf("got %s and %s", one, other)
		}
	}},
	{says: "newest first", clock: true, show: func(g *ground) {
		ids := g.hubFill(12)
		for page, want := range map[string][]string{"": ids[:10], "?page=2": ids[10:], "?page_size=100": ids} {
			if got := hubUUIDs(g.ask(200, g.alice(), "GET /v2/access-tokens"+page, "")); !slices.Equal(got, want) {
				g.Errorf("%s: got %s", page, got)
			}
		}
	}},
	{says: "count and active_count are over all of the caller's tokens, not the page", show: func(g *ground) {
		ids := g.hubFill(5)
		g.ask(200, g.alice(), "PATCH /v2/access-tokens/"+ids[4], `{"is_active":false}`)
		g.ask(204, g.alice(), "DELETE /v2/access-tokens/"+ids[3], "")
		g.ask(201, g.bob(), "POST /v2/access-tokens", `{"token_label":"bob's","scopes":["repo:read"]}`)
		g.want(g.ask(200, g.alice(), "GET /v2/access-tokens?page_size=1", ""), "count", "4", "active_count", "3")
	}},
	{says: "next is absolute on the very host and scheme that the client used", with: []string{"LATCHKEY_TRUSTED_PROXIES=127.0.0.1"}, show: func(g *ground) {
		g.hubFill(2)
		for came, want := range map[string]string{"https": "https://hub.example/v2/", "http": "http://hub.example/v2/", "": "http://hub.example/v2/"} {
			a := g.ask(200, g.alice(), "GET /v2/access-tokens?page_size=1", "", "Host", "hub.example", "X-Forwarded-Proto", came)
			if next := a.text("next"); !strings.HasPrefix(next, want) {
				g.Errorf("%q: got %s", came, next)
			}
		}
	}},
	{says: "next is of the path and the slash that the client used", light: true, show: func(g *ground) {
		g.hubFill(2)
		for _, path := range []string{"/v2/access-tokens", "/v2/access-tokens/", "/v2/api_tokens", "/v2/api_tokens/"} {
			next := g.ask(200, g.alice(), "GET "+path+"?page_size=1", "").text("next")
			if next != g.door.BaseURL+path+"?page=2&page_size=1" {
				g.Errorf("got %s", next)
			}
		}
	}},
	{says: "the last page has next null", show: func(g *ground) {
		g.hubFill(4)
		for _, page := range []string{"?page=2&page_size=2", "?page_size=4", "?page_size=100", "?page=4&page_size=1"} {
			g.want(g.ask(200, g.alice(), "GET /v2/access-tokens"+page, ""), "next", "null")
		}
	}},
	{says: "a page past the end is an empty one, 200", show: func(g *ground) {
		g.hubFill(3)
		for _, page := range []string{"3", "999999999", "99999999999999999999"} {
			a := g.ask(200, g.alice(), "GET /v2/access-tokens?page="+page+"&page_size=2", "")
			g.want(a, "count", "3", "next", "null", "results", "[]", "previous", `"`+g.door.BaseURL+`/v2/access-tokens?page=2\u0026page_size=2"`)
		}
	}},
	{says: "page and page_size below 1, fractions and what is no number are 400", light: true, show: func(g *ground) {
		for _, name := range []string{"page", "page_size"} {
			for _, value := range []string{"0", "-1", "1.5", "2.0", "1e2", "x", "", "%201", "+1", "01", "1&" + name + "=1"} {
				a := g.ask(400, g.alice(), "GET /v2/access-tokens?"+name+"="+value, "")
				if a.in("fields").text(name) == "" || a.text("text") == "" {
					g.Errorf("%s=%s: got %s", name, value, a.body)
				}
			}
		}
		g.ask(400, g.alice(), "GET /v2/access-tokens?page=%zz", "")
	}},
	{says: "page_size above 100 is 100", light: true, show: func(g *ground) {
		g.hubFill(1)
		a := g.ask(200, g.alice(), "GET /v2/access-tokens?page=2&page_size=1000", "")
		g.want(a, "previous", `"`+g.door.BaseURL+`/v2/access-tokens?page=1\u0026page_size=100"`)
	}},
	{says: "a page of 100 has 100", with: []string{`LATCHKEY_POLICY={"tokensPerOwner":150}`}, show: func(g *ground) {
		g.hubFill(101)
		a := g.ask(200, g.alice(), "GET /v2/access-tokens?page_size=1000", "")
		if got := len(hubUUIDs(a)); got != 100 || a.text("next") != g.door.BaseURL+"/v2/access-tokens?page=2&page_size=100" {
			g.Errorf("%d, %s", got, a.text("next"))
		}
	}},
	{says: "other parameters mean nothing", light: true, show: func(g *ground) { g.ask(200, g.alice(), "GET /v2/access-tokens?ordering=name", "") }},
	{says: "it has the tokens of this product alone", show: func(g *ground) {
		native := g.ask(201, g.alice(), "POST /v1/tokens", `{"name":"native","scopes":["repo:read"]}`).text("id")
		g.want(g.ask(200, g.alice(), "GET /v2/access-tokens", ""), "count", "0")
		for _, method := range []string{"GET ", "PATCH ", "DELETE "} {
			g.ask(404, g.alice(), method+"/v2/access-tokens/"+native, "{}")
		}
		g.ask(200, g.alice(), "GET /v1/tokens/"+native, "")
	}},
	{says: "an administrator's has his own alone", light: true, show: func(g *ground) {
		made := g.hubToken("")
		g.account("root", `,"admin":true`)
		root := g.session("root")
		g.want(g.ask(200, root, "GET /v2/access-tokens", ""), "count", "0")
		for _, method := range []string{"GET ", "PATCH ", "DELETE "} {
			g.ask(404, root, method+hubAt(made), "{}")
		}
	}},
}
