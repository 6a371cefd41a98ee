package contract

import (
	"strings"
	"time"
)

var authlanceCreate = []line{
	{says: "name is required, not blank, and has at most 100 characters", show: func(g *ground) {
		l := g.lance()
		l.refused(`{"groupId":`+l.group+`}`, "name")
		for _, name := range []string{`""`, `" "`, `"\t\n"`, `"\u00a0\u3000"`, `"` + strings.Repeat("é", 101) + `"`, `7`, `null`, `["x"]`, `{}`, `true`} {
			l.refused(`{"name":`+name+`,"groupId":`+l.group+`}`, "name")
		}
		for _, name := range []string{"x", "xy", strings.Repeat("é", 100), strings.Repeat("😀", 100)} {
			g.ask(201, l.ann, "POST "+lancePATs, `{"name":"`+name+`","groupId":`+l.group+`}`)
		}
	}},
	{says: "a name has nothing in it that makes it look like another", show: func(g *ground) {
		l := g.lance()
		for _, name := range []string{`a\u0000b`, `a\nb`, "a\u202eb", "a\u2066b", `a\u001bb`} {
			l.refused(`{"name":"`+name+`","groupId":`+l.group+`}`, "name")
		}
	}},
	{says: "names need not be unique", show: func(g *ground) {
		l := g.lance()
		if one, other := l.make("").text("id"), l.make("").text("id"); one == other {
			g.Error("one id for two")
		}
	}},
	{says: "groupId is required, and a whole number that JavaScript can count to", show: func(g *ground) {
		l := g.lance()
		l.refused(`{"name":"ci"}`, "groupId")
		for _, group := range []string{`"` + l.group + `"`, "-1", "-0", l.group + ".0", "1.5", "7e0",
			"9007199254740992", "18446744073709551616", "1e400", "null", "true", "[7]", "{}"} {
			l.refused(`{"name":"ci","groupId":`+group+`}`, "groupId")
		}
	}},
	{says: "expiresInDays is 60 unless said", clock: true, show: func(g *ground) {
		g.want(g.lance().make(""), "expiresAt", `"2026-08-30T12:00:00Z"`)
	}},
	{says: "expiresAt is createdAt and so many days of 24 hours", clock: true, show: func(g *ground) {
		l := g.lance()
		for days, at := range map[string]string{"1": "2026-07-02", "60": "2026-08-30", "90": "2026-09-29", "1825": "2031-06-30"} {
			g.want(l.make(`,"expiresInDays":`+days), "createdAt", `"2026-07-01T12:00:00Z"`, "expiresAt", `"`+at+`T12:00:00Z"`)
		}
	}},
	{says: "expiresInDays is a whole number from 1 to 1825", show: func(g *ground) {
		l := g.lance()
		for _, days := range []string{"0", "-1", "1826", "1.5", "60.0", "6e1",
			"9223372036854775807", "18446744073709551616", "1e400", `"60"`, "null", "true", "[60]"} {
			l.refused(l.wish(`,"expiresInDays":`+days), "expiresInDays")
		}
		for _, days := range []string{"1", "1825"} {
			l.make(`,"expiresInDays":` + days)
		}
	}},
	{says: "an operator can bind lifetimes, and the refusal says to what", with: []string{
		`LATCHKEY_POLICY={"lifetimesForAllDialects":true,"maxLifetimeDays":30,"defaultLifetimeDays":30}`}, show: func(g *ground) {
		l := g.lance()
		l.refused(l.wish(`,"expiresInDays":31`), "expiresInDays: at most 30 days")
		l.make(`,"expiresInDays":30`)
		g.want(l.make(""), "expiresAt", `"`+g.now().Add(30*24*time.Hour).Format("2006-01-02T15:04:05Z")+`"`)
	}},
	{says: "a member that is not known is refused, and so is one twice", show: func(g *ground) {
		l := g.lance()
		for _, more := range []string{`,"allowedIps":["192.0.2.7"]`, `,"Name":"x"`, `,"userId":"x"`, `,"name":"x"`, `,"x":1,"x":1`} {
			g.ask(400, l.ann, "POST "+lancePATs, l.wish(more))
		}
		if len(l.ids()) != 0 {
			g.Error("something was made")
		}
	}},
	{says: "a body that cannot be read is 400", show: func(g *ground) {
		l := g.lance()
		for _, body := range []string{"", " ", "{", "{}{}", "null", "[]", `"x"`, "7", "name=ci", l.wish("") + "x", "{\"name\":\"\xff\"}", `{"name":"\ud800"}`,
			`{"x":` + strings.Repeat("[", 17) + strings.Repeat("]", 17) + `}`} {
			g.ask(400, l.ann, "POST "+lancePATs, body)
		}
	}},
	{says: "a group that is unknown, or that is others', is 404, and both are the same", show: func(g *ground) {
		l := g.lance()
		g.account("carl", `,"groups":[{"id":"`+g.number()+`","role":"admin"}]`)
		theirs := g.ask(404, g.session("carl"), "POST "+lancePATs, l.wish(""))
		unknown := g.ask(404, g.session("carl"), "POST "+lancePATs, `{"name":"ci","groupId":`+g.number()+`}`)
		g.body(theirs, unknown.body)
		if theirs.text("error") == "" || len(l.ids()) != 0 {
			g.Errorf("got %s", theirs.body)
		}
	}},
	{says: "a member who does not administer the group is 403", show: func(g *ground) {
		l := g.lance()
		if a := g.ask(403, l.joins("mia", "member"), "POST "+lancePATs, l.wish("")); a.text("error") == "" || len(l.ids()) != 0 {
			g.Errorf("got %s", a.body)
		}
	}},
	{says: "an administrator of the service makes tokens of any group", show: func(g *ground) {
		l := g.lance()
		made := g.ask(201, g.admin(), "POST "+lancePATs, l.wish(""))
		g.want(made, "userId", `"admin"`, "groupId", l.group)
		l.list(g.admin())
		g.ask(204, g.admin(), "DELETE "+lancePATs+"/"+made.text("id"), "")
	}},
}

var authlanceScopes = []line{
	{says: "scopes are public_scope and full_scope, as sent", show: func(g *ground) {
		l := g.lance()
		for sent, widest := range map[string]string{`["public_scope"]`: "public_scope", `["full_scope"]`: "full_scope", `["public_scope","full_scope"]`: "full_scope",
			`["full_scope","public_scope"]`: "full_scope", `["public_scope","public_scope"]`: "public_scope", `["full_scope","public_scope","full_scope"]`: "full_scope"} {
			made := l.make(`,"scopes":` + sent)
			for _, a := range []answer{made, l.verified(200, made.text("token"))} {
				g.want(a, "scopes", sent, "effectiveScope", `"`+widest+`"`)
			}
			for _, listed := range l.list(l.ann) {
				if listed.text("id") == made.text("id") {
					g.want(listed, "scopes", sent, "effectiveScope", `"`+widest+`"`)
				}
			}
		}
	}},
	{says: "scopes that are missing or empty are public_scope", show: func(g *ground) {
		l := g.lance()
		for _, more := range []string{"", `,"scopes":[]`} {
			g.want(l.make(more), "scopes", `["public_scope"]`, "effectiveScope", `"public_scope"`)
		}
		for _, listed := range l.list(l.ann) {
			g.want(listed, "scopes", `["public_scope"]`)
		}
	}},
	{says: "scopes that are unknown, or no texts, are 400", show: func(g *ground) {
		l := g.lance()
		for _, scopes := range []string{`["x"]`, `[""]`, `["FULL_SCOPE"]`, `["full_scope "]`, `["public_scope","admin:all"]`, `["authlance:full_scope"]`, `"full_scope"`, `[7]`,
			`[null]`, `null`, `{}`, `[["full_scope"]]`, `[` + strings.Repeat(`"full_scope",`, 64) + `"full_scope"]`} {
			l.refused(l.wish(`,"scopes":`+scopes), "scopes")
		}
	}},
	{says: "full_scope includes the public one", show: func(g *ground) { g.lance().fullIncludesPublic() }},
	{says: "no policy takes the two scopes away, nor that one includes the other", with: []string{`LATCHKEY_POLICY={"mintableScopes":["repo:read"],"implies":{}}`},
		show: func(g *ground) { g.lance().fullIncludesPublic() }},
	{says: "scopes that another API has set are shown as they are", show: func(g *ground) {
		l := g.lance()
		made := l.make(`,"scopes":["full_scope","full_scope"]`)
		l.native(made.text("id"), `{"scopes":["authlance:public_scope","repo:read"]}`)
		g.want(l.list(l.ann)[0], "scopes", `["public_scope","repo:read"]`, "effectiveScope", `"public_scope"`)
		g.want(l.verified(200, made.text("token")), "scopes", `["public_scope","repo:read"]`, "effectiveScope", `"public_scope"`)
	}},
}

func (l *lance) fullIncludesPublic() {
	l.Helper()
	full, public := l.make(`,"scopes":["full_scope"]`).text("token"), l.make("").text("token")
	l.verdict("VALID", full, "authlance:public_scope", "authlance:full_scope")
	l.verdict("VALID", public, "authlance:public_scope")
	l.verdict("INSUFFICIENT_SCOPE", public, "authlance:full_scope")
}
