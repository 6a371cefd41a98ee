package contract

import (
	"fmt"
	"strings"
	"time"
)

var dockerHubLogIn = []line{
	{says: "a log-in's answer is the token alone", light: true, show: func(g *ground) {
		a := g.hubLogin(200, g.name("alice"), password)
		if len(a.json) != 1 || a.text("token") == "" {
			g.Errorf("got %s", a.body)
		}
	}},
	{says: "token is a compact JWS of three parts with a JSON header and a numeric exp", light: true, show: func(g *ground) {
		claims := g.claims(g.hubLogin(200, g.name("alice"), password).text("token"))
		if exp, ok := claims["exp"].(float64); !ok || exp-claims["iat"].(float64) != 3600 {
			g.Errorf("exp is %v", claims["exp"])
		}
	}},
	{says: "a session is good until exactly exp", clock: true, show: func(g *ground) {
		jwt := g.hubLogin(200, g.name("alice"), password).text("token")
		g.move(g.now().Truncate(time.Second).Add(time.Hour - time.Millisecond))
		g.ask(200, jwt, "GET /v2/access-tokens", "")
		g.pass(time.Millisecond)
		g.ask(401, jwt, "GET /v2/access-tokens", "")
	}},
	{says: "refresh_token is a string, only when asked for", light: true, show: func(g *ground) {
		body := members("username", g.name("alice"), "password", password)
		a := g.ask(200, "", "POST /v2/users/login?refresh_token=true", body)
		refresh := a.text("refresh_token")
		if refresh == "" {
			g.Errorf("got %s", a.body)
		}
		g.ask(401, refresh, "GET /v2/access-tokens", "")
		for _, not := range []string{"?refresh_token=false", "?refresh_token", "?other=true"} {
			if a := g.ask(200, "", "POST /v2/users/login"+not, body); a.json["refresh_token"] != nil {
				g.Errorf("%s: got %s", not, a.body)
			}
		}
	}},
	{says: "401 is detail alone, the same for an unknown user and a wrong password", show: func(g *ground) {
		wrong, unknown := g.hubLogin(401, g.name("alice"), "not the password"), g.hubLogin(401, "nobody-"+g.number(), "not the password")
		g.body(wrong, `{"detail":"the user name or the password is wrong"}`)
		g.body(unknown, wrong.body)
	}},
	{says: "an account without a second factor never hears of one", show: func(g *ground) {
		if a := g.hubLogin(401, g.name("alice"), "not the password"); strings.Contains(a.body, "2fa") ||
			strings.Contains(a.body, "MFA") {
			g.Errorf("got %s", a.body)
		}
		a := g.ask(401, "", "POST /v2/users/2fa-login", `{"login_2fa_token":"x","code":"123456"}`)
		if len(a.json) != 1 || a.text("detail") == "" {
			g.Errorf("got %s", a.body)
		}
		g.ask(400, "", "POST /v2/users/2fa-login", `{"code":"123456"}`)
	}},
	{says: "a log-in wants both members", light: true, show: func(g *ground) {
		for _, body := range []string{`{}`, `{"username":"alice"}`, `{"username":"","password":"x"}`, `{"username":null,"password":"x"}`} {
			a := g.ask(400, "", "POST /v2/users/login", body)
			if a.json["fields"] == nil || a.text("text") == "" {
				g.Errorf("got %s", a.body)
			}
		}
	}},
	{says: "failures are counted per account, before hashing", show: func(g *ground) {
		for range 10 {
			g.hubLogin(401, g.name("alice"), "not the password")
		}
		g.hubLogin(429, g.name("alice"), password)
		g.hubLogin(200, g.name("bob"), password)
	}},
	{says: "a suspended account is refused with the right password alone", show: func(g *ground) {
		g.ask(200, g.admin(), "PATCH /v1/users/"+g.name("alice"), `{"suspended":true}`)
		g.hubLogin(401, g.name("alice"), "not the password")
		g.body(g.hubLogin(403, g.name("alice"), password), `{"detail":"this account is suspended","message":"forbidden"}`)
	}},
}

var dockerHubAuthToken = []line{
	{says: "identifier and secret give an access_token valid ten minutes", light: true, show: func(g *ground) {
		a := g.ask(200, "", "POST /v2/auth/token", members("identifier", g.name("alice"), "secret", password))
		if len(a.json) != 1 {
			g.Errorf("got %s", a.body)
		}
		claims := g.claims(a.text("access_token"))
		if claims["exp"].(float64)-claims["iat"].(float64) != 600 {
			g.Errorf("got %v", claims)
		}
		g.ask(200, a.text("access_token"), "GET /v2/access-tokens", "")
	}},
	{says: "identifier and secret are required", light: true, show: func(g *ground) {
		g.ask(400, "", "POST /v2/auth/token", `{"identifier":"alice"}`)
		g.ask(400, "", "POST /v2/auth/token", `{"secret":"x"}`)
	}},
	{says: "a wrong secret is 401", show: func(g *ground) {
		a := g.ask(401, "", "POST /v2/auth/token", members("identifier", g.name("alice"), "secret", "not the password"))
		g.body(a, `{"detail":"the user name or the password is wrong"}`)
	}},
	{says: "its claims are those of a real one", light: true, show: func(g *ground) {
		made := g.hubToken("")
		a := g.ask(200, "", "POST /v2/auth/token", members("identifier", g.name("alice"), "secret", made.text("token")))
		claims := g.claims(a.text("access_token"))
		for _, name := range []string{"iss", "aud", "iat", "exp", "jti"} {
			if claims[name] == nil {
				g.Errorf("no %s in %v", name, claims)
			}
		}
		user := fmt.Sprint(claims["https://hub.docker.com"])
		if claims["scope"] != "repo:read" || fmt.Sprint(claims["source"]) != "map[id:"+made.text("uuid")+" type:pat]" ||
			!strings.HasPrefix(user, "map[username:"+g.name("alice")+" uuid:") {
			g.Errorf("got %v", claims)
		}
		again := g.claims(g.hubLogin(200, g.name("alice"), password).text("token"))
		if fmt.Sprint(again["https://hub.docker.com"]) != user || again["source"] != nil || again["scope"] != nil {
			g.Errorf("got %v after %v", again, claims)
		}
	}},
}

var dockerHubBearer = []line{
	{says: "Authorization: Bearer and JWT are taken, in any case", light: true, show: func(g *ground) {
		for _, scheme := range []string{"Bearer ", "bearer ", "JWT ", "jwt "} {
			g.ask(200, "", "GET /v2/access-tokens", "", "Authorization", scheme+g.alice())
		}
	}},
	{says: "no bearer and a bad one are 401", light: true, show: func(g *ground) {
		g.ask(401, "", "GET /v2/access-tokens", "")
		g.ask(401, g.alice()+"x", "GET /v2/access-tokens", "")
		g.ask(401, "", "GET /v2/access-tokens", "", "Authorization", g.alice())
	}},
	{says: "an expired bearer is 401", clock: true, show: func(g *ground) {
		session := g.alice()
		g.pass(25 * time.Hour)
		a := g.ask(401, session, "GET /v2/access-tokens", "")
		g.body(a, `{"detail":"this needs a good credential","message":"unauthorized"}`)
		if a.header.Get("WWW-Authenticate") == "" {
			g.Errorf("no WWW-Authenticate")
		}
	}},
	{says: "a session that lacks a scope is 403", light: true, show: func(g *ground) {
		reading := g.ask(201, "", "POST /v1/sessions",
			`{"username":"`+g.name("alice")+`","password":"`+password+`","scopes":["tokens:read"]}`).text("token")
		g.ask(200, reading, "GET /v2/access-tokens", "")
		g.want(g.ask(403, reading, "POST /v2/access-tokens", `{"token_label":"x","scopes":["repo:read"]}`), "message", `"forbidden"`)
	}},
}
