package contract

import (
	"strings"
	"time"

	"latchkey/shared/behaviour"
)

var nodeDelete = []line{
	{says: "a deleted token is dead at once: 401 for its next call", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken"))
		g.node(200, token, "GET "+nodeToken, "")
		g.node(204, g.door.Superuser, "DELETE "+nodeTokens+token, "")
		g.nodeRefused(g.node(401, token, "GET "+nodeToken, ""), 401, nodeUnauthorized)
		g.verdict("REVOKED", token)
	}},
	{says: "a second deletion finds nothing: 404, empty", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken"))
		g.node(204, g.door.Superuser, "DELETE "+nodeTokens+token, "")
		g.nodeRefused(g.node(404, g.door.Superuser, "DELETE "+nodeTokens+token, ""), 404, "")
	}},
	{says: "of many deletions of one token one succeeds", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken"))
		if came := g.together(12, "", "DELETE "+nodeTokens+token, "{}", g.superuser()...); came[204] != 1 || came[404] != 11 {
			g.Errorf("got %v", came)
		}
	}},
	{says: "what is no token is 404, empty", show: func(g *ground) {
		token := g.nodeMake("", right("nodePing"))
		for _, id := range []string{"nonsense", other(token), token[:46], token + "x", strings.ToUpper(token), "%20" + token, "%00", strings.Repeat("x", 500)} {
			g.nodeRefused(g.node(404, g.door.Superuser, "DELETE "+nodeTokens+id, ""), 404, "")
		}
		g.verdict("VALID", token)
	}},
	{says: "the superuser's token cannot be deleted", show: func(g *ground) {
		if !g.door.Differs(behaviour.DecodedPaths) { // a gateway may refuse its % already
			g.nodeRefused(g.ask(404, "", "DELETE "+nodeTokens+key(g.door.Superuser)[1], "", g.superuser()...), 404, "")
		}
		g.nodeMake("", right("nodePing"))
	}},
	{says: "any holder of tokensDelete may delete any token", show: func(g *ground) {
		deleter := g.nodeMake("", right("tokensDelete"))
		for _, token := range []string{g.nodeMake("", right("nodePing")), g.nodeMake(`,"lifetime":1000`, right("tokensCreate"), right("tokensDelete"))} {
			g.node(204, deleter, "DELETE "+nodeTokens+token, "")
			g.verdict("REVOKED", token)
		}
	}},
	{says: "a token may delete itself", show: func(g *ground) {
		token := g.nodeMake("", right("tokensDelete"))
		g.node(204, token, "DELETE "+nodeTokens+token, "")
		g.nodeRefused(g.node(401, token, "DELETE "+nodeTokens+token, ""), 401, nodeUnauthorized)
	}},
	{says: "without tokensDelete a token deletes none, not even itself", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken"), right("tokensCreate"))
		g.nodeRefused(g.node(403, token, "DELETE "+nodeTokens+token, ""), 403, nodeForbidden)
		g.node(200, token, "GET "+nodeToken, "")
	}},
	{says: "tokens of other products are unknown here", show: func(g *ground) {
		native := g.ask(201, g.alice(), "POST /v1/tokens", `{"name":"x","scopes":["repo:read"]}`).text("token")
		hub := g.hubToken("").text("token")
		for _, token := range []string{native, hub} {
			g.nodeRefused(g.node(404, g.door.Superuser, "DELETE "+nodeTokens+token, ""), 404, "")
			g.verdict("VALID", token)
		}
	}, light: true},
	{says: "a deletion can be done only before the lifetime has ended", clock: true, show: func(g *ground) {
		token := g.nodeMake(`,"lifetime":60`, right("nodePing"))
		g.pass(time.Minute - time.Millisecond)
		g.node(204, g.door.Superuser, "DELETE "+nodeTokens+token, "")
		token = g.nodeMake(`,"lifetime":60`, right("nodePing"))
		g.pass(time.Minute)
		g.node(404, g.door.Superuser, "DELETE "+nodeTokens+token, "")
	}},
}
