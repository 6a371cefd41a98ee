package contract

import "time"

var nodeLimits = []line{
	{says: "max N allows exactly N calls, and the next is 403", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken", 3))
		for range 3 {
			g.node(200, token, "GET "+nodeToken, "")
		}
		for range 2 {
			g.nodeRefused(g.node(403, token, "GET "+nodeToken, ""), 403, nodeForbidden)
		}
	}},
	{says: "of 48 calls at once exactly N pass", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken", 10))
		if came := g.together(48, "", "GET "+nodeToken, "", key(token)...); came[200] != 10 || came[403] != 38 {
			g.Errorf("got %v", came)
		}
	}},
	{says: "of 48 creates at once exactly N make a token", show: func(g *ground) {
		token := g.nodeMake("", right("tokensCreate", 10))
		if came := g.together(48, "", "POST "+nodeTokens, rights("", right("tokensCreate", 10)), key(token)...); came[201] != 10 || came[403] != 38 {
			g.Errorf("got %v", came)
		}
	}},
	{says: "all capabilities of the operation must pass, not any", show: func(g *ground) {
		for _, capabilities := range [][]string{
			{right("tokensGetToken", 1), right("tokensGetToken")},
			{right("tokensGetToken"), right("tokensGetToken", 1)},
			{right("tokensGetToken", 5), right("tokensGetToken", 1)},
			{right("tokensGetToken", 5, 1)},
		} {
			token := g.nodeMake("", capabilities...)
			g.node(200, token, "GET "+nodeToken, "")
			g.node(403, token, "GET "+nodeToken, "")
		}
	}},
	{says: "each operation is counted apart", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken", 1), right("tokensDelete", 1), right("tokensCreate", 1))
		g.node(200, token, "GET "+nodeToken, "")
		g.node(403, token, "GET "+nodeToken, "")
		made := g.node(201, token, "POST "+nodeTokens, rights("", right("tokensDelete", 1))).text("token")
		g.node(403, token, "POST "+nodeTokens, rights("", right("tokensDelete", 1)))
		g.node(204, token, "DELETE "+nodeTokens+made, "")
		g.node(403, token, "DELETE "+nodeTokens+token, "")
	}},
	{says: "a call that ends in 400 has been counted", show: func(g *ground) {
		token := g.nodeMake("", right("tokensCreate", 3))
		for _, body := range []string{"", "{}", rights("", right("nodePing"))} {
			g.node(400, token, "POST "+nodeTokens, body)
		}
		g.nodeRefused(g.node(403, token, "POST "+nodeTokens, rights("", right("tokensCreate", 3))), 403, nodeForbidden)
	}},
	{says: "a call that ends in 404 has been counted", show: func(g *ground) {
		token := g.nodeMake("", right("tokensDelete", 2))
		for range 2 {
			g.node(404, token, "DELETE "+nodeTokens+"nonsense", "")
		}
		g.node(403, token, "DELETE "+nodeTokens+token, "")
	}},
	{says: "a refused call counts nothing", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken", 2))
		g.node(403, token, "POST "+nodeTokens, "")
		g.node(403, token, "DELETE "+nodeTokens+token, "")
		g.node(405, token, "POST "+nodeToken, "")
		g.node(404, token, "GET /api/v3/node/version", "")
		g.used(token, "1")
		g.used(token, "2")
		for range 3 {
			g.node(403, token, "GET "+nodeToken, "")
		}
		g.want(g.ask(200, g.admin(), "GET /v1/tokens/"+g.nodeID(token), ""), "calls", `[{"max":2,"scope":"hoprd:tokensGetToken","used":2}]`)
	}},
	{says: "what is used is kept as long as the token", clock: true, show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken", 2))
		g.used(token, "1")
		g.pass(365 * 24 * time.Hour)
		g.used(token, "2")
		g.pass(365 * 24 * time.Hour)
		g.node(403, token, "GET "+nodeToken, "")
	}},
	{says: "the node's other operations are counted where they are verified natively", show: func(g *ground) {
		token := g.nodeMake("", right("nodePing", 2), right("nodeGetPeers"))
		g.verdict("VALID", token, "hoprd:nodePing")
		g.verdict("VALID", token, "hoprd:nodePing")
		g.verdict("EXHAUSTED", token, "hoprd:nodePing")
		g.verdict("VALID", token, "hoprd:nodeGetPeers")
		g.verdict("VALID", token)
		g.verdict("INSUFFICIENT_SCOPE", token, "hoprd:accountWithdraw")
	}},
}
