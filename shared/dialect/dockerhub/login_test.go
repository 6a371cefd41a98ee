package dockerhub_test

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"latchkey/shared/pat"
)

// claims reads a JWT as the provider does, without looking at its signature.
func (g *ground) claims(jwt string) map[string]any {
	g.Helper()
	parts := strings.Split(jwt, ".")
	if len(parts) != 3 {
		g.Fatalf("%d parts", len(parts))
	}
	out := make([]map[string]any, 2)
	for i := range out {
		raw, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err == nil {
			err = json.Unmarshal(raw, &out[i])
		}
		if err != nil {
			g.Fatal(err)
		}
	}
	return out[1]
}

func TestLogin(t *testing.T) {
	hold(t, []line{
		{"the answer is the token alone", func(g *ground) {
			a := g.login(200, "alice", password)
			if len(a.json) != 1 || a.text("token") == "" {
				g.Errorf("got %s", a.Body)
			}
		}},
		{"token is a compact JWS of three parts with a JSON header and a numeric exp", func(g *ground) {
			claims := g.claims(g.login(200, "alice", password).text("token"))
			if exp, ok := claims["exp"].(float64); !ok || int64(exp) != morning.Add(time.Hour).Unix() {
				g.Errorf("exp is %v", claims["exp"])
			}
		}},
		{"it is good until exactly exp", func(g *ground) {
			jwt := g.login(200, "alice", password).text("token")
			g.now = morning.Truncate(time.Second).Add(time.Hour - time.Millisecond)
			g.ask(200, jwt, "GET /v2/access-tokens", "")
			g.now = g.now.Add(time.Millisecond)
			g.ask(401, jwt, "GET /v2/access-tokens", "")
		}},
		{"refresh_token is a string, only when asked for", func(g *ground) {
			body := `{"username":"alice","password":"` + password + `"}`
			a := g.ask(200, "", "POST /v2/users/login?refresh_token=true", body)
			refresh := a.text("refresh_token")
			if refresh == "" {
				g.Errorf("got %s", a.Body)
			}
			g.ask(401, refresh, "GET /v2/access-tokens", "")
			for _, not := range []string{"?refresh_token=false", "?refresh_token", "?other=true"} {
				if a := g.ask(200, "", "POST /v2/users/login"+not, body); a.json["refresh_token"] != nil {
					g.Errorf("%s: got %s", not, a.Body)
				}
			}
		}},
		{"401 is detail alone, the same for an unknown user and a wrong password", func(g *ground) {
			wrong, unknown := g.login(401, "alice", "not the password"), g.login(401, "nobody", "not the password")
			g.body(wrong, `{"detail":"the user name or the password is wrong"}`)
			g.body(unknown, wrong.Body.String())
		}},
		{"an account without a second factor never hears of one", func(g *ground) {
			if a := g.login(401, "alice", "not the password"); strings.Contains(a.Body.String(), "2fa") ||
				strings.Contains(a.Body.String(), "MFA") {
				g.Errorf("got %s", a.Body)
			}
			a := g.ask(401, "", "POST /v2/users/2fa-login", `{"login_2fa_token":"x","code":"123456"}`)
			if len(a.json) != 1 || a.text("detail") == "" {
				g.Errorf("got %s", a.Body)
			}
			g.ask(400, "", "POST /v2/users/2fa-login", `{"code":"123456"}`)
		}},
		{"both members are required", func(g *ground) {
			for _, body := range []string{`{}`, `{"username":"alice"}`, `{"username":"","password":"x"}`, `{"username":null,"password":"x"}`} {
				a := g.ask(400, "", "POST /v2/users/login", body)
				if a.json["fields"] == nil || a.text("text") == "" {
					g.Errorf("got %s", a.Body)
				}
			}
		}},
		{"failures are counted per account, before hashing", func(g *ground) {
			for range 10 {
				g.login(401, "alice", "not the password")
			}
			g.login(429, "alice", password)
			g.login(200, "bob", password)
		}},
		{"a suspended account is refused with the right password alone", func(g *ground) {
			g.ask(200, g.root, "PATCH /v1/users/alice", `{"suspended":true}`)
			g.login(401, "alice", "not the password")
			g.body(g.login(403, "alice", password), `{"detail":"this account is suspended","message":"forbidden"}`)
		}},
	})
}

func TestAuthToken(t *testing.T) {
	hold(t, []line{
		{"identifier and secret give an access_token valid ten minutes", func(g *ground) {
			a := g.ask(200, "", "POST /v2/auth/token", `{"identifier":"alice","secret":"`+password+`"}`)
			if len(a.json) != 1 {
				g.Errorf("got %s", a.Body)
			}
			claims := g.claims(a.text("access_token"))
			if claims["exp"].(float64)-claims["iat"].(float64) != 600 {
				g.Errorf("got %v", claims)
			}
			g.ask(200, a.text("access_token"), "GET /v2/access-tokens", "")
		}},
		{"both are required", func(g *ground) {
			g.ask(400, "", "POST /v2/auth/token", `{"identifier":"alice"}`)
			g.ask(400, "", "POST /v2/auth/token", `{"secret":"x"}`)
		}},
		{"a wrong secret is 401", func(g *ground) {
			a := g.ask(401, "", "POST /v2/auth/token", `{"identifier":"alice","secret":"not the password"}`)
			g.body(a, `{"detail":"the user name or the password is wrong"}`)
		}},
		{"its claims are those of a real one", func(g *ground) {
			made := g.create("")
			a := g.ask(200, "", "POST /v2/auth/token", `{"identifier":"alice","secret":"`+made.text("token")+`"}`)
			claims := g.claims(a.text("access_token"))
			for _, name := range []string{"iss", "aud", "iat", "exp", "jti"} {
				if claims[name] == nil {
					g.Errorf("no %s in %v", name, claims)
				}
			}
			user := fmt.Sprint(claims["https://hub.docker.com"])
			if claims["scope"] != "repo:read" || fmt.Sprint(claims["source"]) != "map[id:"+made.text("uuid")+" type:pat]" ||
				!strings.HasPrefix(user, "map[username:alice uuid:") {
				g.Errorf("got %v", claims)
			}
			again := g.claims(g.login(200, "alice", password).text("token"))
			if fmt.Sprint(again["https://hub.docker.com"]) != user || again["source"] != nil || again["scope"] != nil {
				g.Errorf("got %v after %v", again, claims)
			}
		}},
	})
}

func TestATokenAsThePassword(t *testing.T) {
	native := func(g *ground) string {
		return g.ask(201, g.alice, "POST /v1/tokens", `{"name":"native","scopes":["repo:read"]}`).text("token")
	}
	hold(t, []line{
		{"a PAT works as password and as secret", func(g *ground) {
			secret := g.create("").text("token")
			g.login(200, "alice", secret)
			g.ask(200, "", "POST /v2/auth/token", `{"identifier":"alice","secret":"`+secret+`"}`)
		}},
		{"for its owner's name only", func(g *ground) {
			secret := g.create("").text("token")
			wrong := g.login(401, "bob", "not the password").Body.String()
			for _, name := range []string{"bob", "root", "nobody", "ALICE", "user#alice", " "} {
				g.body(g.login(401, name, secret), wrong)
			}
		}},
		{"while it is active", func(g *ground) {
			made := g.create("")
			g.ask(200, g.alice, "PATCH "+made.at(), `{"is_active":false}`)
			g.login(401, "alice", made.text("token"))
			g.ask(200, g.alice, "PATCH "+made.at(), `{"is_active":true}`)
			g.login(200, "alice", made.text("token"))
			g.ask(204, g.alice, "DELETE "+made.at(), "")
			g.login(401, "alice", made.text("token"))
		}},
		{"and unexpired, which its session does not outlive", func(g *ground) {
			end := morning.Add(5 * time.Minute)
			secret := g.create(`,"expires_at":"` + end.Format(time.RFC3339Nano) + `"`).text("token")
			claims := g.claims(g.login(200, "alice", secret).text("token"))
			if int64(claims["exp"].(float64)) != end.Unix() {
				g.Errorf("exp is %v", claims["exp"])
			}
			g.now = end.Truncate(time.Second)
			g.login(401, "alice", secret)
			g.now = end
			g.login(401, "alice", secret)
		}},
		{"its session lasts ten minutes at most: for so long it can be shown to others", func(g *ground) {
			claims := g.claims(g.login(200, "alice", g.create("").text("token")).text("token"))
			if claims["exp"].(float64)-claims["iat"].(float64) != 600 {
				g.Errorf("got %v", claims)
			}
		}},
		{"using it so sets last_used", func(g *ground) {
			made := g.create("")
			g.want(g.ask(200, g.alice, "GET "+made.at(), ""), "last_used", "null")
			g.now = morning.Add(time.Hour)
			g.login(401, "bob", made.text("token"))
			g.want(g.ask(200, g.alice, "GET "+made.at(), ""), "last_used", "null")
			g.login(200, "alice", made.text("token"))
			g.want(g.ask(200, g.alice, "GET "+made.at(), ""), "last_used", `"2026-07-01T13:00:00.123000Z"`)
		}},
		{"whoever guesses the password does not keep it out", func(g *ground) {
			secret := g.create("").text("token")
			for range 10 {
				g.login(401, "alice", "not the password")
			}
			g.login(429, "alice", password)
			g.login(200, "alice", secret)
		}},
		{"failures with it are counted by source", func(g *ground) {
			secret := g.create("").text("token")
			for range pat.DefaultPolicy().LoginsBySource.Burst {
				g.login(401, "bob", secret)
			}
			g.login(429, "bob", secret)
		}},
		{"no other product's token does", func(g *ground) { g.login(401, "alice", native(g)) }},
		{"the JWT manages nothing: 403, with the product's sentence", func(g *ground) {
			made := g.create("")
			jwt := g.login(200, "alice", made.text("token")).text("token")
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
		{"the JWT of a token whose owner logged out everywhere is no credential at all", func(g *ground) {
			jwt := g.login(200, "alice", g.create("").text("token")).text("token")
			g.ask(204, g.alice, "DELETE /v1/sessions", "")
			g.ask(401, jwt, "GET /v2/access-tokens", "")
		}},
		{"a raw PAT as bearer is 401, and is not used by it", func(g *ground) {
			made := g.create("")
			for _, header := range []string{"Bearer ", "JWT ", "Basic "} {
				g.body(g.ask(401, "", "GET /v2/access-tokens", "", "Authorization", header+made.text("token")),
					`{"detail":"this needs a good credential","message":"unauthorized"}`)
			}
			g.ask(401, native(g), "GET /v2/access-tokens", "")
			g.ask(401, made.text("token"), "GET /v1/tokens", "")
			g.ask(401, made.text("token"), "GET /v1/self", "")
			g.want(g.ask(200, g.alice, "GET "+made.at(), ""), "last_used", "null")
		}},
		{"it is verified like any token", func(g *ground) {
			made := g.create("")
			a := g.ask(200, "", "POST /v1/tokens/verify", `{"token":"`+made.text("token")+`","scopes":["repo:public_read"]}`)
			g.want(a, "code", `"VALID"`, "owner", `"user#alice"`)
		}},
	})
}

func TestBearer(t *testing.T) {
	hold(t, []line{
		{"Authorization: Bearer and JWT are taken, in any case", func(g *ground) {
			for _, scheme := range []string{"Bearer ", "bearer ", "JWT ", "jwt "} {
				g.ask(200, "", "GET /v2/access-tokens", "", "Authorization", scheme+g.alice)
			}
		}},
		{"no bearer, a bad one and an expired one are 401", func(g *ground) {
			g.ask(401, "", "GET /v2/access-tokens", "")
			g.ask(401, g.alice+"x", "GET /v2/access-tokens", "")
			g.ask(401, "", "GET /v2/access-tokens", "", "Authorization", g.alice)
			g.now = morning.Add(25 * time.Hour)
			a := g.ask(401, g.alice, "GET /v2/access-tokens", "")
			g.body(a, `{"detail":"this needs a good credential","message":"unauthorized"}`)
			if a.Header().Get("WWW-Authenticate") == "" {
				g.Errorf("no WWW-Authenticate")
			}
		}},
		{"a session that lacks a scope is 403", func(g *ground) {
			reading := g.ask(201, "", "POST /v1/sessions",
				`{"username":"alice","password":"`+password+`","scopes":["`+string(pat.ScopeTokensRead)+`"]}`).text("token")
			g.ask(200, reading, "GET /v2/access-tokens", "")
			g.want(g.ask(403, reading, "POST /v2/access-tokens", `{"token_label":"x","scopes":["repo:read"]}`), "message", `"forbidden"`)
		}},
	})
}
