package contract

import (
	"net/http"
	"strings"

	"latchkey/shared/behaviour"
)

var nodePaths = []line{
	{says: "POST /tokens/, with the slash that both clients send, makes a token: 201", show: func(g *ground) {
		g.node(201, g.door.Superuser, "POST /api/v3/tokens/", rights("", right("nodePing")))
	}},
	{says: "POST /tokens, without it, does too, and nothing is redirected", show: func(g *ground) {
		g.node(201, g.door.Superuser, "POST /api/v3/tokens", rights("", right("nodePing")))
	}},
	{says: "GET /token and /token/ are one: 200", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken"))
		one, other := g.node(200, token, "GET /api/v3/token", ""), g.node(200, token, "GET /api/v3/token/", "")
		g.body(other, one.body)
	}},
	{says: "DELETE /tokens/{id} is 204 and empty", show: func(g *ground) {
		g.body(g.node(204, g.door.Superuser, "DELETE "+nodeTokens+g.nodeMake("", right("nodePing")), ""), "")
	}},
	{says: "DELETE has no path with a slash at the end", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken"))
		g.node(404, g.door.Superuser, "DELETE "+nodeTokens+token+"/", "")
		g.node(200, token, "GET /api/v3/token", "")
	}},
	{says: "there is no listing", show: func(g *ground) {
		for _, path := range []string{"/api/v3/tokens", "/api/v3/tokens/"} {
			a := g.node(405, g.door.Superuser, "GET "+path, "")
			if a.header.Get("Allow") != "OPTIONS, POST" {
				g.Errorf("%s allows %s", path, a.header.Get("Allow"))
			}
		}
	}},
	{says: "a token's id is percent-encoded in the path, and decoded once", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken"))
		if !g.door.Differs(behaviour.DecodedPaths) { // where a gateway decodes it before
			g.node(404, g.door.Superuser, "DELETE "+nodeTokens+"%25"+hexOf(token[0])+token[1:], "")
			g.node(200, token, "GET /api/v3/token", "")
		}
		g.node(204, g.door.Superuser, "DELETE "+nodeTokens+"%"+hexOf(token[0])+token[1:], "")
		g.node(401, token, "GET /api/v3/token", "")
	}},
	{says: "other paths of the node are not here: 404, empty", show: func(g *ground) {
		for _, path := range []string{"/api/v3/", "/api/v3/token/x", "/api/v3/Tokens", "/api/v3/tokens/x/y", "/api/v3/account/balances", "/api/v3/node/version"} {
			g.nodeRefused(g.node(404, g.door.Superuser, "GET "+path, ""), 404, "")
		}
	}},
	{says: "doubled slashes are no way to a token", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken"))
		for _, path := range []string{"/api/v3//token", "/api/v3/token//", "/api/v3//tokens/x"} {
			g.node(404, token, "GET "+path, "")
		}
	}},
	{says: "a create must say that it is JSON, which no page can without a preflight", show: func(g *ground) {
		for _, kind := range []string{"", "text/plain", "nonsense", "application/x-www-form-urlencoded"} {
			g.nodeRefused(g.send("", "POST "+nodeTokens, rights("", right("tokensGetToken")), append(g.superuser(), "Content-Type", kind)...), 400, nodeInvalid)
		}
	}},
	{says: "Content-Type means nothing of GET and DELETE", show: func(g *ground) {
		for _, kind := range []string{"", "text/plain", "nonsense", "application/json; charset=utf-8", "application/x-www-form-urlencoded"} {
			token := g.ask(201, "", "POST "+nodeTokens, rights("", right("tokensGetToken"), right("tokensDelete")), g.superuser()...).text("token")
			g.ask(200, "", "GET "+nodeToken, "", append(key(token), "Content-Type", kind)...)
			g.ask(204, "", "DELETE "+nodeTokens+token, "{}", append(key(token), "Content-Type", kind)...)
		}
	}},
	{says: "a body of GET and DELETE means nothing, {} or other", show: func(g *ground) {
		for _, body := range []string{"{}", "null", `{"nonsense`, "x"} {
			token := g.nodeMake("", right("tokensGetToken"))
			g.node(200, token, "GET "+nodeToken, body)
			g.node(204, g.door.Superuser, "DELETE "+nodeTokens+token, body)
		}
	}},
	{says: "X-Span-ID means nothing", show: func(g *ground) {
		for _, span := range []string{"00000000-0000-4000-8000-000000000000", "nonsense", ""} {
			g.ask(201, "", "POST "+nodeTokens, rights("", right("nodePing")), append(g.superuser(), "X-Span-ID", span)...)
		}
	}},
	{says: "a query means nothing", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken"))
		g.node(200, token, "GET "+nodeToken+"?x=1", "")
		g.node(204, g.door.Superuser, "DELETE "+nodeTokens+token+"?x=1", "")
	}},
	{says: "every answer is open to all origins", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken"))
		for _, a := range []answer{
			g.ask(200, "", "GET "+nodeToken, "", append(key(token), "Origin", "https://app.example")...),
			g.ask(401, "", "GET "+nodeToken, "", "Origin", "https://app.example"),
			g.ask(400, "", "POST "+nodeTokens, "x", append(g.superuser(), "Origin", "https://app.example")...),
			g.ask(404, "", "GET /api/v3/account/balances", "", "Origin", "https://app.example"),
			g.ask(204, "", "DELETE "+nodeTokens+token, "", append(g.superuser(), "Origin", "https://app.example")...),
		} {
			if a.header.Get("Access-Control-Allow-Origin") != "*" || a.header.Get("Access-Control-Allow-Credentials") != "" {
				g.Errorf("%d is open to %q", a.code, a.header.Values("Access-Control-Allow-Origin"))
			}
		}
	}},
	{says: "a preflight allows the methods and the headers of the clients", show: func(g *ground) {
		for path, method := range map[string]string{"/api/v3/tokens": "POST", "/api/v3/tokens/": "POST", "/api/v3/tokens/x": "DELETE",
			"/api/v3/token": "GET", "/api/v3/token/": "GET"} {
			a := g.ask(204, "", "OPTIONS "+path, "", "Origin", "https://app.example", "Access-Control-Request-Method", method,
				"Access-Control-Request-Headers", "x-auth-token, content-type, authorization")
			if h := a.header; h.Get("Access-Control-Allow-Origin") != "*" || !strings.Contains(h.Get("Access-Control-Allow-Methods"), method) ||
				!strings.Contains(h.Get("Access-Control-Allow-Headers"), "*") || !strings.Contains(h.Get("Access-Control-Allow-Headers"), "Authorization") {
				g.Errorf("%s allows %v", path, h)
			}
		}
		if methods, there := g.send("", "OPTIONS /api/v3/node/version", "").header["Access-Control-Allow-Methods"]; there {
			g.Errorf("where there is nothing, %q are allowed", methods)
		}
	}},
	{says: "other methods are 405, and say which there are", show: func(g *ground) {
		for route, allow := range map[string]string{"PUT /api/v3/tokens": "OPTIONS, POST", "PATCH /api/v3/token": "GET, OPTIONS",
			"POST /api/v3/token/": "GET, OPTIONS", "GET /api/v3/tokens/x": "DELETE, OPTIONS", "DELETE /api/v3/tokens": "OPTIONS, POST"} {
			a := g.node(405, g.door.Superuser, route, "{}")
			if a.header.Get("Allow") != allow || a.text("status") != "UNKNOWN_FAILURE" || a.text("error") == "" {
				g.Errorf("%s: allows %s: %s", route, a.header.Get("Allow"), a.body)
			}
		}
		if a := g.node(405, g.door.Superuser, http.MethodHead+" "+nodeToken, ""); a.body != "" {
			g.Errorf("HEAD: %s", a.body)
		}
	}},
}
