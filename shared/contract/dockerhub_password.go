package contract

import (
	"strings"
	"time"
)

var dockerHubTokenAsPassword = []line{
	{says: "a PAT works as password and as secret", light: true, show: func(g *ground) {
		secret := g.hubToken("").text("token")
		g.hubLogin(200, g.name("alice"), secret)
		g.ask(200, "", "POST /v2/auth/token", members("identifier", g.name("alice"), "secret", secret))
	}},
	{says: "a PAT is a password for its owner's name only", show: func(g *ground) {
		secret := g.hubToken("").text("token")
		wrong := g.hubLogin(401, g.name("bob"), "not the password").body
		for _, name := range []string{g.name("bob"), "admin", "nobody-" + g.number(), strings.ToUpper(g.name("alice")), "user#" + g.name("alice"), " "} {
			g.body(g.hubLogin(401, name, secret), wrong)
		}
	}},
	{says: "a PAT is a password while it is active", light: true, show: func(g *ground) {
		made := g.hubToken("")
		g.ask(200, g.alice(), "PATCH "+hubAt(made), `{"is_active":false}`)
		g.hubLogin(401, g.name("alice"), made.text("token"))
		g.ask(200, g.alice(), "PATCH "+hubAt(made), `{"is_active":true}`)
		g.hubLogin(200, g.name("alice"), made.text("token"))
		g.ask(204, g.alice(), "DELETE "+hubAt(made), "")
		g.hubLogin(401, g.name("alice"), made.text("token"))
	}},
	{says: "a PAT is a password while it is unexpired, which its session does not outlive", clock: true, show: func(g *ground) {
		end := g.now().Add(5 * time.Minute)
		secret := g.hubToken(`,"expires_at":"` + end.Format(time.RFC3339Nano) + `"`).text("token")
		claims := g.claims(g.hubLogin(200, g.name("alice"), secret).text("token"))
		if int64(claims["exp"].(float64)) != end.Unix() {
			g.Errorf("exp is %v", claims["exp"])
		}
		g.move(end.Truncate(time.Second))
		g.hubLogin(401, g.name("alice"), secret)
		g.move(end)
		g.hubLogin(401, g.name("alice"), secret)
	}},
	{says: "a PAT's session lasts ten minutes at most: for so long it can be shown to others", light: true, show: func(g *ground) {
		claims := g.claims(g.hubLogin(200, g.name("alice"), g.hubToken("").text("token")).text("token"))
		if claims["exp"].(float64)-claims["iat"].(float64) != 600 {
			g.Errorf("got %v", claims)
		}
	}},
	{says: "whoever guesses the password does not keep a PAT out", show: func(g *ground) {
		secret := g.hubToken("").text("token")
		for range 10 {
			g.hubLogin(401, g.name("alice"), "not the password")
		}
		g.hubLogin(429, g.name("alice"), password)
		g.hubLogin(200, g.name("alice"), secret)
	}},
	{says: "failures with a PAT are counted by source",
		with: []string{`LATCHKEY_POLICY={"failedLoginsBySource":{"perMinute":30,"burst":5}}`}, show: func(g *ground) {
			secret := g.hubToken("").text("token")
			for range 5 {
				g.hubLogin(401, g.name("bob"), secret)
			}
			g.hubLogin(429, g.name("bob"), secret)
		}},
	{says: "no other product's token is a password", show: func(g *ground) { g.hubLogin(401, g.name("alice"), g.native()) }},
	{says: "a PAT's JWT manages nothing: 403, with the product's sentence", light: true, show: func(g *ground) {
		made := g.hubToken("")
		jwt := g.hubLogin(200, g.name("alice"), made.text("token")).text("token")
		for _, family := range []string{"/v2/access-tokens", "/v2/api_tokens"} {
			for _, route := range []string{"POST " + family, "GET " + family, "GET " + family + "/" + made.text("uuid"),
				"PATCH " + family + "/" + made.text("uuid"), "DELETE " + family + "/" + made.text("uuid")} {
				a := g.ask(403, jwt, route, `{"token_label":"x","scopes":["repo:read"]}`)
				g.want(a, "message", `"token issued from personal access token is not allowed"`)
			}
		}
		g.ask(403, jwt, "GET /v1/tokens", "")
		g.ask(403, jwt, "DELETE /v1/sessions", "")
	}},
	{says: "the JWT of a PAT whose owner logged out everywhere is no credential at all", show: func(g *ground) {
		jwt := g.hubLogin(200, g.name("alice"), g.hubToken("").text("token")).text("token")
		g.ask(204, g.alice(), "DELETE /v1/sessions", "")
		g.ask(401, jwt, "GET /v2/access-tokens", "")
	}},
	{says: "a raw PAT as bearer is 401, and is not used by it", light: true, show: func(g *ground) {
		made := g.hubToken("")
		for _, header := range []string{"Bearer ", "JWT ", "Basic "} {
			g.body(g.ask(401, "", "GET /v2/access-tokens", "", "Authorization", header+made.text("token")),
				`{"detail":"this needs a good credential","message":"unauthorized"}`)
		}
		g.ask(401, g.native(), "GET /v2/access-tokens", "")
		g.ask(401, made.text("token"), "GET /v1/tokens", "")
		g.ask(401, made.text("token"), "GET /v1/self", "")
		g.want(g.ask(200, g.alice(), "GET "+hubAt(made), ""), "last_used", "null")
	}},
	{says: "a PAT is verified like any token", light: true, show: func(g *ground) {
		made := g.hubToken("")
		a := g.ask(200, "", "POST /v1/tokens/verify", `{"token":"`+made.text("token")+`","scopes":["repo:public_read"]}`)
		g.want(a, "code", `"VALID"`, "owner", `"user#`+g.name("alice")+`"`)
	}},
}
