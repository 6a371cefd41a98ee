package contract

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

var (
	lanceMembers = []string{"createdAt", "displayOnceShown", "effectiveScope", "expiresAt", "groupId", "id", "name", "scopes", "token", "tokenPrefix", "updatedAt", "userId"}
	lanceToken   = regexp.MustCompile(`^pat_[a-z0-9]+-[A-Za-z0-9_-]{32,}$`)
	lanceTime    = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$`)
)

// has shows that an object has these members and no others.
func (l *lance) has(a answer, want ...string) {
	l.Helper()
	if got := slices.Sorted(maps.Keys(a.json)); !slices.Equal(got, slices.Sorted(slices.Values(want))) {
		l.Errorf("it has %s, want %s", got, want)
	}
}

var authlanceObject = []line{
	{says: "it has these members and no others", show: func(g *ground) {
		l := g.lance()
		made := l.make(`,"expiresInDays":60,"scopes":["public_scope"]`)
		l.has(made, lanceMembers...)
		g.want(made, "userId", `"`+g.name("ann")+`"`, "groupId", l.group, "name", `"ci"`, "scopes", `["public_scope"]`, "effectiveScope", `"public_scope"`,
			"displayOnceShown", "true")
		listed := l.list(l.ann)[0]
		l.has(listed, slices.DeleteFunc(slices.Clone(lanceMembers), func(name string) bool { return name == "token" })...)
		for name, value := range listed.json {
			if text, ok := value.(string); ok && text != made.text(name) {
				g.Errorf("%s was %s and is %s", name, made.text(name), text)
			}
		}
		g.want(listed, "groupId", l.group, "scopes", `["public_scope"]`, "displayOnceShown", "true")
	}},
	{says: "id is a string, what DELETE takes", show: func(g *ground) {
		l := g.lance()
		id := l.make("").text("id")
		if !slices.Equal(l.ids(), []string{id}) {
			g.Errorf("listed as %s", l.ids())
		}
		g.ask(204, l.ann, "DELETE "+lancePATs+"/"+id, "")
	}},
	{says: "userId is the creator's", show: func(g *ground) {
		l := g.lance()
		bert := l.joins("bert", "admin")
		made := g.ask(201, bert, "POST "+lancePATs, l.wish(""))
		g.want(made, "userId", `"`+g.name("bert")+`"`)
		g.want(l.list(l.ann)[0], "userId", `"`+g.name("bert")+`"`)
		g.want(l.verified(200, made.text("token")), "userId", `"`+g.name("bert")+`"`)
	}},
	{says: "groupId is a number, as sent", show: func(g *ground) {
		for _, group := range []string{"0", "9007199254740991"} { // which an administrator can name, and no other line does
			made := g.ask(201, g.admin(), "POST "+lancePATs, `{"name":"ci","groupId":`+group+`}`)
			g.want(made, "groupId", group)
			g.want(g.ask(200, "", "POST "+lancePATs+"/verify", members("token", made.text("token"))), "groupId", group)
			g.ask(204, g.admin(), "DELETE "+lancePATs+"/"+made.text("id"), "")
		}
	}},
	{says: "name is as sent, blanks around it too", show: func(g *ground) {
		l := g.lance()
		for _, name := range []string{" ci ", "x", "ünïcödé 😀", `quo\"te`} {
			made := g.ask(201, l.ann, "POST "+lancePATs, `{"name":"`+name+`","groupId":`+l.group+`}`)
			if sent := strings.ReplaceAll(name, `\`, ""); made.text("name") != sent || l.verified(200, made.text("token")).text("name") != sent {
				g.Errorf("got %q", made.text("name"))
			}
		}
	}},
	{says: "a token is pat_<prefix>-<secret>, and tokenPrefix is what is before the first hyphen", show: func(g *ground) {
		l := g.lance()
		made := l.make("")
		token := made.text("token")
		before, _, _ := strings.Cut(strings.TrimPrefix(token, "pat_"), "-")
		if !lanceToken.MatchString(token) || made.text("tokenPrefix") != before || l.list(l.ann)[0].text("tokenPrefix") != before ||
			l.verified(200, token).text("tokenPrefix") != before {
			g.Errorf("got %s", made.body)
		}
	}},
	{says: "the token is in the answer that makes it, and nowhere ever after", show: func(g *ground) {
		l := g.lance()
		token := l.make("").text("token")
		for _, a := range []answer{l.list(l.ann)[0], l.verified(200, token), l.list(l.ann)[0]} {
			if a.json["token"] != nil || strings.Contains(a.body, token) {
				g.Errorf("got %s", a.body)
			}
		}
	}},
	{says: "displayOnceShown is true everywhere", show: func(g *ground) {
		l := g.lance()
		g.want(l.make(""), "displayOnceShown", "true")
		g.want(l.list(l.ann)[0], "displayOnceShown", "true")
	}},
	{says: "times are RFC 3339 in whole seconds of UTC", show: func(g *ground) {
		l := g.lance()
		made := l.make("")
		verified := l.verified(200, made.text("token"))
		listed := l.list(l.ann)[0]
		for _, text := range []string{made.text("createdAt"), made.text("updatedAt"), made.text("expiresAt"), listed.text("lastUsedAt"), verified.text("lastUsedAt"),
			verified.text("expiresAt")} {
			if !lanceTime.MatchString(text) {
				g.Errorf("got %q", text)
			}
		}
	}},
	{says: "lastUsedAt and revokedAt are left out while they are not set", show: func(g *ground) {
		l := g.lance()
		for _, a := range []answer{l.make(""), l.list(l.ann)[0]} {
			for _, name := range []string{"lastUsedAt", "revokedAt"} {
				if _, there := a.json[name]; there {
					g.Errorf("got %s", a.body)
				}
			}
		}
	}},
	{says: "times are those of what happened", clock: true, show: func(g *ground) {
		l := g.lance()
		noon := g.now()
		made := l.make(`,"expiresInDays":1`)
		g.want(made, "createdAt", `"2026-07-01T12:00:00Z"`, "updatedAt", `"2026-07-01T12:00:00Z"`, "expiresAt", `"2026-07-02T12:00:00Z"`)
		g.move(noon.Add(time.Minute))
		l.verified(200, made.text("token"))
		l.native(made.text("id"), `{"name":"renamed"}`)
		g.want(l.list(l.ann)[0], "name", `"renamed"`, "createdAt", `"2026-07-01T12:00:00Z"`, "updatedAt", `"2026-07-01T12:01:00Z"`,
			"lastUsedAt", `"2026-07-01T12:01:00Z"`)
	}},
	{says: "a token without an end, as another API can make it, shows none", with: []string{`LATCHKEY_POLICY={"allowNeverExpiring":true}`}, show: func(g *ground) {
		l := g.lance()
		made := l.make("")
		l.native(made.text("id"), `{"expiresAt":null}`)
		for _, a := range []answer{l.list(l.ann)[0], l.verified(200, made.text("token"))} {
			if _, there := a.json["expiresAt"]; there {
				g.Errorf("got %s", a.body)
			}
		}
	}},
}
