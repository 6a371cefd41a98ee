package contract

import (
	"encoding/json"
	"slices"
	"time"
)

// nodeID is the native id of a node's token.
func (g *ground) nodeID(token string) string {
	g.Helper()
	return g.ask(200, "", "POST /v1/tokens/verify", members("token", token)).text("tokenId")
}

var nodeAcross = []line{
	{says: "an administrator sees a node's token natively, with its limits and what is used of them", show: func(g *ground) {
		token := g.nodeMake(`,"description":"x"`, right("tokensGetToken", 5), right("tokensGetToken", 3), right("nodePing"), right("nodeGetPeers", 7))
		g.used(token, "1")
		a := g.ask(200, g.admin(), "GET /v1/tokens/"+g.nodeID(token), "")
		g.want(a, "owner", `"service#hoprd"`, "name", `""`, "description", `"x"`, "status", `"active"`,
			"scopes", `["hoprd:tokensGetToken","hoprd:nodePing","hoprd:nodeGetPeers"]`,
			"calls", `[{"max":7,"scope":"hoprd:nodeGetPeers","used":0},{"max":3,"scope":"hoprd:tokensGetToken","used":1}]`)
	}},
	{says: "a token without limits shows no calls natively", show: func(g *ground) {
		a := g.ask(200, g.admin(), "GET /v1/tokens/"+g.nodeID(g.nodeMake("", right("nodePing"))), "")
		if a.json["calls"] != nil {
			g.Errorf("got %s", a.body)
		}
	}},
	{says: "an administrator lists the node's tokens natively, and nobody else does", show: func(g *ground) {
		id := g.nodeID(g.nodeMake("", right("nodePing")))
		page := g.ask(200, g.admin(), "GET /v1/tokens?owner=service%23hoprd&limit=200", "")
		if !slices.ContainsFunc(page.items("tokens"), func(t answer) bool { return t.text("id") == id }) && page.text("nextCursor") == "" {
			g.Errorf("it is not among them")
		}
		g.ask(404, g.alice(), "GET /v1/tokens?owner=service%23hoprd", "")
		g.ask(404, g.alice(), "GET /v1/tokens/"+id, "")
		g.ask(404, g.alice(), "DELETE /v1/tokens/"+id, "")
	}, light: true},
	{says: "what an administrator revokes natively is dead here at once", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken"), right("tokensDelete"))
		g.node(200, token, "GET "+nodeToken, "")
		g.ask(204, g.admin(), "DELETE /v1/tokens/"+g.nodeID(token), "")
		g.node(401, token, "GET "+nodeToken, "")
		g.node(404, g.door.Superuser, "DELETE "+nodeTokens+token, "")
	}},
	{says: "what an administrator switches off natively is dead here until it is on again, and can be deleted", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken"))
		at := "PATCH /v1/tokens/" + g.nodeID(token)
		g.ask(200, g.admin(), at, `{"enabled":false}`)
		g.node(401, token, "GET "+nodeToken, "")
		g.ask(200, g.admin(), at, `{"enabled":true}`)
		g.node(200, token, "GET "+nodeToken, "")
		g.ask(200, g.admin(), at, `{"enabled":false}`)
		g.node(204, g.door.Superuser, "DELETE "+nodeTokens+token, "")
	}},
	{says: "a scope that an administrator takes natively is a capability less, here and to pass on", show: func(g *ground) {
		token := g.nodeMake("", right("tokensCreate"), right("nodePing", 5), right("tokensGetToken"))
		g.ask(200, g.admin(), "PATCH /v1/tokens/"+g.nodeID(token), `{"scopes":["hoprd:tokensCreate","hoprd:tokensGetToken"]}`)
		g.body(g.node(200, token, "GET "+nodeToken, ""), `{"id":"`+token+`","description":"","capabilities":[{"endpoint":"tokensCreate"},{"endpoint":"tokensGetToken"}]}`)
		g.passes(token, nodeBadCapabilities, "", right("nodePing", 5))
		g.passes(token, "", "", right("tokensGetToken"))
	}},
	{says: "a scope that is taken and given back keeps its limits and what was used of them", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken", 3), right("nodePing"))
		g.used(token, "1")
		at := "PATCH /v1/tokens/" + g.nodeID(token)
		g.ask(200, g.admin(), at, `{"scopes":["hoprd:nodePing"]}`)
		g.node(403, token, "GET "+nodeToken, "")
		g.ask(200, g.admin(), at, `{"scopes":["hoprd:nodePing","hoprd:tokensGetToken"]}`)
		g.used(token, "2")
		g.used(token, "3")
		g.node(403, token, "GET "+nodeToken, "")
	}},
	{says: "an operation that an administrator adds natively is a capability without limits; other scopes are none", show: func(g *ground) {
		token := g.nodeMake("", right("nodePing"))
		scopes, err := json.Marshal([]string{"hoprd:nodePing", "repo:read", "hoprd:tokensGetToken", "hoprd:nonsense"})
		if err != nil {
			g.Fatal(err)
		}
		g.ask(200, g.admin(), "PATCH /v1/tokens/"+g.nodeID(token), `{"scopes":`+string(scopes)+`}`)
		g.body(g.node(200, token, "GET "+nodeToken, ""), `{"id":"`+token+`","description":"","capabilities":[{"endpoint":"nodePing"},{"endpoint":"tokensGetToken"}]}`)
	}},
	{says: "what an administrator shortens natively ends so here", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken"))
		end := g.now().UTC().AddDate(0, 0, 30).Truncate(1e9)
		g.ask(200, g.admin(), "PATCH /v1/tokens/"+g.nodeID(token), `{"expiresAt":"`+end.Format("2006-01-02T15:04:05Z")+`"}`)
		until, err := json.Marshal(end.Unix())
		if err != nil {
			g.Fatal(err)
		}
		g.want(g.node(200, token, "GET "+nodeToken, ""), "valid_until", string(until))
	}},
	{says: "what an administrator shortens natively makes none that lasts longer", show: func(g *ground) {
		maker := g.nodeMake("", right("tokensCreate"))
		end := g.now().UTC().Add(time.Hour)
		g.ask(200, g.admin(), "PATCH /v1/tokens/"+g.nodeID(maker), `{"expiresAt":"`+end.Format(time.RFC3339)+`"}`)
		g.passes(maker, nodeBadLifetime, "", right("tokensCreate"))
		g.passes(maker, nodeBadLifetime, `,"lifetime":3601`, right("tokensCreate"))
		g.passes(maker, "", `,"lifetime":3000`, right("tokensCreate"))
	}},
	{says: "what an administrator binds to addresses natively is good from them alone, and makes none that is good from elsewhere", show: func(g *ground) {
		maker := g.nodeMake("", right("tokensCreate"), right("tokensGetToken"))
		at := "PATCH /v1/tokens/" + g.nodeID(maker)
		g.ask(200, g.admin(), at, `{"allowedIps":["`+peer+`"]}`)
		g.node(200, maker, "GET "+nodeToken, "")
		g.nodeRefused(g.node(403, maker, "POST "+nodeTokens, rights("", right("tokensCreate"))), 403, nodeForbidden)
		g.ask(200, g.admin(), at, `{"allowedIps":["192.0.2.7"]}`)
		g.nodeRefused(g.node(401, maker, "GET "+nodeToken, ""), 401, nodeUnauthorized)
	}},
	{says: "a node's token is no credential elsewhere", show: func(g *ground) {
		token := g.nodeMake("", right("tokensCreate"), right("tokensGetToken"), right("tokensDelete"))
		for _, route := range []string{"GET /v1/self", "GET /v1/tokens", "GET /v2/access-tokens"} {
			g.ask(401, token, route, "")
			g.ask(401, "", route, "", basicUser(token)...)
			g.ask(401, "", route, "", key(token)...)
			g.ask(401, g.door.Superuser, route, "")
		}
	}},
}
