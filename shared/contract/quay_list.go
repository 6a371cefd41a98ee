package contract

import (
	"strconv"
	"time"

	"latchkey/shared/behaviour"
)

var quayList = []line{
	{says: "an empty list is an empty array", show: func(g *ground) {
		g.body(g.ask(200, g.alice(), "GET "+quayTokens, ""), `{"tokens":[],"only_expiring":null}`)
	}},
	{says: "only_expiring is null where expiring is absent, else what was asked", light: true, show: func(g *ground) {
		for query, want := range map[string]string{
			"": "null", "?": "null", "?Expiring=true": "null", "?other=1": "null",
			"?expiring=false": "false", "?expiring=False": "false", "?expiring=FALSE": "false", "?expiring=0": "false", "?expiring=null": "false",
			"?expiring=": "false", "?expiring": "false",
			"?expiring=true": "true", "?expiring=True": "true", "?expiring=1": "true", "?expiring=no": "true", "?expiring=falsE": "true",
			"?expiring=%20": "true", "?expiring=None": "true", "?expiring=00": "true", "?expiring=true&expiring=false": "true",
		} {
			g.want(g.ask(200, g.alice(), "GET "+quayTokens+query, ""), "only_expiring", want)
		}
	}},
	{says: "where expiring is no, all are listed", show: func(g *ground) {
		g.quayToken("laptop")
		for query, want := range map[string]string{"?expiring=False": "laptop", "?expiring=": "laptop"} {
			g.quayLists(query, want)
		}
		g.quayLists("?expiring=True")
	}},
	{says: "a query that cannot be read is 400", light: true, show: func(g *ground) {
		status := 400
		if g.door.Differs(behaviour.DecodedQueries) { // there, it has become a text, and any text will do
			status = 200
		}
		for _, query := range []string{"?expiring=%zz", "?expiring=%2", "?expiring=true;x"} {
			g.ask(status, g.alice(), "GET "+quayTokens+query, "")
		}
	}},
	{says: "the list has no pages", with: []string{`LATCHKEY_POLICY={"tokensPerOwner":300}`}, show: func(g *ground) {
		want := make([]string, 230)
		for i := range want {
			want[i] = "token " + strconv.Itoa(i+1)
			g.quayToken(want[i])
			g.pass(time.Second)
		}
		g.quayLists("", want...)
		g.quayLists("?limit=1&page=2", want...)
	}},
	{says: "the oldest token is the first", clock: true, show: func(g *ground) {
		for _, title := range []string{"b", "c", "a"} {
			g.quayToken(title)
			g.pass(time.Millisecond)
		}
		g.quayLists("", "b", "c", "a")
	}},
	{says: "it has the caller's own tokens alone, an administrator's too", show: func(g *ground) {
		made := g.quayToken("alice's")
		session, token := g.quayAdmin("")
		g.quayTokenAs(session, "root's")
		for _, as := range []string{session, token} {
			all := g.ask(200, as, "GET "+quayTokens, "").items("tokens")
			if len(all) != 1 || all[0].text("title") != "root's" {
				g.Errorf("got %v", all)
			}
			g.ask(404, as, "DELETE "+quayAt(made), "")
		}
		g.quayLists("", "alice's")
	}},
	{says: "it has the tokens of this product alone", show: func(g *ground) {
		native := g.ask(201, g.alice(), "POST /v1/tokens", `{"name":"native","scopes":["repo:read"]}`).text("id")
		hub := g.hubToken("").text("uuid")
		g.quayLists("")
		for _, uuid := range []string{native, hub} {
			g.ask(404, g.alice(), "GET "+quayTokens+"/"+uuid, "")
			g.ask(404, g.alice(), "DELETE "+quayTokens+"/"+uuid, "")
			g.want(g.ask(200, g.alice(), "GET /v1/tokens/"+uuid, ""), "status", `"active"`)
		}
	}},
	{says: "tokens of a group are not in it", show: func(g *ground) {
		group := g.number()
		g.account("carol", `,"groups":[{"id":"`+group+`","role":"admin"}]`)
		g.ask(201, g.session("carol"), "POST /v1/tokens", `{"name":"group's","scopes":["repo:read"],"groupId":"`+group+`"}`)
		g.body(g.ask(200, g.session("carol"), "GET "+quayTokens, ""), `{"tokens":[],"only_expiring":null}`)
	}},
	{says: "expired tokens are listed for one day more", clock: true, with: []string{`LATCHKEY_POLICY={"dialectLifetimes":{"quay":"1h"}}`}, show: func(g *ground) {
		g.quayToken("short")
		g.quayWait(25*time.Hour - time.Millisecond)
		g.quayLists("", "short")
		g.pass(time.Millisecond)
		g.quayLists("")
	}},
	{says: "a token that was revoked is not listed", show: func(g *ground) {
		made := g.quayToken("gone")
		g.ask(204, g.alice(), "DELETE "+quayAt(made), "")
		g.quayLists("")
	}},
}

// Each is asked with expiring=true, as the Python client writes it.
var quayExpiring = []line{
	{says: "expiring are those that end within a tenth of the configured life", clock: true, with: []string{`LATCHKEY_POLICY={"dialectLifetimes":{"quay":"10d"}}`}, show: func(g *ground) {
		g.quayToken("old")
		g.quayWait(12 * time.Hour)
		g.quayToken("young")
		g.quayWait(204*time.Hour - time.Millisecond) // a millisecond more than a day before the first one's end
		g.quayLists("?expiring=True")
		g.pass(time.Millisecond)
		g.quayLists("?expiring=True", "old")
		g.quayWait(12 * time.Hour)
		g.quayLists("?expiring=True", "old", "young")
	}},
	{says: "expired tokens are not expiring", clock: true, with: []string{`LATCHKEY_POLICY={"dialectLifetimes":{"quay":"10d"}}`}, show: func(g *ground) {
		g.quayToken("x")
		g.quayWait(240*time.Hour - time.Millisecond)
		g.quayLists("?expiring=True", "x")
		g.pass(time.Millisecond)
		g.quayLists("?expiring=True")
		g.quayLists("", "x")
	}},
	{says: "expiring are those that end within 2.8 days where no life is configured", clock: true, show: func(g *ground) {
		session, token := g.quayAdmin(`,"expiresInDays":3`)
		g.quayTokenAs(token, "brief") // it ends with the token that made it
		g.quayTokenAs(session, "for ever")
		expiring := func(want string) {
			a := g.ask(200, token, "GET "+quayTokens+"?expiring=True", "")
			if all := a.items("tokens"); len(all) > 1 || want == "" && len(all) > 0 || want != "" && (len(all) == 0 || all[0].text("title") != want) {
				g.Errorf("got %s, want %q", a.body, want)
			}
		}
		g.quayWait((72*10-672)*time.Hour/10 - time.Millisecond) // three days are 72 hours, 2.8 are 67.2
		expiring("")
		g.pass(time.Millisecond)
		expiring("brief")
	}},
	{says: "tokens without an expiration are never expiring", clock: true, show: func(g *ground) {
		g.quayToken("for ever")
		g.quayWait(50 * 365 * 24 * time.Hour)
		g.quayLists("?expiring=True")
		g.quayLists("", "for ever")
	}},
}
