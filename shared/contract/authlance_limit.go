package contract

import "time"

// fill makes tokens until there are ten, and returns their ids.
func (l *lance) fill() []string {
	l.Helper()
	var ids []string
	for range 10 {
		ids = append(ids, l.make("").text("id"))
	}
	return ids
}

var authlanceLimit = []line{
	{says: "a group has ten tokens, and the eleventh is 400", show: func(g *ground) {
		l := g.lance()
		l.fill()
		a := g.ask(400, l.ann, "POST "+lancePATs, l.wish(""))
		if a.text("error") == "" || len(a.json) != 1 || len(l.ids()) != 10 {
			g.Errorf("got %s, %d tokens", a.body, len(l.ids()))
		}
	}},
	{says: "the limit holds when requests race", show: func(g *ground) {
		l := g.lance()
		if came := g.together(25, l.ann, "POST "+lancePATs, l.wish("")); came[201] != 10 || came[400] != 15 {
			g.Errorf("got %v", came)
		}
		if got := len(l.ids()); got != 10 {
			g.Errorf("%d tokens", got)
		}
	}},
	{says: "it is the group's, whoever makes its tokens, and no other group's", show: func(g *ground) {
		l := g.lance()
		l.fill()
		g.ask(400, l.joins("bert", "admin"), "POST "+lancePATs, l.wish(""))
		g.ask(400, g.admin(), "POST "+lancePATs, l.wish(""))
		other := g.lance()
		other.make("")
	}},
	{says: "a revocation frees a place", show: func(g *ground) {
		l := g.lance()
		ids := l.fill()
		g.ask(204, l.ann, "DELETE "+lancePATs+"/"+ids[3], "")
		l.make("")
		g.ask(204, l.ann, "DELETE /v1/tokens/"+ids[4], "")
		l.make("")
		g.ask(400, l.ann, "POST "+lancePATs, l.wish(""))
	}},
	{says: "an expiry frees none: it counts what the listing shows", clock: true, show: func(g *ground) {
		l := g.lance()
		ids := []string{l.make(`,"expiresInDays":1`).text("id")}
		for range 9 {
			ids = append(ids, l.make("").text("id"))
		}
		g.pass(25 * time.Hour)
		l.again()
		if len(l.ids()) != 10 {
			g.Errorf("%d are listed", len(l.ids()))
		}
		g.ask(400, l.ann, "POST "+lancePATs, l.wish(""))
		g.ask(204, l.ann, "DELETE "+lancePATs+"/"+ids[0], "")
		l.make("")
	}},
	{says: "one that expired is gone from list and count once it is no longer kept", clock: true, show: func(g *ground) {
		l := g.lance()
		l.make(`,"expiresInDays":1`)
		for range 9 {
			l.make("")
		}
		g.pass(31*24*time.Hour - time.Second)
		l.again()
		g.ask(400, l.ann, "POST "+lancePATs, l.wish(""))
		g.pass(time.Second)
		if len(l.ids()) != 9 {
			g.Errorf("%d are listed", len(l.ids()))
		}
		l.make("")
	}},
	{says: "tokens of the group that another API made do not count", show: func(g *ground) {
		l := g.lance()
		for range 11 {
			g.ask(201, l.ann, "POST /v1/tokens", `{"name":"native","scopes":["repo:read"],"groupId":"`+l.group+`"}`)
		}
		l.fill()
	}},
	{says: "the policy's limit of what lives stands beside it", with: []string{`LATCHKEY_POLICY={"tokensPerOwner":2}`}, show: func(g *ground) {
		l := g.lance()
		l.make("")
		l.make("")
		g.ask(400, l.ann, "POST "+lancePATs, l.wish(""))
	}},
}
