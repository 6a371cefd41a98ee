package contract

import (
	"strings"
	"time"
)

var dockerHubCreate = []line{
	{says: "token_label has 1 to 100 characters", light: true, show: func(g *ground) {
		for _, label := range []string{"x", strings.Repeat("é", 100)} {
			g.ask(201, g.alice(), "POST /v2/access-tokens", `{"token_label":"`+label+`","scopes":["repo:read"]}`)
		}
		for _, label := range []string{`""`, `" "`, `"` + strings.Repeat("é", 101) + `"`, `7`, `null`, `["x"]`} {
			g.hubRefused(`{"token_label":`+label+`,"scopes":["repo:read"]}`, "token_label")
		}
	}},
	{says: "token_label is required", light: true, show: func(g *ground) { g.hubRefused(`{"scopes":["repo:read"]}`, "token_label") }},
	{says: "scopes is an array of strings, required", light: true, show: func(g *ground) {
		for _, scopes := range []string{``, `,"scopes":null`, `,"scopes":[]`, `,"scopes":"repo:read"`, `,"scopes":[7]`, `,"scopes":[null]`} {
			g.hubRefused(`{"token_label":"x"`+scopes+`}`, "scopes")
		}
	}},
	{says: "valid scopes are the four", light: true, show: func(g *ground) {
		for _, scope := range []string{"repo:admin", "repo:write", "repo:read", "repo:public_read"} {
			g.want(g.ask(201, g.alice(), "POST /v2/access-tokens", `{"token_label":"x","scopes":["`+scope+`"]}`), "scopes", `["`+scope+`"]`)
		}
		for _, scope := range []string{"", "repo", "repo:*", "REPO:READ", "repo:read ", "tokens:write", "admin:all", "org:read"} {
			g.hubRefused(`{"token_label":"x","scopes":["repo:read","`+scope+`"]}`, "scopes")
		}
	}},
	{says: "each implies those after it", light: true, show: func(g *ground) {
		order := []string{"repo:admin", "repo:write", "repo:read", "repo:public_read"}
		for i, scope := range order {
			secret := g.ask(201, g.alice(), "POST /v2/access-tokens", `{"token_label":"x","scopes":["`+scope+`"]}`).text("token")
			for j, wanted := range order {
				g.verdict(map[bool]string{true: "VALID", false: "INSUFFICIENT_SCOPE"}[j >= i], secret, wanted)
			}
		}
	}},
	{says: "a scope twice is refused: the echo could not be equal", light: true, show: func(g *ground) {
		g.hubRefused(`{"token_label":"x","scopes":["repo:read","repo:read"]}`, "scopes")
	}},
	{says: "expires_at is RFC 3339", light: true, show: func(g *ground) {
		for _, text := range []string{`""`, `"tomorrow"`, `"2099-12-31"`, `"2099-12-31T23:59:59"`, `"2099-12-31 23:59:59Z"`, `"2099-12-31T23:59:59.Z"`,
			`"2099-12-31T23:59:59,5Z"`, `"2099-12-31T23:59:59.1234567890Z"`, `"2099-02-30T00:00:00Z"`, `"2099-12-31t23:59:59z"`, `1893455999`, `true`} {
			g.hubRefused(`{"token_label":"x","scopes":["repo:read"],"expires_at":`+text+`}`, "expires_at")
		}
	}},
	{says: "an expires_at in the past is 400", light: true, show: func(g *ground) {
		for _, text := range []string{g.now().UTC().Add(-time.Second).Format(time.RFC3339Nano), "2020-01-01T00:00:00Z"} {
			g.hubRefused(`{"token_label":"x","scopes":["repo:read"],"expires_at":"`+text+`"}`, "expires_at")
		}
	}},
	{says: "an expires_at of this very moment is in the past", clock: true, show: func(g *ground) {
		for _, text := range []string{"2026-07-01T12:00:00.123Z", "2026-07-01T12:00:00.1239Z"} {
			g.hubRefused(`{"token_label":"x","scopes":["repo:read"],"expires_at":"`+text+`"}`, "expires_at")
		}
		g.hubToken(`,"expires_at":"2026-07-01T12:00:00.124Z"`)
	}},
	{says: "unknown fields are ignored, whatever they are", light: true, show: func(g *ground) {
		made := g.hubToken(`,"is_active":false,"colour":null,"deep":{"er":[1,{}]},"TOKEN_LABEL":7`)
		g.want(made, "token_label", `"ci"`, "is_active", "true")
	}},
	{says: "labels need not be unique", light: true, show: func(g *ground) {
		if one, other := g.hubToken(""), g.hubToken(""); one.text("uuid") == other.text("uuid") {
			g.Errorf("one uuid for two")
		}
	}},
	{says: "the lifetime has no bound of the policy's", light: true, show: func(g *ground) { g.hubToken(`,"expires_at":"2126-01-01T00:00:00Z"`) }},
	{says: "the limit of live tokens is a conflict, 409", show: func(g *ground) {
		made := g.hubFill(100)
		a := g.ask(409, g.alice(), "POST /v2/access-tokens", `{"token_label":"x","scopes":["repo:read"]}`)
		if a.text("detail") == "" || a.text("message") == "" || len(a.json) != 2 {
			g.Errorf("got %s", a.body)
		}
		g.ask(204, g.alice(), "DELETE /v2/access-tokens/"+made[0], "")
		g.hubToken("")
	}},
}

var dockerHubLegacyCreate = []line{
	{says: "on the legacy path is_active is ignored: the token comes back active", light: true, show: func(g *ground) {
		a := g.ask(201, g.alice(), "POST /v2/api_tokens", `{"token_label":"x","is_active":false}`)
		g.want(a, "is_active", "true")
		g.want(g.ask(200, g.alice(), "GET /v2/api_tokens/"+a.text("uuid"), ""), "is_active", "true")
	}},
	{says: "on the legacy path scopes may be missing: the token may do all of repo and shows none", light: true, show: func(g *ground) {
		a := g.ask(201, g.alice(), "POST /v2/api_tokens", `{"token_label":"x"}`)
		g.want(a, "scopes", "[]")
		g.want(g.ask(200, g.alice(), "GET "+hubAt(a), ""), "scopes", "[]")
		g.verdict("VALID", a.text("token"), "repo:admin")
	}},
	{says: "on the legacy path scopes that are there are taken", light: true, show: func(g *ground) {
		g.want(g.ask(201, g.alice(), "POST /v2/api_tokens", `{"token_label":"x","scopes":["repo:read"]}`), "scopes", `["repo:read"]`)
		g.ask(400, g.alice(), "POST /v2/api_tokens", `{"token_label":"x","scopes":[]}`)
		g.ask(400, g.alice(), "POST /v2/api_tokens", `{"token_label":"x","scopes":null}`)
	}},
	{says: "on the legacy path token_label may be missing: it is empty", light: true, show: func(g *ground) {
		g.want(g.ask(201, g.alice(), "POST /v2/api_tokens", `{"is_active":true}`), "token_label", `""`)
		g.ask(400, g.alice(), "POST /v2/api_tokens", `{"token_label":null}`)
		g.ask(400, g.alice(), "POST /v2/api_tokens", `{"token_label":" "}`)
	}},
}
