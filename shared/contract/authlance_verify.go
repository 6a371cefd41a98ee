package contract

import (
	"strings"
	"time"
)

var lanceVerify = "POST " + lancePATs + "/verify"

var authlanceVerify = []line{
	{says: "the answer has these members and no others", show: func(g *ground) {
		l := g.lance()
		made := l.make(`,"scopes":["full_scope"]`)
		a := l.verified(200, made.text("token"))
		l.has(a, "tokenId", "userId", "groupId", "name", "tokenPrefix", "scopes", "effectiveScope", "expiresAt", "lastUsedAt")
		g.want(a, "tokenId", `"`+made.text("id")+`"`, "userId", `"`+g.name("ann")+`"`, "groupId", l.group, "name", `"ci"`,
			"tokenPrefix", `"`+made.text("tokenPrefix")+`"`, "scopes", `["full_scope"]`, "effectiveScope", `"full_scope"`, "expiresAt", `"`+made.text("expiresAt")+`"`)
	}},
	{says: "the body wins, whatever the header holds", show: func(g *ground) {
		l := g.lance()
		one, other := l.make(""), l.make("")
		for _, as := range []string{l.ann, other.text("token"), "pat_x-y", "x"} {
			a := g.ask(200, as, lanceVerify, members("token", one.text("token")))
			g.want(a, "tokenId", `"`+one.text("id")+`"`)
			g.ask(401, as, lanceVerify, members("token", "pat_x-y"))
			g.ask(401, as, lanceVerify, `{"token":""}`)
		}
		g.ask(401, other.text("token"), lanceVerify, members("token", one.text("token")+"x"))
	}},
	{says: "the token can stand in the header: with an empty object, and without a body, of whatever type", show: func(g *ground) {
		l := g.lance()
		made := l.make("")
		want := `"` + made.text("id") + `"`
		g.want(g.ask(200, made.text("token"), lanceVerify, "{}"), "tokenId", want)
		g.want(g.ask(200, made.text("token"), lanceVerify, ""), "tokenId", want)
		g.want(g.ask(200, made.text("token"), lanceVerify, "", "Content-Type", ""), "tokenId", want)
		g.want(g.ask(200, made.text("token"), lanceVerify, "", "Content-Type", "application/x-www-form-urlencoded"), "tokenId", want)
		g.want(g.ask(200, "", lanceVerify, "{}", "Authorization", "bearer "+made.text("token")), "tokenId", want)
	}},
	{says: "no token in either is 400", show: func(g *ground) {
		l := g.lance()
		token := l.make("").text("token")
		for _, authorization := range []string{"", "Bearer " + l.ann, "Bearer x", "Bearer dckr_pat_x", "Bearer PAT_x", token, "Basic " + token, "Token " + token} {
			for _, body := range []string{"", "{}"} {
				if a := g.ask(400, "", lanceVerify, body, "Authorization", authorization); a.text("error") == "" || len(a.json) != 1 {
					g.Errorf("got %s", a.body)
				}
			}
		}
	}},
	{says: "a body that is not JSON is 400, even with a token in the header", show: func(g *ground) {
		l := g.lance()
		token := l.make("").text("token")
		for _, body := range []string{" ", "token", "{", token, `"` + token + `"`, "null", "[]", "7", "{}{}", `{"token":"` + token + `"}x`, `{"token":"x","token":"x"}`} {
			g.ask(400, token, lanceVerify, body)
		}
	}},
	{says: "a token that is not a string is 400, even with a token in the header", show: func(g *ground) {
		l := g.lance()
		token := l.make("").text("token")
		for _, value := range []string{"null", "7", "true", `["` + token + `"]`, `{"token":"` + token + `"}`} {
			g.ask(400, token, lanceVerify, `{"token":`+value+`}`)
		}
	}},
	{says: "lastUsedAt is that of this use, and the next listing has it", clock: true, show: func(g *ground) {
		l := g.lance()
		token := l.make("").text("token")
		g.pass(2 * time.Second)
		g.want(l.verified(200, token), "lastUsedAt", `"2026-07-01T12:00:02Z"`)
		g.want(l.list(l.ann)[0], "lastUsedAt", `"2026-07-01T12:00:02Z"`)
		g.pass(10 * time.Second)
		g.want(l.verified(200, token), "lastUsedAt", `"2026-07-01T12:00:12Z"`)
		g.want(l.list(l.ann)[0], "lastUsedAt", `"2026-07-01T12:00:02Z"`) // noted once a minute
		g.pass(time.Minute)
		l.verified(200, token)
		g.want(l.list(l.ann)[0], "lastUsedAt", `"2026-07-01T12:01:12Z"`)
	}},
	{says: "a token that fails is not used", show: func(g *ground) {
		l := g.lance()
		made := l.make("")
		l.native(made.text("id"), `{"enabled":false}`)
		l.verified(401, made.text("token"))
		if _, there := l.list(l.ann)[0].json["lastUsedAt"]; there {
			g.Error("a use was noted")
		}
	}},
}

var authlanceVerdicts = []line{
	{says: "unknown, wrong, revoked and malformed are 401, with one and the same body", show: func(g *ground) {
		l := g.lance()
		token := l.make("").text("token")
		head, secret, _ := strings.Cut(token, "-")
		want := l.verified(401, "pat_x-y").body
		revoked := l.make("")
		g.ask(204, l.ann, "DELETE "+lancePATs+"/"+revoked.text("id"), "")
		for _, bad := range []string{"", "x", "pat_", "pat_x", head, head + "-", secret, head + "-" + strings.Repeat("A", len(secret)), head + secret, token + " ", " " + token,
			token[:len(token)-1], token + "x", "PAT" + token[3:], strings.ToUpper(token), strings.ToLower(token), token + "\n", revoked.text("token"), l.ann,
			strings.Repeat("x", 10_000)} {
			g.remember(bad)
			g.body(l.verified(401, bad), want)
		}
		l.verified(200, token)
	}},
	{says: "a header's bad token is 401 in the same words", show: func(g *ground) {
		l := g.lance()
		want := l.verified(401, "x").body
		for _, bad := range []string{"pat_", "pat_x-y", l.make("").text("token") + "x"} {
			g.body(g.ask(401, bad, lanceVerify, "{}"), want)
		}
	}},
	{says: "the whole secret counts, and its case does", show: func(g *ground) {
		l := g.lance()
		token := l.make("").text("token")
		for i := strings.Index(token, "-") + 1; i < len(token); i += 7 {
			changed := byte('A')
			switch c := token[i]; {
			case c >= 'a' && c <= 'z':
				changed = c - 'a' + 'A'
			case c >= 'A' && c <= 'Z':
				changed = c - 'A' + 'a'
			}
			l.verified(401, token[:i]+string(changed)+token[i+1:])
		}
	}},
	{says: "an expired one is 401 from the instant of its expiry on", clock: true, show: func(g *ground) {
		l := g.lance()
		token := l.make(`,"expiresInDays":1`).text("token")
		g.pass(24*time.Hour - time.Millisecond)
		l.verified(200, token)
		g.pass(time.Millisecond)
		g.body(l.verified(401, token), l.verified(401, "x").body)
		g.pass(60 * 24 * time.Hour)
		g.body(l.verified(401, token), l.verified(401, "x").body)
	}},
	{says: "what other products made is 401", show: func(g *ground) {
		l := g.lance()
		want := l.verified(401, "x").body
		native := g.ask(201, l.ann, "POST /v1/tokens", `{"name":"x","scopes":["repo:read"]}`).text("token")
		groups := g.ask(201, l.ann, "POST /v1/tokens", `{"name":"x","scopes":["repo:read"],"groupId":"`+l.group+`"}`).text("token")
		hub := g.ask(201, l.ann, "POST /v2/access-tokens", `{"token_label":"x","scopes":["repo:read"]}`).text("token")
		for _, token := range []string{native, groups, hub} {
			g.body(l.verified(401, token), want)
			g.verdict("VALID", token)
		}
	}},
	{says: "one that is disabled is 401 for as long as it is", show: func(g *ground) {
		l := g.lance()
		made := l.make("")
		l.native(made.text("id"), `{"enabled":false}`)
		g.body(l.verified(401, made.text("token")), l.verified(401, "x").body)
		l.native(made.text("id"), `{"enabled":true}`)
		l.verified(200, made.text("token"))
	}},
	{says: "one that is good from elsewhere alone is 401", show: func(g *ground) {
		l := g.lance()
		made := l.make("")
		l.native(made.text("id"), `{"allowedIps":["192.0.2.7"]}`)
		g.body(l.verified(401, made.text("token")), l.verified(401, "x").body)
		l.native(made.text("id"), `{"allowedIps":["`+peer+`"]}`)
		l.verified(200, made.text("token"))
	}},
	{says: "a group's token outlives its creator's place in the group", show: func(g *ground) {
		l := g.lance()
		token := l.make("").text("token")
		g.ask(204, g.admin(), "DELETE /v1/users/"+g.name("ann"), "")
		g.want(l.verified(200, token), "userId", `"`+g.name("ann")+`"`)
	}},
}
