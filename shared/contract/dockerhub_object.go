package contract

import (
	"regexp"
	"strings"
	"time"

	"latchkey/shared/behaviour"
)

var dockerHubObject = []line{
	{says: "a token has these members and no others", light: true, show: func(g *ground) {
		made := g.hubToken(`,"expires_at":"2099-12-31T23:59:59Z"`)
		g.want(made, "client_id", `"HUB"`, "creator_ip", `"`+peer+`"`, "creator_ua", `"`+agent+`"`, "last_used", "null",
			"generated_by", `"manual"`, "is_active", "true", "token_label", `"ci"`, "scopes", `["repo:read"]`,
			"expires_at", `"2099-12-31T23:59:59Z"`)
		if made.text("uuid") == "" || made.text("created_at") == "" || made.text("token") == "" || len(made.json) != 12 {
			g.Errorf("got %s", made.body)
		}
	}},
	{says: "uuid has the canonical 36 characters", light: true, show: func(g *ground) {
		if uuid := g.hubToken("").text("uuid"); !regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`).MatchString(uuid) {
			g.Errorf("got %s", uuid)
		}
	}},
	{says: "creator_ip and creator_ua are strings, never null", light: true, show: func(g *ground) {
		made := g.ask(201, g.alice(), "POST /v2/access-tokens", `{"token_label":"ci","scopes":["repo:read"]}`, "User-Agent", "")
		g.want(made, "creator_ua", `""`)
	}},
	{says: "creator_ua is cut where a character ends", light: true, show: func(g *ground) {
		body := `{"token_label":"ci","scopes":["repo:read"]}`
		made := g.ask(201, g.alice(), "POST /v2/access-tokens", body, "User-Agent", "x"+strings.Repeat("é", 200))
		g.want(made, "creator_ua", `"x`+strings.Repeat("é", 127)+`"`)
		made = g.ask(201, g.alice(), "POST /v2/access-tokens", body, "User-Agent", strings.Repeat("x", 300))
		g.want(made, "creator_ua", `"`+strings.Repeat("x", 256)+`"`)
	}},
	{says: "a creator_ua that is no text is empty, but for what a gateway makes text of", light: true, show: func(g *ground) {
		for _, bytes := range []string{"caf\xe9", strings.Repeat("\xe9", 300)} {
			want := ""
			if g.door.Differs(behaviour.TextHeaders) {
				want = strings.ToValidUTF8(bytes, "\uFFFD")
			}
			a := g.ask(201, g.alice(), "POST /v2/access-tokens", `{"token_label":"ci","scopes":["repo:read"]}`, "User-Agent", bytes)
			g.want(a, "creator_ua", `"`+want+`"`)
		}
	}},
	{says: "hub-tool is found in creator_ua", light: true, show: func(g *ground) {
		body := `{"token_label":"hub-tool"}`
		made := g.ask(201, g.alice(), "POST /v2/api_tokens", body, "User-Agent", "hub-tool/v0.4.6")
		g.want(g.ask(200, g.alice(), "GET "+hubAt(made), ""), "creator_ua", `"hub-tool/v0.4.6"`)
	}},
	{says: "created_at and last_used have six digits and Z", light: true, show: func(g *ground) {
		made := g.hubToken("")
		g.hubLogin(200, g.name("alice"), made.text("token"))
		a := g.ask(200, g.alice(), "GET "+hubAt(made), "")
		form := regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$`)
		if !form.MatchString(a.text("created_at")) || !form.MatchString(a.text("last_used")) {
			g.Errorf("got %s", a.body)
		}
	}},
	{says: "created_at and last_used are to the moment", clock: true, show: func(g *ground) {
		made := g.hubToken("")
		g.pass(30 * time.Minute)
		g.hubLogin(401, g.name("bob"), made.text("token"))
		g.want(g.ask(200, g.alice(), "GET "+hubAt(made), ""), "created_at", `"2026-07-01T12:00:00.123000Z"`, "last_used", "null")
		g.hubLogin(200, g.name("alice"), made.text("token"))
		g.want(g.ask(200, g.alice(), "GET "+hubAt(made), ""), "last_used", `"2026-07-01T12:30:00.123000Z"`)
	}},
	{says: "token is the secret in the create answer, and empty everywhere else", light: true, show: func(g *ground) {
		made := g.hubToken("")
		if !strings.HasPrefix(made.text("token"), "dckr_pat_") {
			g.Errorf("got %s", made.body)
		}
		for _, route := range []string{"GET ", "PATCH "} {
			g.want(g.ask(200, g.alice(), route+hubAt(made), `{"token_label":"x"}`), "token", `""`)
		}
		if a := g.ask(200, g.alice(), "GET /v2/access-tokens", ""); !strings.Contains(a.body, `"token":""`) {
			g.Errorf("got %s", a.body)
		}
	}},
	{says: "scopes are those sent, in the order sent, implied ones not removed", light: true, show: func(g *ground) {
		made := g.ask(201, g.alice(), "POST /v2/access-tokens",
			`{"token_label":"ci","scopes":["repo:public_read","repo:admin","repo:read"]}`)
		for _, a := range []answer{made, g.ask(200, g.alice(), "GET "+hubAt(made), ""), g.ask(200, g.alice(), "PATCH "+hubAt(made), "{}")} {
			g.want(a, "scopes", `["repo:public_read","repo:admin","repo:read"]`)
		}
	}},
	{says: "expires_at is the string sent, byte for byte", light: true, show: func(g *ground) {
		for _, text := range []string{"2099-12-31T23:59:59Z", "2099-12-31T23:59:59.5Z", "2099-12-31T23:59:59.500Z", "2099-12-31T23:59:59.000000Z",
			"2099-12-31T23:59:59.123456Z", "2099-12-31T23:59:59.123456789Z", "2099-12-31T23:59:59+02:00", "2099-12-31T23:59:59-00:00",
			"9999-12-31T23:59:59.999999999Z"} {
			made := g.hubToken(`,"expires_at":"` + text + `"`)
			for _, a := range []answer{made, g.ask(200, g.alice(), "GET "+hubAt(made), ""), g.ask(200, g.alice(), "PATCH "+hubAt(made), `{"is_active":true}`)} {
				g.want(a, "expires_at", `"`+text+`"`)
			}
		}
	}},
	{says: "expires_at is null when none was given", light: true, show: func(g *ground) {
		g.want(g.hubToken(""), "expires_at", "null")
		g.want(g.hubToken(`,"expires_at":null`), "expires_at", "null")
	}},
	{says: "a token without expires_at never ends", clock: true, show: func(g *ground) {
		made := g.hubToken("")
		g.move(g.now().AddDate(30, 0, 0))
		g.verdict("VALID", made.text("token"))
	}},
	{says: "a token never outlives its expires_at: fractions are rounded down", clock: true, show: func(g *ground) {
		made := g.hubToken(`,"expires_at":"2026-07-01T12:00:01.5009Z"`)
		g.move(g.now().Truncate(time.Second).Add(1499 * time.Millisecond))
		g.verdict("VALID", made.text("token"))
		g.pass(time.Millisecond)
		g.verdict("EXPIRED", made.text("token"))
		g.want(g.ask(200, g.alice(), "GET "+hubAt(made), ""), "is_active", "true", "expires_at", `"2026-07-01T12:00:01.5009Z"`)
	}},
	{says: "an expiry changed through another API is shown as it is", light: true, show: func(g *ground) {
		made := g.hubToken(`,"expires_at":"2099-12-31T23:59:59Z"`)
		end := g.now().UTC().Add(24 * time.Hour).Format("2006-01-02T15:04:05")
		g.ask(200, g.alice(), "PATCH /v1/tokens/"+made.text("uuid"), `{"expiresAt":"`+end+`Z","scopes":["repo:write"]}`,
			"Content-Type", "application/merge-patch+json")
		a := g.ask(200, g.alice(), "GET "+hubAt(made), "")
		g.want(a, "expires_at", `"`+end+`.000000Z"`, "scopes", `["repo:write"]`)
	}},
}
