package contract

import (
	"encoding/base64"
	"strings"
)

var quayBearer = []line{
	{says: "the scheme may be in any case", light: true, show: func(g *ground) {
		for _, scheme := range []string{"Bearer", "bearer", "BEARER", "bEaReR"} {
			g.ask(200, "", "GET "+quayTokens, "", "Authorization", scheme+" "+g.alice())
		}
	}},
	{says: "the header has exactly two words", light: true, show: func(g *ground) {
		g.ask(200, "", "GET "+quayTokens, "", "Authorization", "Bearer   "+g.alice())
		for _, value := range []string{"Bearer", "Bearer ", g.alice(), "Bearer " + g.alice() + " x", "Bearer x " + g.alice(), "Bearer Bearer " + g.alice(),
			"Token " + g.alice(), "Bearer\t" + g.alice()} {
			g.quayRefused(g.ask(401, "", "GET "+quayTokens, "", "Authorization", value), "invalid_token", "Requires authentication")
		}
	}},
	{says: "a session may do all that its user may, a native token with user:admin too", show: func(g *ground) {
		session, token := g.quayAdmin("")
		for _, as := range []string{session, token} {
			made := g.quayTokenAs(as, "mine")
			g.ask(200, as, "GET "+quayTokens, "")
			g.want(g.ask(200, as, "GET "+quayAt(made), "").in("token"), "token_code", quayText(made.text("token_code")))
			g.ask(204, as, "DELETE "+quayAt(made), "")
		}
	}},
	{says: "what a native token makes belongs to the token's owner", show: func(g *ground) {
		session, token := g.quayAdmin("")
		made := g.quayTokenAs(token, "automatic")
		g.want(g.ask(200, session, "GET "+quayAt(made), "").in("token"), "title", `"automatic"`)
		g.want(g.ask(200, session, "GET /v1/tokens/"+made.text("uuid"), ""), "owner", quayText("user#"+g.name("root")))
	}},
	{says: "a good bearer without user:admin is 403 insufficient_scope, for each of the calls", show: func(g *ground) {
		reduced := g.ask(201, "", "POST /v1/sessions", `{"username":"`+g.name("alice")+`","password":"`+password+`","scopes":["tokens:write"]}`).text("token")
		token := g.ask(201, g.alice(), "POST /v1/tokens", `{"name":"ci","scopes":["tokens:write","repo:admin"]}`).text("token")
		for _, as := range []string{reduced, token} {
			for _, route := range quayRoutes {
				g.quayRefused(g.ask(403, as, route, `{"title":"x"}`), "insufficient_scope", "Unauthorized")
			}
		}
	}},
	{says: "a user who is no administrator any more has no token with user:admin", show: func(g *ground) {
		_, token := g.quayAdmin("")
		g.ask(200, token, "GET "+quayTokens, "")
		g.ask(200, g.admin(), "PATCH /v1/users/"+g.name("root"), `{"admin":false}`)
		if a := g.send(token, "GET "+quayTokens, ""); a.code != 401 {
			g.Errorf("%d %s", a.code, a.body)
		}
	}},
	{says: "neither a CSRF token nor a fresh login is asked for", clock: true, show: func(g *ground) {
		session := g.alice()
		g.pass(59 * 60e9)
		made := g.quayTokenAs(session, "late")
		g.ask(200, session, "GET "+quayAt(made), "")
		g.ask(204, session, "DELETE "+quayAt(made), "")
	}},
	{says: "a cookie proves nothing", light: true, show: func(g *ground) {
		for _, route := range quayRoutes {
			g.ask(401, "", route, `{"title":"x"}`, "Cookie", "session="+g.alice(), "X-CSRF-Token", "x")
		}
	}},
	{says: "without a good bearer each of the calls is 401, and no challenge", light: true, show: func(g *ground) {
		for _, bearer := range []string{"", "x", g.alice() + "x", "pat_0123456789abcdef-nothing"} {
			for _, route := range quayRoutes {
				a := g.ask(401, bearer, route, `{"title":"x"}`)
				g.quayRefused(a, "invalid_token", "Requires authentication")
				if len(a.header.Values("WWW-Authenticate")) > 0 {
					g.Errorf("%s: %v", route, a.header)
				}
			}
		}
	}},
	{says: "an app token is no credential for this API, neither as bearer nor by Basic", light: true, show: func(g *ground) {
		code := g.quayToken("laptop").text("token_code")
		for _, route := range quayRoutes {
			g.ask(401, code, route, `{"title":"x"}`)
			for _, name := range []string{"$app", g.name("alice"), ""} {
				g.ask(401, "", route, `{"title":"x"}`, "Authorization", quayBasic(name, code))
			}
		}
	}},
	{says: "an app token is no credential for any other API of ours", light: true, show: func(g *ground) {
		code := g.quayToken("laptop").text("token_code")
		for _, route := range []string{"GET /v1/self", "GET /v1/tokens", "GET /v2/access-tokens", "DELETE /v1/self"} {
			g.ask(401, code, route, "")
			for _, name := range []string{"$app", g.name("alice"), ""} {
				g.ask(401, "", route, "", "Authorization", quayBasic(name, code))
			}
		}
	}},
	{says: "neither a password nor any other product's token proves anything", show: func(g *ground) {
		hub := g.hubToken("").text("token")
		_, native := g.quayAdmin("")
		g.ask(401, hub, "GET "+quayTokens, "")
		for name, secret := range map[string]string{g.name("alice"): password, g.name("root"): native, "$app": native, "": hub} {
			g.ask(401, "", "GET "+quayTokens, "", "Authorization", quayBasic(name, secret))
		}
	}},
	{says: "a header that is there twice, or has a comma, is 400", light: true, show: func(g *ground) {
		a := g.ask(400, "", "GET "+quayTokens, "", "Authorization", "Bearer "+g.alice()+", Bearer "+g.alice())
		if a.text("title") != "invalid_request" || strings.Contains(a.body, g.alice()) {
			g.Errorf("got %s", a.body)
		}
	}},
}

// quayBasic is the header of Basic.
func quayBasic(name, secret string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(name+":"+secret))
}
