package dockerhub_test

import (
	"strings"
	"sync"
	"testing"

	"latchkey/shared/pat"
)

func TestPatch(t *testing.T) {
	hold(t, []line{
		{"it takes token_label and is_active, and answers the whole object", func(g *ground) {
			made := g.create("")
			a := g.ask(200, g.alice, "PATCH "+made.at(), `{"token_label":"renamed","is_active":false}`)
			g.want(a, "token_label", `"renamed"`, "is_active", "false", "token", `""`, "uuid", `"`+made.text("uuid")+`"`)
			if len(a.json) != len(made.json) {
				g.Errorf("got %s", a.Body)
			}
		}},
		{"what is absent is untouched", func(g *ground) {
			made := g.create("")
			g.want(g.ask(200, g.alice, "PATCH "+made.at(), `{"is_active":false}`), "token_label", `"ci"`, "is_active", "false")
			g.want(g.ask(200, g.alice, "PATCH "+made.at(), `{"token_label":"x"}`), "token_label", `"x"`, "is_active", "false")
			g.want(g.ask(200, g.alice, "PATCH "+made.at(), `{}`), "token_label", `"x"`, "is_active", "false")
		}},
		{"token_label has 1 to 100 characters", func(g *ground) {
			made := g.create("")
			for _, label := range []string{`""`, `" "`, `"` + strings.Repeat("x", 101) + `"`, `7`, `null`} {
				a := g.ask(400, g.alice, "PATCH "+made.at(), `{"token_label":`+label+`}`)
				if fields, _ := a.json["fields"].(map[string]any); fields["token_label"] == nil {
					g.Errorf("%s: got %s", label, a.Body)
				}
			}
		}},
		{"is_active is a JSON bool", func(g *ground) {
			made := g.create("")
			for _, active := range []string{`"false"`, `0`, `null`, `[]`} {
				g.ask(400, g.alice, "PATCH "+made.at(), `{"is_active":`+active+`}`)
			}
			g.want(g.ask(200, g.alice, "GET "+made.at(), ""), "is_active", "true")
		}},
		{"scopes and expiry cannot be changed", func(g *ground) {
			made := g.create(`,"expires_at":"2029-12-31T23:59:59Z"`)
			a := g.ask(200, g.alice, "PATCH "+made.at(), `{"scopes":["repo:admin"],"expires_at":null,"token":"x","uuid":"y"}`)
			g.want(a, "scopes", `["repo:read"]`, "expires_at", `"2029-12-31T23:59:59Z"`)
		}},
		{"inactive: the secret stops working at once; activating revives it", func(g *ground) {
			made := g.create("")
			verify := func(want string) {
				g.Helper()
				g.want(g.ask(200, "", "POST /v1/tokens/verify", `{"token":"`+made.text("token")+`"}`), "code", `"`+want+`"`)
			}
			verify("VALID")
			g.ask(200, g.alice, "PATCH "+made.at(), `{"is_active":false}`)
			verify("DISABLED")
			g.ask(200, g.alice, "PATCH "+made.at(), `{"is_active":true}`)
			verify("VALID")
		}},
		{"a token without a label can be switched", func(g *ground) {
			made := g.ask(201, g.alice, "POST /v2/api_tokens", `{}`)
			g.want(g.ask(200, g.alice, "PATCH /v2/api_tokens/"+made.text("uuid"), `{"is_active":false}`), "is_active", "false")
		}},
	})
}

func TestDelete(t *testing.T) {
	hold(t, []line{
		{"204 without a body, 202 on the legacy path", func(g *ground) {
			for status, family := range map[int]string{204: "/v2/access-tokens/", 202: "/v2/api_tokens/"} {
				if a := g.ask(status, g.alice, "DELETE "+family+g.create("").text("uuid"), ""); a.Body.Len() > 0 {
					g.Errorf("got %s", a.Body)
				}
			}
		}},
		{"it is for good: the token is unknown from then on", func(g *ground) {
			made := g.create("")
			g.ask(204, g.alice, "DELETE "+made.at(), "")
			for _, method := range []string{"GET ", "PATCH ", "DELETE "} {
				g.ask(404, g.alice, method+made.at(), `{"is_active":true}`)
			}
			g.want(g.ask(200, g.alice, "GET /v2/access-tokens", ""), "count", "0")
			g.want(g.ask(200, "", "POST /v1/tokens/verify", `{"token":"`+made.text("token")+`"}`), "code", `"REVOKED"`)
		}},
		{"what was revoked through another API is gone too", func(g *ground) {
			made := g.create("")
			g.ask(204, g.alice, "DELETE /v1/tokens/"+made.text("uuid"), "")
			g.ask(404, g.alice, "GET "+made.at(), "")
			g.ask(404, g.alice, "DELETE "+made.at(), "")
		}},
		{"of two at the same time one succeeds, the other finds nothing", func(g *ground) {
			caller, err := g.svc.Authenticate(g.Context(), pat.Credential{Product: pat.Product{Name: pat.DockerHub, Forgets: true}, Scheme: pat.SchemeBearer, Secret: pat.NewSecret(g.alice)})
			if err != nil {
				g.Fatal(err)
			}
			for range 50 {
				id := pat.ID(g.create("").text("uuid"))
				codes := make([]pat.Code, 8)
				var all sync.WaitGroup
				for i := range codes {
					all.Go(func() { codes[i] = pat.CodeOf(g.svc.Delete(g.Context(), caller, pat.DeleteRequest{ID: id})) })
				}
				all.Wait()
				done := 0
				for _, code := range codes {
					if code == "" {
						done++
					} else if code != pat.CodeNotFound {
						g.Errorf("refused as %s", code)
					}
				}
				if done != 1 {
					g.Errorf("%d of %d deleted it", done, len(codes))
				}
			}
		}},
	})
}

func TestPaths(t *testing.T) {
	hold(t, []line{
		{"one trailing slash is accepted on all of them, without a redirect", func(g *ground) {
			login := `{"username":"alice","password":"` + password + `","identifier":"alice","secret":"` + password + `","login_2fa_token":"x","code":"y"}`
			g.ask(200, "", "POST /v2/users/login/", login)
			g.ask(401, "", "POST /v2/users/2fa-login/", login)
			g.ask(200, "", "POST /v2/auth/token/", login)
			for family, deleted := range map[string]int{"/v2/access-tokens/": 204, "/v2/api_tokens/": 202} {
				one := family + g.ask(201, g.alice, "POST "+family, `{"token_label":"x","scopes":["repo:read"]}`).text("uuid") + "/"
				g.ask(200, g.alice, "GET "+family, "")
				g.ask(200, g.alice, "GET "+one, "")
				g.ask(200, g.alice, "PATCH "+one, "{}")
				g.ask(deleted, g.alice, "DELETE "+one, "")
			}
		}},
		{"two slashes, and what is below, are nothing", func(g *ground) {
			made := g.create("")
			for _, path := range []string{"/v2/access-tokens//", made.at() + "//", made.at() + "/x", "/v2/users/login//", "/v2/users", "/v2/", "/v2/nothing"} {
				g.body(g.ask(404, g.alice, "GET "+path, ""), `{"detail":"there is nothing at this path","message":"no such path"}`)
			}
		}},
		{"clients name application/json on GET and DELETE too, with an empty body", func(g *ground) {
			made := g.create("")
			g.ask(200, g.alice, "GET "+made.at(), "", "Content-Type", "application/json")
			g.ask(204, g.alice, "DELETE "+made.at(), "", "Content-Type", "application/json")
		}},
		{"both families are one", func(g *ground) {
			made := g.create("")
			g.ask(200, g.alice, "GET /v2/api_tokens/"+made.text("uuid"), "")
			g.ask(202, g.alice, "DELETE /v2/api_tokens/"+made.text("uuid"), "")
			g.ask(404, g.alice, "GET "+made.at(), "")
		}},
	})
}
