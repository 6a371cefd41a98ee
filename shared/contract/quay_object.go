package contract

import (
	"encoding/json"
	"regexp"
	"strings"
	"time"
)

var (
	quayUUID = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)
	quayDate = regexp.MustCompile(`^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d\d:\d\d:\d\d -0000$`)
	quayCode = regexp.MustCompile(`^[A-Z0-9]{120}$`)
)

var quayObject = []line{
	{says: "what is listed has five members, all of them always", show: func(g *ground) {
		made := g.quayToken("laptop")
		g.body(g.ask(200, g.alice(), "GET "+quayTokens, ""), `{"tokens":[{"uuid":"`+made.text("uuid")+`","title":"laptop","last_accessed":null,"created":"`+
			made.text("created")+`","expiration":null}],"only_expiring":null}`)
	}},
	{says: "create and get have one token, with the secret added", light: true, show: func(g *ground) {
		a := g.ask(200, g.alice(), "POST "+quayTokens, `{"title":"laptop"}`)
		made := a.in("token")
		want := `{"token":{"uuid":"` + made.text("uuid") + `","title":"laptop","last_accessed":null,"created":"` + made.text("created") +
			`","expiration":null,"token_code":"` + made.text("token_code") + `"}}`
		g.body(a, want)
		g.body(g.ask(200, g.alice(), "GET "+quayAt(made), ""), want)
	}},
	{says: "a uuid is in small letters, of 36 characters", light: true, show: func(g *ground) {
		if uuid := g.quayToken("x").text("uuid"); !quayUUID.MatchString(uuid) {
			g.Errorf("got %s", uuid)
		}
	}},
	{says: "dates are RFC 2822 in UTC, with the zone -0000", light: true, show: func(g *ground) {
		before := g.now().Truncate(time.Second)
		created := g.quayToken("x").text("created")
		at, err := time.Parse(time.RFC1123Z, created)
		if err != nil || !quayDate.MatchString(created) || at.Before(before.Add(-time.Second)) || at.After(g.now().Add(time.Second)) {
			g.Errorf("got %s, %v", created, err)
		}
	}},
	{says: "dates are in whole seconds, with a day of two digits", clock: true, with: []string{`LATCHKEY_POLICY={"dialectLifetimes":{"quay":"7d"}}`}, show: func(g *ground) {
		made := g.quayToken("x")
		g.pass(5 * time.Minute)
		g.verdict("VALID", made.text("token_code"))
		a := g.ask(200, g.alice(), "GET "+quayAt(made), "").in("token")
		g.want(a, "created", `"Wed, 01 Jul 2026 12:00:00 -0000"`, "last_accessed", `"Wed, 01 Jul 2026 12:05:00 -0000"`,
			"expiration", `"Wed, 08 Jul 2026 12:00:00 -0000"`)
		g.want(g.ask(200, g.alice(), "GET "+quayTokens, "").items("tokens")[0], "created", `"Wed, 01 Jul 2026 12:00:00 -0000"`,
			"last_accessed", `"Wed, 01 Jul 2026 12:05:00 -0000"`, "expiration", `"Wed, 08 Jul 2026 12:00:00 -0000"`)
	}},
}

var quaySecret = []line{
	{says: "a token_code is 120 characters from A-Z and 0-9", light: true, show: func(g *ground) {
		if code := g.quayToken("x").text("token_code"); !quayCode.MatchString(code) {
			g.Errorf("got %s", code)
		}
	}},
	{says: "its first 60 characters are no other token's", light: true, show: func(g *ground) {
		one, other := g.quayToken("x").text("token_code"), g.quayToken("x").text("token_code")
		if one[:60] == other[:60] || one[60:] == other[60:] {
			g.Errorf("got %s and %s", one, other)
		}
	}},
	{says: "a wrong secret with the right prefix is as unknown as any", light: true, show: func(g *ground) {
		one, other := g.quayToken("x").text("token_code"), g.quayToken("x").text("token_code")
		for _, wrong := range []string{one[:60] + other[60:], one[:119] + quayNext(one[119:]), one[:16] + quayNext(one[16:17]) + one[17:],
			strings.ToLower(one), one[:60], one + one} {
			g.remember(wrong)
			g.verdict("NOT_FOUND", wrong)
		}
		g.verdict("VALID", one)
	}},
	{says: "every get of one token shows the same token_code again", light: true, show: func(g *ground) {
		made := g.quayToken("laptop")
		code := quayText(made.text("token_code"))
		for range 3 {
			g.want(g.ask(200, g.alice(), "GET "+quayAt(made), "").in("token"), "token_code", code)
		}
		g.verdict("VALID", made.text("token_code"))
		g.ask(200, g.alice(), "PATCH /v1/tokens/"+made.text("uuid"), `{"name":"renamed"}`, "Content-Type", "application/merge-patch+json")
		g.want(g.ask(200, g.alice(), "GET "+quayAt(made), "").in("token"), "token_code", code, "title", `"renamed"`)
	}},
	{says: "nobody but its owner sees a token_code", show: func(g *ground) {
		made := g.quayToken("laptop")
		session, token := g.quayAdmin("")
		for _, as := range []string{g.bob(), session, token, g.admin()} {
			g.quayRefused(g.ask(404, as, "GET "+quayAt(made), ""), "not_found", "Not Found")
		}
	}},
	{says: "no list, and no other API, shows a token_code", show: func(g *ground) {
		made := g.quayToken("laptop")
		for _, route := range []string{"GET " + quayTokens, "GET " + quayTokens + "?expiring=1", "GET /v1/tokens", "GET /v1/tokens/" + made.text("uuid"),
			"GET /v2/access-tokens"} {
			a := g.ask(200, g.alice(), route, "")
			text, err := json.Marshal(a.json)
			if code := made.text("token_code"); err != nil || strings.Contains(string(text), code) || strings.Contains(string(text), code[60:]) {
				g.Errorf("%s: got %s, %v", route, text, err)
			}
		}
	}},
}

// quayNext is another character than the one given.
func quayNext(character string) string {
	if character == "A" {
		return "B"
	}
	return "A"
}
