package contract

var authlanceSessions = []line{
	{says: "list, create and revoke want a session after Bearer", show: func(g *ground) {
		l := g.lance()
		id := l.make("").text("id")
		for _, route := range l.guarded(id) {
			for _, authorization := range []string{"", "Bearer", "Bearer ", "Bearer x", "Bearer " + l.ann + "x", "Basic YW5uOng=", "JWT " + l.ann, "Token " + l.ann} {
				a := g.ask(401, "", route, l.wish(""), "Authorization", authorization)
				if a.text("error") == "" || a.header.Get("WWW-Authenticate") != `Bearer realm="latchkey"` {
					g.Errorf("%s: %v %s", authorization, a.header, a.body)
				}
			}
		}
		if len(l.ids()) != 1 {
			g.Error("something was done")
		}
	}},
	{says: "a session by itself, without Bearer, is none", show: func(g *ground) {
		l := g.lance()
		g.remember(l.ann)
		for _, route := range l.guarded(l.make("").text("id")) {
			g.ask(401, "", route, l.wish(""), "Authorization", l.ann)
		}
	}},
	{says: "the word is Bearer in any case", show: func(g *ground) {
		l := g.lance()
		g.ask(200, "", "GET "+lancePATs+"?groupId="+l.group, "", "Authorization", "bearer "+l.ann)
	}},
	{says: "no personal access token is a session, whatever it may do", show: func(g *ground) {
		l := g.lance()
		made := l.make(`,"scopes":["full_scope"]`)
		native := g.ask(201, l.ann, "POST /v1/tokens", `{"name":"x","scopes":["tokens:write"]}`).text("token")
		groups := g.ask(201, l.ann, "POST /v1/tokens", `{"name":"x","scopes":["tokens:write"],"groupId":"`+l.group+`"}`).text("token")
		hub := g.ask(201, l.ann, "POST /v2/access-tokens", `{"token_label":"x","scopes":["repo:admin"]}`).text("token")
		for _, token := range []string{made.text("token"), native, groups, hub} {
			for _, route := range l.guarded(made.text("id")) {
				g.ask(401, token, route, l.wish(""))
			}
		}
	}},
	{says: "a session that was got with a token manages nothing", show: func(g *ground) {
		l := g.lance()
		id := l.make("").text("id")
		hub := g.ask(201, l.ann, "POST /v2/access-tokens", `{"token_label":"x","scopes":["repo:admin"]}`).text("token")
		session := g.hubLogin(200, g.name("ann"), hub).text("token")
		for _, route := range l.guarded(id) {
			g.ask(403, session, route, l.wish(""))
		}
	}},
	{says: "a session of fewer rights has fewer here", show: func(g *ground) {
		l := g.lance()
		id := l.make("").text("id")
		body := `{"username":"` + g.name("ann") + `","password":"` + password + `","scopes":["tokens:read"]}`
		reader := g.ask(201, "", "POST /v1/sessions", body).text("token")
		l.list(reader)
		g.ask(403, reader, "POST "+lancePATs, l.wish(""))
		g.ask(403, reader, "DELETE "+lancePATs+"/"+id, "")
	}},
	{says: "a session names the groups that its user administers, as they are now", show: func(g *ground) {
		l := g.lance()
		id := l.make("").text("id")
		g.ask(200, g.admin(), "PATCH /v1/users/"+g.name("ann"), `{"groups":[]}`, "Content-Type", "application/merge-patch+json")
		for _, route := range l.guarded(id) {
			g.ask(401, l.ann, route, l.wish(""))
		}
		l.again()
		for _, route := range l.guarded(id) {
			g.ask(404, l.ann, route, l.wish(""))
		}
	}},
	{says: "verify wants no session, and takes one that is sent for nothing", show: func(g *ground) {
		l := g.lance()
		token := l.make("").text("token")
		for _, as := range []string{"", l.ann, "x", token} {
			g.ask(200, as, "POST "+lancePATs+"/verify", members("token", token))
		}
	}},
}

// guarded are the routes that want a session.
func (l *lance) guarded(id string) []string {
	return []string{"GET " + lancePATs + "?groupId=" + l.group, "POST " + lancePATs, "DELETE " + lancePATs + "/" + id}
}
