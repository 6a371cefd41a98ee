package contract

import (
	"strings"
	"time"
)

var quayCreate = []line{
	{says: "a title is needed, and is a string", light: true, show: func(g *ground) {
		for _, body := range []string{`{}`, `{"title":null}`, `{"Title":"x"}`, `{"name":"x"}`} {
			g.quayRefused(g.ask(400, g.alice(), "POST "+quayTokens, body), "invalid_request", "the request is not acceptable; title: a text is needed")
		}
		for _, value := range []string{`1`, `true`, `["x"]`, `{"x":"x"}`} {
			g.quayRefused(g.ask(400, g.alice(), "POST "+quayTokens, `{"title":`+value+`}`), "invalid_request",
				"the request is not acceptable; title: not a value of the kind that is expected here")
		}
	}},
	{says: "friendlyName, which one of the generated models has, is no other name for it", light: true, show: func(g *ground) {
		g.quayRefused(g.ask(400, g.alice(), "POST "+quayTokens, `{"friendlyName":"laptop"}`), "invalid_request",
			"the request is not acceptable; title: a text is needed")
		g.want(g.ask(200, g.alice(), "POST "+quayTokens, `{"friendlyName":"x","title":"y"}`).in("token"), "title", `"y"`)
	}},
	{says: "a title is any text of at most 255 characters, an empty one too", light: true, show: func(g *ground) {
		for _, title := range []string{"", " ", "\u0000", "\t\n\x1b[31m", "\u202eb\u200b", strings.Repeat("a", 255), strings.Repeat("😀", 255)} {
			made := g.quayToken(title)
			if made.text("title") != title || g.ask(200, g.alice(), "GET "+quayAt(made), "").in("token").text("title") != title {
				g.Errorf("%q: got %q", title, made.text("title"))
			}
		}
	}},
	{says: "a title of 256 characters is 400", light: true, show: func(g *ground) {
		for _, title := range []string{strings.Repeat("a", 256), strings.Repeat("é", 256), strings.Repeat("😀", 10_000)} {
			g.quayRefused(g.ask(400, g.alice(), "POST "+quayTokens, members("title", title)), "invalid_request",
				"the request is not acceptable; title: at most 255 characters")
		}
	}},
	{says: "unknown members mean nothing", light: true, show: func(g *ground) {
		made := g.ask(200, g.alice(), "POST "+quayTokens, `{"title":"x","scopes":["admin:all"],"uuid":"x","token_code":"y","nested":{"a":[null]}}`).in("token")
		g.want(made, "title", `"x"`, "expiration", "null")
		g.want(g.ask(200, g.alice(), "GET /v1/tokens/"+made.text("uuid"), ""), "scopes", `["quay:app"]`)
	}},
	{says: "a client cannot choose the expiration", light: true, show: func(g *ground) {
		for _, name := range []string{"expiration", "expires_at", "expiresAt", "expiresInDays"} {
			g.want(g.ask(200, g.alice(), "POST "+quayTokens, `{"title":"x","`+name+`":"2099-12-31T23:59:59Z"}`).in("token"), "expiration", "null")
		}
	}},
	{says: "titles need not be unique", show: func(g *ground) {
		g.quayToken("twin")
		g.quayToken("twin")
		g.quayLists("", "twin", "twin")
	}},
	{says: "more live tokens than the policy allows are 400, with the reason", with: []string{`LATCHKEY_POLICY={"tokensPerOwner":2}`}, show: func(g *ground) {
		made := g.quayToken("one")
		g.quayToken("two")
		g.quayRefused(g.ask(400, g.alice(), "POST "+quayTokens, `{"title":"three"}`), "invalid_request", "2 live tokens are the limit; revoke one first")
		g.ask(204, g.alice(), "DELETE "+quayAt(made), "")
		g.quayToken("three")
	}},
	{says: "more creates than the policy's rate are 429, with Retry-After", clock: true, with: []string{`LATCHKEY_POLICY={"creates":{"perMinute":1,"burst":1}}`}, show: func(g *ground) {
		g.quayToken("one")
		a := g.ask(429, g.alice(), "POST "+quayTokens, `{"title":"two"}`)
		if a.text("title") != "too_many_requests" || a.header.Get("Retry-After") != "60" || a.text("detail") == "" {
			g.Errorf("got %v, %s", a.header, a.body)
		}
		g.pass(time.Minute)
		g.quayToken("two")
	}},
}

const (
	quayNoon     = `"Wed, 01 Jul 2026 12:00:00 -0000"`
	quayTomorrow = `"Thu, 02 Jul 2026 12:00:00 -0000"`
)

var quayLife = []line{
	{says: "without a configured life there is no expiration", clock: true, show: func(g *ground) {
		made := g.quayToken("x")
		g.want(made, "created", quayNoon, "expiration", "null")
		g.pass(50 * 365 * 24 * time.Hour)
		g.verdict("VALID", made.text("token_code"))
	}},
	{says: "with a configured life, the expiration is now and that life", clock: true, with: []string{`LATCHKEY_POLICY={"dialectLifetimes":{"quay":"2w"}}`}, show: func(g *ground) {
		made := g.quayToken("x")
		g.want(made, "created", quayNoon, "expiration", `"Wed, 15 Jul 2026 12:00:00 -0000"`)
		g.pass(14*24*time.Hour - time.Millisecond)
		g.verdict("VALID", made.text("token_code"))
		g.pass(time.Millisecond)
		g.verdict("EXPIRED", made.text("token_code"))
	}},
	{says: "a life of a year is longer than other tokens may live", clock: true, with: []string{`LATCHKEY_POLICY={"dialectLifetimes":{"quay":"2y"},"maxLifetimeDays":100}`}, show: func(g *ground) {
		g.want(g.quayToken("x"), "expiration", `"Fri, 30 Jun 2028 12:00:00 -0000"`)
	}},
	{says: "where the policy's lifetimes are for all, they are", clock: true, with: []string{`LATCHKEY_POLICY={"defaultLifetimeDays":1,"lifetimesForAllDialects":true}`}, show: func(g *ground) {
		g.want(g.quayToken("x"), "expiration", quayTomorrow)
	}},
	{says: "what a token makes ends no later than it", clock: true, show: func(g *ground) {
		session, token := g.quayAdmin(`,"expiresInDays":1`)
		g.want(g.quayTokenAs(token, "x"), "expiration", quayTomorrow)
		g.want(g.quayTokenAs(session, "x"), "expiration", "null")
	}},
	{says: "of a configured life and that of the token that makes it, the shorter one counts", clock: true, with: []string{`LATCHKEY_POLICY={"dialectLifetimes":{"quay":"48h"}}`}, show: func(g *ground) {
		_, brief := g.quayAdmin(`,"expiresInDays":1`)
		g.want(g.quayTokenAs(brief, "x"), "expiration", quayTomorrow)
		_, long := g.quayAdmin(`,"expiresInDays":30`)
		g.want(g.quayTokenAs(long, "x"), "expiration", `"Fri, 03 Jul 2026 12:00:00 -0000"`)
	}},
	{says: "what a token makes is good from no other address than it", show: func(g *ground) {
		_, token := g.quayAdmin(`,"allowedIps":["` + peer + `"]`)
		code := g.quayTokenAs(token, "x").text("token_code")
		for ip, want := range map[string]string{peer: "VALID", "192.0.2.7": "IP_NOT_ALLOWED"} {
			g.want(g.ask(200, "", "POST /v1/tokens/verify", members("token", code, "ip", ip)), "code", quayText(want))
		}
	}},
}
