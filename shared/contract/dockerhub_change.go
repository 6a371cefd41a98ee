package contract

import "strings"

var dockerHubPatch = []line{
	{says: "PATCH takes token_label and is_active, and answers the whole object", light: true, show: func(g *ground) {
		made := g.hubToken("")
		a := g.ask(200, g.alice(), "PATCH "+hubAt(made), `{"token_label":"renamed","is_active":false}`)
		g.want(a, "token_label", `"renamed"`, "is_active", "false", "token", `""`, "uuid", `"`+made.text("uuid")+`"`)
		if len(a.json) != len(made.json) {
			g.Errorf("got %s", a.body)
		}
	}},
	{says: "what is absent is untouched", light: true, show: func(g *ground) {
		made := g.hubToken("")
		g.want(g.ask(200, g.alice(), "PATCH "+hubAt(made), `{"is_active":false}`), "token_label", `"ci"`, "is_active", "false")
		g.want(g.ask(200, g.alice(), "PATCH "+hubAt(made), `{"token_label":"x"}`), "token_label", `"x"`, "is_active", "false")
		g.want(g.ask(200, g.alice(), "PATCH "+hubAt(made), `{}`), "token_label", `"x"`, "is_active", "false")
	}},
	{says: "a new token_label has 1 to 100 characters", light: true, show: func(g *ground) {
		made := g.hubToken("")
		for _, label := range []string{`""`, `" "`, `"` + strings.Repeat("x", 101) + `"`, `7`, `null`} {
			a := g.ask(400, g.alice(), "PATCH "+hubAt(made), `{"token_label":`+label+`}`)
			if a.in("fields").text("token_label") == "" {
				g.Errorf("%s: got %s", label, a.body)
			}
		}
	}},
	{says: "is_active is a JSON bool", light: true, show: func(g *ground) {
		made := g.hubToken("")
		for _, active := range []string{`"false"`, `0`, `null`, `[]`} {
			g.ask(400, g.alice(), "PATCH "+hubAt(made), `{"is_active":`+active+`}`)
		}
		g.want(g.ask(200, g.alice(), "GET "+hubAt(made), ""), "is_active", "true")
	}},
	{says: "scopes and expiry cannot be changed", light: true, show: func(g *ground) {
		made := g.hubToken(`,"expires_at":"2099-12-31T23:59:59Z"`)
		a := g.ask(200, g.alice(), "PATCH "+hubAt(made), `{"scopes":["repo:admin"],"expires_at":null,"token":"x","uuid":"y"}`)
		g.want(a, "scopes", `["repo:read"]`, "expires_at", `"2099-12-31T23:59:59Z"`)
	}},
	{says: "inactive: the secret stops working at once; activating revives it", light: true, show: func(g *ground) {
		made := g.hubToken("")
		g.verdict("VALID", made.text("token"))
		g.ask(200, g.alice(), "PATCH "+hubAt(made), `{"is_active":false}`)
		g.verdict("DISABLED", made.text("token"))
		g.ask(200, g.alice(), "PATCH "+hubAt(made), `{"is_active":true}`)
		g.verdict("VALID", made.text("token"))
	}},
	{says: "a token without a label can be switched", light: true, show: func(g *ground) {
		made := g.ask(201, g.alice(), "POST /v2/api_tokens", `{}`)
		g.want(g.ask(200, g.alice(), "PATCH /v2/api_tokens/"+made.text("uuid"), `{"is_active":false}`), "is_active", "false")
	}},
}

var dockerHubDelete = []line{
	{says: "DELETE is 204 without a body, 202 on the legacy path", light: true, show: func(g *ground) {
		for status, family := range map[int]string{204: "/v2/access-tokens/", 202: "/v2/api_tokens/"} {
			if a := g.ask(status, g.alice(), "DELETE "+family+g.hubToken("").text("uuid"), ""); a.body != "" {
				g.Errorf("got %s", a.body)
			}
		}
	}},
	{says: "DELETE is for good: the token is unknown from then on", show: func(g *ground) {
		made := g.hubToken("")
		g.ask(204, g.alice(), "DELETE "+hubAt(made), "")
		for _, method := range []string{"GET ", "PATCH ", "DELETE "} {
			g.ask(404, g.alice(), method+hubAt(made), `{"is_active":true}`)
		}
		g.want(g.ask(200, g.alice(), "GET /v2/access-tokens", ""), "count", "0")
		g.verdict("REVOKED", made.text("token"))
	}},
	{says: "what was revoked through another API is gone too", light: true, show: func(g *ground) {
		made := g.hubToken("")
		g.ask(204, g.alice(), "DELETE /v1/tokens/"+made.text("uuid"), "")
		g.ask(404, g.alice(), "GET "+hubAt(made), "")
		g.ask(404, g.alice(), "DELETE "+hubAt(made), "")
	}},
	{says: "of two at the same time one succeeds, the other finds nothing", light: true, show: func(g *ground) {
		for range 5 {
			came := g.together(8, g.alice(), "DELETE "+hubAt(g.hubToken("")), "")
			if came[204] != 1 || came[404] != 7 {
				g.Errorf("got %v", came)
			}
		}
	}},
}

var dockerHubPaths = []line{
	{says: "one trailing slash is accepted on all of them, without a redirect", light: true, show: func(g *ground) {
		login := members("username", g.name("alice"), "password", password, "identifier", g.name("alice"), "secret", password,
			"login_2fa_token", "x", "code", "y")
		g.ask(200, "", "POST /v2/users/login/", login)
		g.ask(401, "", "POST /v2/users/2fa-login/", login)
		g.ask(200, "", "POST /v2/auth/token/", login)
		for family, deleted := range map[string]int{"/v2/access-tokens/": 204, "/v2/api_tokens/": 202} {
			one := family + g.ask(201, g.alice(), "POST "+family, `{"token_label":"x","scopes":["repo:read"]}`).text("uuid") + "/"
			g.ask(200, g.alice(), "GET "+family, "")
			g.ask(200, g.alice(), "GET "+one, "")
			g.ask(200, g.alice(), "PATCH "+one, "{}")
			g.ask(deleted, g.alice(), "DELETE "+one, "")
		}
	}},
	{says: "two slashes, and what is below, are nothing", light: true, show: func(g *ground) {
		made := g.hubToken("")
		for _, path := range []string{"/v2/access-tokens//", hubAt(made) + "//", hubAt(made) + "/x", "/v2/users/login//", "/v2/users", "/v2/", "/v2/nothing"} {
			g.body(g.ask(404, g.alice(), "GET "+path, ""), `{"detail":"there is nothing at this path","message":"no such path"}`)
		}
	}},
	{says: "clients name application/json on GET and DELETE too, with an empty body", light: true, show: func(g *ground) {
		made := g.hubToken("")
		g.ask(200, g.alice(), "GET "+hubAt(made), "", "Content-Type", "application/json")
		g.ask(204, g.alice(), "DELETE "+hubAt(made), "", "Content-Type", "application/json")
	}},
	{says: "both families are one", light: true, show: func(g *ground) {
		made := g.hubToken("")
		g.ask(200, g.alice(), "GET /v2/api_tokens/"+made.text("uuid"), "")
		g.ask(202, g.alice(), "DELETE /v2/api_tokens/"+made.text("uuid"), "")
		g.ask(404, g.alice(), "GET "+hubAt(made), "")
	}},
}
