package contract

import "strings"

var nodeErrors = []line{
	{says: "a bad body without a token is 401, and with one that may not, 403", show: func(g *ground) {
		mayNot := g.nodeMake("", right("nodePing"))
		for _, body := range []string{"", "{", "{}", rights("", right("nonsense")), strings.Repeat(" ", 64<<10) + "{}"} {
			g.nodeRefused(g.send("", "POST "+nodeTokens, body), 401, nodeUnauthorized)
			g.nodeRefused(g.send("", "POST "+nodeTokens, body, key(mayNot)...), 403, nodeForbidden)
		}
	}},
	{says: "whether a token is known is told to nobody who may not delete", show: func(g *ground) {
		mayNot, token := g.nodeMake("", right("nodePing")), g.nodeMake("", right("nodePing"))
		for _, id := range []string{token, "nonsense"} {
			g.nodeRefused(g.send("", "DELETE "+nodeTokens+id, ""), 401, nodeUnauthorized)
			g.nodeRefused(g.send("", "DELETE "+nodeTokens+id, "", key(mayNot)...), 403, nodeForbidden)
		}
		g.verdict("VALID", token)
	}},
	{says: "status and error are strings on 401 and 403", show: func(g *ground) {
		token := g.nodeMake("", right("nodePing"))
		for _, a := range []answer{g.ask(401, "", "GET "+nodeToken, ""), g.node(403, token, "GET "+nodeToken, "")} {
			if a.text("status") != "UNAUTHORIZED" || a.text("error") == "" {
				g.Errorf("%d: %s", a.code, a.body)
			}
		}
	}},
	{says: "401 asks no browser for a user name, which it would send by itself from then on", show: func(g *ground) {
		if got := g.ask(401, "", "GET "+nodeToken, "").header.Get("WWW-Authenticate"); got != "" {
			g.Errorf("got %q", got)
		}
	}},
	{says: "no answer repeats a token that was shown in vain", show: func(g *ground) {
		for _, a := range []answer{
			g.send("", "GET "+nodeToken, "", "X-Auth-Token", "conspicuous"),
			g.send("", "DELETE "+nodeTokens+"conspicuous", "", g.superuser()...),
			g.send("", "POST "+nodeTokens, `{"conspicuous`, g.superuser()...),
			g.send("", "GET /api/v3/conspicuous", "", g.superuser()...),
		} {
			if strings.Contains(a.body, "conspicuous") || strings.Contains(strings.Join(a.header.Values("Location"), ""), "conspicuous") {
				g.Errorf("got %s", a.body)
			}
		}
	}},
}
