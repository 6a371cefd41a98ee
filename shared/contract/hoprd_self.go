package contract

import (
	"strconv"
	"strings"
	"time"
)

var nodeSelf = []line{
	{says: "GET shows the token that made the call, in these members and no others", clock: true, show: func(g *ground) {
		until := strconv.FormatInt(g.now().Add(time.Minute).Unix(), 10)
		token := g.nodeMake(`,"lifetime":60,"description":"x"`, right("tokensGetToken", 100))
		g.body(g.node(200, token, "GET "+nodeToken, ""), `{"id":"`+token+`","description":"x","valid_until":`+until+
			`,"capabilities":[{"endpoint":"tokensGetToken","limits":[{"type":"calls","conditions":{"max":100},"used":1}]}]}`)
	}},
	{says: "without an end valid_until is left out, and without limits they are", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken"))
		g.body(g.node(200, token, "GET "+nodeToken, ""), `{"id":"`+token+`","description":"","capabilities":[{"endpoint":"tokensGetToken"}]}`)
	}},
	{says: "valid_until is whole seconds, not later than the end", clock: true, show: func(g *ground) {
		g.move(time.Date(2026, 7, 1, 12, 0, 0, 999_000_000, time.UTC))
		token := g.nodeMake(`,"lifetime":1`, right("tokensGetToken"))
		g.want(g.node(200, token, "GET "+nodeToken, ""), "valid_until", strconv.FormatInt(time.Date(2026, 7, 1, 12, 0, 1, 0, time.UTC).Unix(), 10))
	}},
	{says: "an end that 32 bits cannot hold, which no client here can ask for, is shown as the last one that they can", clock: true,
		with: []string{`LATCHKEY_POLICY={"maxLifetimeDays":36500}`}, show: func(g *ground) {
			token := g.nodeMake("", right("tokensGetToken"))
			id := g.ask(200, "", "POST /v1/tokens/verify", members("token", token)).text("tokenId")
			g.ask(200, g.admin(), "PATCH /v1/tokens/"+id, members("expiresAt", "2046-07-01T00:00:00Z"))
			g.want(g.node(200, token, "GET "+nodeToken, ""), "valid_until", "2147483647")
		}},
	{says: "used appears after the first counted call, and this call counts itself", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken", 5), right("tokensDelete", 5))
		for _, used := range []string{"1", "2", "3"} {
			a := g.node(200, token, "GET "+nodeToken, "")
			want := `[{"endpoint":"tokensGetToken","limits":[{"type":"calls","conditions":{"max":5},"used":` + used + `}]},` +
				`{"endpoint":"tokensDelete","limits":[{"type":"calls","conditions":{"max":5}}]}]`
			if !strings.Contains(a.body, want) {
				g.Errorf("got %s", a.body)
			}
		}
	}},
	{says: "a token that was shown in Basic is shown as the token alone", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken"))
		g.want(g.ask(200, "", "GET "+nodeToken, "", basicUser(token)...), "id", `"`+token+`"`)
	}},
	{says: "to the superuser it is 404, empty", show: func(g *ground) {
		for _, path := range []string{"/api/v3/token", "/api/v3/token/"} {
			g.nodeRefused(g.node(404, g.door.Superuser, "GET "+path, ""), 404, "")
		}
	}},
	{says: "a token past its end is unknown, as a credential and as what to delete", clock: true, show: func(g *ground) {
		token := g.nodeMake(`,"lifetime":60`, right("tokensGetToken"), right("tokensDelete"))
		g.pass(time.Minute)
		g.nodeRefused(g.node(401, token, "GET "+nodeToken, ""), 401, nodeUnauthorized)
		g.nodeRefused(g.node(404, g.door.Superuser, "DELETE "+nodeTokens+token, ""), 404, "")
		g.nodeRefused(g.node(401, token, "DELETE "+nodeTokens+token, ""), 401, nodeUnauthorized)
		g.verdict("EXPIRED", token)
	}},
}
