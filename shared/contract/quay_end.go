package contract

import (
	"strings"
	"time"
)

var quayEnd = []line{
	{says: "an expired token cannot be got, and can be deleted", clock: true, with: []string{`LATCHKEY_POLICY={"dialectLifetimes":{"quay":"10m"}}`}, show: func(g *ground) {
		made := g.quayToken("short")
		g.pass(10*time.Minute - time.Millisecond)
		g.ask(200, g.alice(), "GET "+quayAt(made), "")
		g.pass(time.Millisecond)
		g.quayRefused(g.ask(404, g.alice(), "GET "+quayAt(made), ""), "not_found", "Not Found")
		g.quayLists("", "short")
		g.ask(204, g.alice(), "DELETE "+quayAt(made), "")
		g.quayLists("")
		g.ask(404, g.alice(), "DELETE "+quayAt(made), "")
	}},
	{says: "a day after its expiry a token is unknown", clock: true, with: []string{`LATCHKEY_POLICY={"dialectLifetimes":{"quay":"10m"}}`}, show: func(g *ground) {
		made := g.quayToken("short")
		g.quayWait(24*time.Hour + 10*time.Minute)
		g.ask(404, g.alice(), "DELETE "+quayAt(made), "")
		g.want(g.ask(200, g.alice(), "GET /v1/tokens/"+made.text("uuid"), ""), "status", `"expired"`)
	}},
	{says: "deleted again is 404", light: true, show: func(g *ground) {
		made := g.quayToken("x")
		g.ask(204, g.alice(), "DELETE "+quayAt(made), "{}")
		for _, method := range []string{"DELETE ", "GET "} {
			g.quayRefused(g.ask(404, g.alice(), method+quayAt(made), "{}"), "not_found", "Not Found")
		}
	}},
	{says: "of several deletes at once, one succeeds", light: true, show: func(g *ground) {
		made := g.quayToken("x")
		came := g.together(8, g.alice(), "DELETE "+quayAt(made), "{}")
		if came[204] != 1 || came[404] != 7 {
			g.Errorf("got %v", came)
		}
	}},
	{says: "the secret is dead at once", light: true, show: func(g *ground) {
		made := g.quayToken("x")
		g.verdict("VALID", made.text("token_code"))
		g.ask(204, g.alice(), "DELETE "+quayAt(made), "")
		g.verdict("REVOKED", made.text("token_code"))
	}},
	{says: "another user's uuid is 404, the same as an unknown one", light: true, show: func(g *ground) {
		made := g.quayToken("x")
		for _, method := range []string{"GET ", "DELETE "} {
			unknown := g.ask(404, g.bob(), method+quayTokens+"/00000000-0000-8000-8000-000000000000", "")
			g.quayRefused(unknown, "not_found", "Not Found")
			g.body(g.ask(404, g.bob(), method+quayAt(made), ""), unknown.body)
		}
		g.ask(200, g.alice(), "GET "+quayAt(made), "")
	}},
	{says: "any text is a path's value: 404, not 400", light: true, show: func(g *ground) {
		uuid := g.quayToken("x").text("uuid")
		for _, value := range []string{"x", "0", "-1", "null", "%20", "%00", "%F0%9F%98%80", "%3Cscript%3E", uuid + "x", uuid[1:], strings.ToUpper(uuid),
			strings.ReplaceAll(uuid, "-", ""), "urn:uuid:" + uuid, "%7B" + uuid + "%7D", strings.Repeat("a", 1000)} {
			for _, method := range []string{"GET ", "DELETE "} {
				g.quayRefused(g.ask(404, g.alice(), method+quayTokens+"/"+value, ""), "not_found", "Not Found")
			}
		}
	}},
	{says: "what was made here is revoked by the native API too", light: true, show: func(g *ground) {
		made := g.quayToken("x")
		g.ask(204, g.alice(), "DELETE /v1/tokens/"+made.text("uuid"), "")
		g.ask(404, g.alice(), "GET "+quayAt(made), "")
		g.ask(404, g.alice(), "DELETE "+quayAt(made), "")
		g.verdict("REVOKED", made.text("token_code"))
	}},
}
