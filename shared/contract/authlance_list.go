package contract

import (
	"slices"
	"time"
)

var authlanceList = []line{
	{says: "groupId is required, and a whole number", show: func(g *ground) {
		l := g.lance()
		for _, query := range []string{"", "?", "?groupId", "?groupId=", "?groupId=x", "?groupId=-1", "?groupId=1.5", "?groupId=7.0", "?groupId=7e0", "?groupId=0x7",
			"?groupId=07", "?groupId=%2B7", "?groupId=+7", "?groupId=%207", "?groupId=9007199254740992", "?groupId=99999999999999999999", "?groupid=" + l.group,
			"?groupId=" + l.group + "&groupId=" + l.group, "?groupId=" + l.group + "x", "?groupId=" + l.group + "%00", "?groupId=%"} {
			if a := g.ask(400, l.ann, "GET "+lancePATs+query, ""); a.text("error") == "" || len(a.json) != 1 {
				g.Errorf("%s: got %s", query, a.body)
			}
		}
	}},
	{says: "an empty list is a bare empty array", show: func(g *ground) {
		l := g.lance()
		g.body(g.ask(200, l.ann, "GET "+lancePATs+"?groupId="+l.group, ""), "[]")
		g.ask(204, l.ann, "DELETE "+lancePATs+"/"+l.make("").text("id"), "")
		g.body(g.ask(200, l.ann, "GET "+lancePATs+"?groupId="+l.group, ""), "[]")
	}},
	{says: "there are no pages: it has all ten", show: func(g *ground) {
		l := g.lance()
		ids := l.fill()
		if got := l.ids(); !slices.Equal(slices.Sorted(slices.Values(got)), slices.Sorted(slices.Values(ids))) {
			g.Errorf("got %s, want %s", got, ids)
		}
	}},
	{says: "newest first", clock: true, show: func(g *ground) {
		l := g.lance()
		var ids []string
		for _, step := range []time.Duration{time.Millisecond, time.Second, time.Hour / 2, time.Millisecond, time.Minute} {
			ids = append([]string{l.make("").text("id")}, ids...)
			g.pass(step)
		}
		if got := l.ids(); !slices.Equal(got, ids) {
			g.Errorf("got %s, want %s", got, ids)
		}
	}},
	{says: "it has the group's tokens, whoever made them, and no other group's", show: func(g *ground) {
		l, other := g.lance(), g.lance()
		made := l.make("").text("id")
		theirs := g.ask(201, l.joins("bert", "admin"), "POST "+lancePATs, l.wish("")).text("id")
		other.make("")
		for _, as := range []string{l.ann, g.session("bert")} {
			l.ann = as
			if got := l.ids(); len(got) != 2 || !slices.Contains(got, made) || !slices.Contains(got, theirs) {
				g.Errorf("got %s", got)
			}
		}
	}},
	{says: "revoked ones are not listed, whichever API revoked them", show: func(g *ground) {
		l := g.lance()
		one, other := l.make("").text("id"), l.make("").text("id")
		g.ask(204, l.ann, "DELETE "+lancePATs+"/"+one, "")
		g.ask(204, l.ann, "DELETE /v1/tokens/"+other, "")
		if got := l.ids(); len(got) != 0 {
			g.Errorf("got %s", got)
		}
	}},
	{says: "expired ones are listed, with their date", clock: true, show: func(g *ground) {
		l := g.lance()
		made := l.make(`,"expiresInDays":1`)
		g.pass(48 * time.Hour)
		l.again()
		g.want(l.list(l.ann)[0], "id", `"`+made.text("id")+`"`, "expiresAt", `"2026-07-02T12:00:00Z"`)
		g.ask(204, l.ann, "DELETE "+lancePATs+"/"+made.text("id"), "")
		l.gone(l.ann, made.text("id"))
	}},
	{says: "disabled ones are listed", show: func(g *ground) {
		l := g.lance()
		l.native(l.make("").text("id"), `{"enabled":false}`)
		if len(l.ids()) != 1 {
			g.Error("it is not listed")
		}
	}},
	{says: "it has the tokens of this product alone", show: func(g *ground) {
		l := g.lance()
		native := g.ask(201, l.ann, "POST /v1/tokens", `{"name":"native","scopes":["repo:read"],"groupId":"`+l.group+`"}`)
		own := g.ask(201, l.ann, "POST /v1/tokens", `{"name":"native","scopes":["repo:read"]}`)
		hub := g.ask(201, l.ann, "POST /v2/access-tokens", `{"token_label":"x","scopes":["repo:read"]}`)
		if got := l.ids(); len(got) != 0 {
			g.Errorf("got %s", got)
		}
		for _, id := range []string{native.text("id"), own.text("id"), hub.text("uuid")} {
			l.gone(l.ann, id)
			g.ask(200, l.ann, "GET /v1/tokens/"+id, "")
		}
	}},
	{says: "a group that is unknown, or that is others', is 404, in the same words", show: func(g *ground) {
		l := g.lance()
		l.make("")
		g.account("carl", `,"groups":[{"id":"`+g.number()+`","role":"admin"}]`)
		theirs := g.ask(404, g.session("carl"), "GET "+lancePATs+"?groupId="+l.group, "")
		g.body(theirs, g.ask(404, g.session("carl"), "GET "+lancePATs+"?groupId="+g.number(), "").body)
		if theirs.text("error") == "" {
			g.Errorf("got %s", theirs.body)
		}
	}},
	{says: "who is a member of the group and does not administer it is 403", show: func(g *ground) {
		l := g.lance()
		l.make("")
		if a := g.ask(403, l.joins("mia", "member"), "GET "+lancePATs+"?groupId="+l.group, ""); a.text("error") == "" {
			g.Errorf("got %s", a.body)
		}
	}},
	{says: "other parameters mean nothing", show: func(g *ground) {
		l := g.lance()
		l.make("")
		if a := g.ask(200, l.ann, "GET "+lancePATs+"?page=7&limit=0&groupId="+l.group, ""); len(a.list) != 1 {
			g.Errorf("got %s", a.body)
		}
	}},
}

var authlanceRevoke = []line{
	{says: "it is 204 without a body, and the secret fails from then on", show: func(g *ground) {
		l := g.lance()
		made := l.make("")
		l.verified(200, made.text("token"))
		g.body(g.ask(204, l.ann, "DELETE "+lancePATs+"/"+made.text("id"), ""), "")
		l.verified(401, made.text("token"))
		g.verdict("REVOKED", made.text("token"))
	}},
	{says: "it sets revokedAt and updatedAt, and the record stays", clock: true, show: func(g *ground) {
		l := g.lance()
		id := l.make("").text("id")
		g.pass(time.Minute)
		g.ask(204, l.ann, "DELETE "+lancePATs+"/"+id, "")
		g.want(g.ask(200, l.ann, "GET /v1/tokens/"+id, ""), "status", `"revoked"`, "updatedAt", `"2026-07-01T12:01:00.123Z"`)
	}},
	{says: "a service behind the gate that let the token in lets it in no more", show: func(g *ground) {
		l := g.lance()
		made := l.make("")
		a := g.ask(204, made.text("token"), "GET /v1/auth?scope=authlance:public_scope", "")
		if a.header.Get("X-Latchkey-User") != "group#"+l.group || a.header.Get("X-Latchkey-Token-Id") != made.text("id") {
			g.Errorf("got %v", a.header)
		}
		g.ask(204, l.ann, "DELETE "+lancePATs+"/"+made.text("id"), "")
		g.ask(401, made.text("token"), "GET /v1/auth", "")
	}},
	{says: "a second time it is 404", show: func(g *ground) {
		l := g.lance()
		id := l.make("").text("id")
		g.ask(204, l.ann, "DELETE "+lancePATs+"/"+id, "")
		l.gone(l.ann, id)
	}},
	{says: "of several at once, one is 204 and the others 404", show: func(g *ground) {
		l := g.lance()
		if came := g.together(8, l.ann, "DELETE "+lancePATs+"/"+l.make("").text("id"), ""); came[204] != 1 || came[404] != 7 {
			g.Errorf("got %v", came)
		}
	}},
	{says: "every administrator of the group may, not only the creator", show: func(g *ground) {
		l := g.lance()
		made := l.make("")
		g.ask(204, l.joins("bert", "admin"), "DELETE "+lancePATs+"/"+made.text("id"), "")
		l.verified(401, made.text("token"))
	}},
	{says: "an id that is none is 404", show: func(g *ground) {
		l := g.lance()
		made := l.make("")
		id := made.text("id")
		for _, other := range []string{"x", "0", "00000000-0000-8000-8000-000000000000", id + "x", id[1:], made.text("tokenPrefix")} {
			l.gone(l.ann, other)
		}
		l.verified(200, made.text("token"))
	}},
	{says: "a token of a group that is not the caller's is 404, and stays as it is", show: func(g *ground) {
		l := g.lance()
		made := l.make("")
		g.account("carl", `,"groups":[{"id":"`+g.number()+`","role":"admin"}]`)
		l.gone(g.session("carl"), made.text("id"))
		l.verified(200, made.text("token"))
		if len(l.ids()) != 1 {
			g.Error("it is not listed")
		}
	}},
	{says: "who is a member of the group and does not administer it is 403, and the token stays as it is", show: func(g *ground) {
		l := g.lance()
		made := l.make("")
		g.ask(403, l.joins("mia", "member"), "DELETE "+lancePATs+"/"+made.text("id"), "")
		l.verified(200, made.text("token"))
	}},
	{says: "no address revokes without a session", show: func(g *ground) {
		l := g.lance()
		made := l.make("")
		g.ask(401, made.text("token"), "DELETE "+lancePATs+"/"+made.text("id"), "")
		l.verified(200, made.text("token"))
	}},
}
