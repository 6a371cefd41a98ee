package dockerhub_test

import (
	"regexp"
	"strings"
	"testing"

	"latchkey/shared/pat"
)

func TestTheTokenObject(t *testing.T) {
	hold(t, []line{
		{"it has these members and no others", func(g *ground) {
			made := g.create(`,"expires_at":"2029-12-31T23:59:59Z"`)
			g.want(made, "client_id", `"HUB"`, "creator_ip", `"`+peer+`"`, "creator_ua", `"`+agent+`"`, "created_at", `"2026-07-01T12:00:00.123000Z"`,
				"last_used", "null", "generated_by", `"manual"`, "is_active", "true", "token_label", `"ci"`, "scopes", `["repo:read"]`,
				"expires_at", `"2029-12-31T23:59:59Z"`)
			if len(made.json) != 12 {
				g.Errorf("got %s", made.Body)
			}
		}},
		{"uuid has the canonical 36 characters", func(g *ground) {
			if uuid := g.create("").text("uuid"); !regexp.MustCompile(`^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$`).MatchString(uuid) {
				g.Errorf("got %s", uuid)
			}
		}},
		{"creator_ip and creator_ua are strings, never null", func(g *ground) {
			made := g.ask(201, g.alice, "POST /v2/access-tokens", `{"token_label":"ci","scopes":["repo:read"]}`, "User-Agent", "")
			g.want(made, "creator_ua", `""`)
		}},
		{"creator_ua is cut where a character ends, and is text", func(g *ground) {
			body := `{"token_label":"ci","scopes":["repo:read"]}`
			made := g.ask(201, g.alice, "POST /v2/access-tokens", body, "User-Agent", "x"+strings.Repeat("é", 200))
			g.want(made, "creator_ua", `"x`+strings.Repeat("é", 127)+`"`)
			made = g.ask(201, g.alice, "POST /v2/access-tokens", body, "User-Agent", strings.Repeat("x", 300))
			g.want(made, "creator_ua", `"`+strings.Repeat("x", 256)+`"`)
			g.want(g.ask(201, g.alice, "POST /v2/access-tokens", body, "User-Agent", "caf\xe9"), "creator_ua", `""`)
			g.want(g.ask(201, g.alice, "POST /v2/access-tokens", body, "User-Agent", strings.Repeat("\xe9", 300)), "creator_ua", `""`)
		}},
		{"hub-tool is found in creator_ua", func(g *ground) {
			body := `{"token_label":"hub-tool"}`
			made := g.ask(201, g.alice, "POST /v2/api_tokens", body, "User-Agent", "hub-tool/v0.4.6")
			g.want(g.ask(200, g.alice, "GET "+made.at(), ""), "creator_ua", `"hub-tool/v0.4.6"`)
		}},
		{"created_at and last_used have six digits and Z", func(g *ground) {
			made := g.create("")
			g.login(200, "alice", made.text("token"))
			a := g.ask(200, g.alice, "GET "+made.at(), "")
			form := regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$`)
			if !form.MatchString(a.text("created_at")) || !form.MatchString(a.text("last_used")) {
				g.Errorf("got %s", a.Body)
			}
		}},
		{"token is the secret in the create answer, and empty everywhere else", func(g *ground) {
			made := g.create("")
			if !strings.HasPrefix(made.text("token"), "dckr_pat_") {
				g.Errorf("got %s", made.Body)
			}
			for _, route := range []string{"GET ", "PATCH "} {
				g.want(g.ask(200, g.alice, route+made.at(), `{"token_label":"x"}`), "token", `""`)
			}
			if a := g.ask(200, g.alice, "GET /v2/access-tokens", ""); !strings.Contains(a.Body.String(), `"token":""`) {
				g.Errorf("got %s", a.Body)
			}
		}},
		{"scopes are those sent, in the order sent, implied ones not removed", func(g *ground) {
			made := g.ask(201, g.alice, "POST /v2/access-tokens",
				`{"token_label":"ci","scopes":["repo:public_read","repo:admin","repo:read"]}`)
			for _, a := range []answer{made, g.ask(200, g.alice, "GET "+made.at(), ""), g.ask(200, g.alice, "PATCH "+made.at(), "{}")} {
				g.want(a, "scopes", `["repo:public_read","repo:admin","repo:read"]`)
			}
		}},
		{"expires_at is the string sent, byte for byte", func(g *ground) {
			for _, text := range []string{"2029-12-31T23:59:59Z", "2029-12-31T23:59:59.5Z", "2029-12-31T23:59:59.500Z", "2029-12-31T23:59:59.000000Z",
				"2029-12-31T23:59:59.123456Z", "2029-12-31T23:59:59.123456789Z", "2029-12-31T23:59:59+02:00", "2029-12-31T23:59:59-00:00",
				"9999-12-31T23:59:59.999999999Z"} {
				made := g.create(`,"expires_at":"` + text + `"`)
				for _, a := range []answer{made, g.ask(200, g.alice, "GET "+made.at(), ""), g.ask(200, g.alice, "PATCH "+made.at(), `{"is_active":true}`)} {
					g.want(a, "expires_at", `"`+text+`"`)
				}
			}
		}},
		{"expires_at is null when none was given, and then the token never ends", func(g *ground) {
			made, null := g.create(""), g.create(`,"expires_at":null`)
			g.want(made, "expires_at", "null")
			g.want(null, "expires_at", "null")
			g.now = morning.AddDate(30, 0, 0)
			a := g.ask(200, "", "POST /v1/tokens/verify", `{"token":"`+made.text("token")+`"}`)
			g.want(a, "code", `"VALID"`)
		}},
		{"a token never outlives its expires_at: fractions are rounded down", func(g *ground) {
			made := g.create(`,"expires_at":"2026-07-01T12:00:01.5009Z"`)
			g.now = morning.Truncate(1e9).Add(1_500_000_000)
			a := g.ask(200, "", "POST /v1/tokens/verify", `{"token":"`+made.text("token")+`"}`)
			g.want(a, "code", `"EXPIRED"`)
			g.want(g.ask(200, g.alice, "GET "+made.at(), ""), "is_active", "true", "expires_at", `"2026-07-01T12:00:01.5009Z"`)
		}},
		{"an expiry changed through another API is shown as it is", func(g *ground) {
			made := g.create(`,"expires_at":"2029-12-31T23:59:59Z"`)
			g.ask(200, g.alice, "PATCH /v1/tokens/"+made.text("uuid"), `{"expiresAt":"2026-08-01T00:00:00Z","scopes":["repo:write"]}`,
				"Content-Type", "application/merge-patch+json")
			a := g.ask(200, g.alice, "GET "+made.at(), "")
			g.want(a, "expires_at", `"2026-08-01T00:00:00.000000Z"`, "scopes", `["repo:write"]`)
		}},
	})
}

func TestCreate(t *testing.T) {
	refused := func(g *ground, body, field string) {
		g.Helper()
		a := g.ask(400, g.alice, "POST /v2/access-tokens", body)
		fields, _ := a.json["fields"].(map[string]any)
		if text, _ := fields[field].(string); text == "" || len(fields) != 1 || a.text("text") == "" || len(a.json) != 2 {
			g.Errorf("%s: got %s, want the field %s", body, a.Body, field)
		}
	}
	hold(t, []line{
		{"token_label has 1 to 100 characters", func(g *ground) {
			for _, label := range []string{"x", strings.Repeat("é", 100)} {
				g.ask(201, g.alice, "POST /v2/access-tokens", `{"token_label":"`+label+`","scopes":["repo:read"]}`)
			}
			for _, label := range []string{`""`, `" "`, `"` + strings.Repeat("é", 101) + `"`, `7`, `null`, `["x"]`} {
				refused(g, `{"token_label":`+label+`,"scopes":["repo:read"]}`, "token_label")
			}
		}},
		{"token_label is required", func(g *ground) { refused(g, `{"scopes":["repo:read"]}`, "token_label") }},
		{"scopes is an array of strings, required", func(g *ground) {
			for _, scopes := range []string{``, `,"scopes":null`, `,"scopes":[]`, `,"scopes":"repo:read"`, `,"scopes":[7]`, `,"scopes":[null]`} {
				refused(g, `{"token_label":"x"`+scopes+`}`, "scopes")
			}
		}},
		{"valid scopes are the four", func(g *ground) {
			for _, scope := range []string{"repo:admin", "repo:write", "repo:read", "repo:public_read"} {
				g.want(g.ask(201, g.alice, "POST /v2/access-tokens", `{"token_label":"x","scopes":["`+scope+`"]}`), "scopes", `["`+scope+`"]`)
			}
			for _, scope := range []string{"", "repo", "repo:*", "REPO:READ", "repo:read ", "tokens:write", "admin:all", "org:read"} {
				refused(g, `{"token_label":"x","scopes":["repo:read","`+scope+`"]}`, "scopes")
			}
		}},
		{"each implies those after it", func(g *ground) {
			order := []string{"repo:admin", "repo:write", "repo:read", "repo:public_read"}
			for i, scope := range order {
				secret := g.ask(201, g.alice, "POST /v2/access-tokens", `{"token_label":"x","scopes":["`+scope+`"]}`).text("token")
				for j, wanted := range order {
					want := map[bool]string{true: `"VALID"`, false: `"INSUFFICIENT_SCOPE"`}[j >= i]
					g.want(g.ask(200, "", "POST /v1/tokens/verify", `{"token":"`+secret+`","scopes":["`+wanted+`"]}`), "code", want)
				}
			}
		}},
		{"a scope twice is refused: the echo could not be equal", func(g *ground) {
			refused(g, `{"token_label":"x","scopes":["repo:read","repo:read"]}`, "scopes")
		}},
		{"expires_at is RFC 3339", func(g *ground) {
			for _, text := range []string{`""`, `"tomorrow"`, `"2029-12-31"`, `"2029-12-31T23:59:59"`, `"2029-12-31 23:59:59Z"`, `"2029-12-31T23:59:59.Z"`,
				`"2029-12-31T23:59:59,5Z"`, `"2029-12-31T23:59:59.1234567890Z"`, `"2029-02-30T00:00:00Z"`, `"2029-12-31t23:59:59z"`, `1893455999`, `true`} {
				refused(g, `{"token_label":"x","scopes":["repo:read"],"expires_at":`+text+`}`, "expires_at")
			}
		}},
		{"an expires_at in the past is 400", func(g *ground) {
			for _, text := range []string{"2026-07-01T12:00:00.123Z", "2026-07-01T12:00:00.1239Z", "2020-01-01T00:00:00Z"} {
				refused(g, `{"token_label":"x","scopes":["repo:read"],"expires_at":"`+text+`"}`, "expires_at")
			}
		}},
		{"unknown fields are ignored, whatever they are", func(g *ground) {
			made := g.create(`,"is_active":false,"colour":null,"deep":{"er":[1,{}]},"TOKEN_LABEL":7`)
			g.want(made, "token_label", `"ci"`, "is_active", "true")
		}},
		{"labels need not be unique", func(g *ground) {
			if one, other := g.create(""), g.create(""); one.text("uuid") == other.text("uuid") {
				g.Errorf("one uuid for two")
			}
		}},
		{"the lifetime has no bound of the policy's", func(g *ground) { g.create(`,"expires_at":"2126-01-01T00:00:00Z"`) }},
	})
}

func TestLegacyCreate(t *testing.T) {
	hold(t, []line{
		{"is_active is ignored: the token comes back active", func(g *ground) {
			a := g.ask(201, g.alice, "POST /v2/api_tokens", `{"token_label":"x","is_active":false}`)
			g.want(a, "is_active", "true")
			g.want(g.ask(200, g.alice, "GET /v2/api_tokens/"+a.text("uuid"), ""), "is_active", "true")
		}},
		{"scopes may be missing: the token may do all of repo and shows none", func(g *ground) {
			a := g.ask(201, g.alice, "POST /v2/api_tokens", `{"token_label":"x"}`)
			g.want(a, "scopes", "[]")
			g.want(g.ask(200, g.alice, "GET "+a.at(), ""), "scopes", "[]")
			v := g.ask(200, "", "POST /v1/tokens/verify", `{"token":"`+a.text("token")+`","scopes":["repo:admin"]}`)
			g.want(v, "code", `"VALID"`)
		}},
		{"scopes that are there are taken", func(g *ground) {
			g.want(g.ask(201, g.alice, "POST /v2/api_tokens", `{"token_label":"x","scopes":["repo:read"]}`), "scopes", `["repo:read"]`)
			g.ask(400, g.alice, "POST /v2/api_tokens", `{"token_label":"x","scopes":[]}`)
			g.ask(400, g.alice, "POST /v2/api_tokens", `{"token_label":"x","scopes":null}`)
		}},
		{"token_label may be missing: it is empty", func(g *ground) {
			g.want(g.ask(201, g.alice, "POST /v2/api_tokens", `{"is_active":true}`), "token_label", `""`)
			g.ask(400, g.alice, "POST /v2/api_tokens", `{"token_label":null}`)
			g.ask(400, g.alice, "POST /v2/api_tokens", `{"token_label":" "}`)
		}},
	})
}

func TestTheLimitIsAConflict(t *testing.T) {
	g := newGround(t, func(p *pat.Policy) { p.TokensPerOwner = 2 })
	first := g.create("")
	g.create("")
	a := g.ask(409, g.alice, "POST /v2/access-tokens", `{"token_label":"x","scopes":["repo:read"]}`)
	if a.text("detail") == "" || a.text("message") == "" || len(a.json) != 2 {
		t.Errorf("got %s", a.Body)
	}
	g.ask(204, g.alice, "DELETE "+first.at(), "")
	g.create("")
}
