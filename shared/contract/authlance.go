package contract

import (
	"slices"
	"strings"
	"testing"

	"latchkey/shared/behaviour"
)

// Authlance shows the contract of Authlance's API for the personal access tokens of groups.
func Authlance(t *testing.T, door behaviour.Door) {
	hold(t, door, "Authlance", slices.Concat(authlancePaths, authlanceSessions, authlanceObject, authlanceCreate, authlanceScopes,
		authlanceLimit, authlanceList, authlanceRevoke, authlanceVerify, authlanceVerdicts, authlanceErrors, authlancePages))
}

const lancePATs = "/authlance/identity/api/v1/pats"

// lance is a group, and ann, who administers it.
type lance struct {
	*ground
	group string
	ann   string // her session
}

// lance makes both.
func (g *ground) lance() *lance {
	g.Helper()
	l := &lance{ground: g, group: g.number()}
	l.ann = l.joins("ann", "admin")
	return l
}

// joins makes a user who has a role in the group, and logs him in.
func (l *lance) joins(who, role string) string {
	l.Helper()
	l.account(who, `,"groups":[{"id":"`+l.group+`","role":"`+role+`"}]`)
	return l.session(who)
}

// again logs ann in once more, when her session has ended.
func (l *lance) again() {
	l.Helper()
	l.ann = l.ask(201, "", "POST /v1/sessions", members("username", l.name("ann"), "password", password)).text("token")
}

// wish asks for a token of the group, with what more is given, such as `,"expiresInDays":1`.
func (l *lance) wish(more string) string { return `{"name":"ci","groupId":` + l.group + more + `}` }

// make makes a token of the group.
func (l *lance) make(more string) answer {
	l.Helper()
	return l.ask(201, l.ann, "POST "+lancePATs, l.wish(more))
}

// refused shows that a token is not made, and that the answer names what is wrong.
func (l *lance) refused(body, field string) {
	l.Helper()
	a := l.ask(400, l.ann, "POST "+lancePATs, body)
	if !strings.Contains(a.text("error"), field) || len(a.json) != 1 {
		l.Errorf("%s: got %s, want it to name %s", body, a.body, field)
	}
}

// list is the listing of the group, as somebody sees it.
func (l *lance) list(as string) []answer {
	l.Helper()
	a := l.ask(200, as, "GET "+lancePATs+"?groupId="+l.group, "")
	if a.list == nil {
		l.Errorf("no array: %s", a.body)
	}
	return a.items("")
}

// ids are those of a listing, in its order.
func (l *lance) ids() []string {
	l.Helper()
	var out []string
	for _, token := range l.list(l.ann) {
		out = append(out, token.text("id"))
	}
	return out
}

// verified asks whether the token is good.
func (l *lance) verified(status int, token string) answer {
	l.Helper()
	return l.ask(status, "", "POST "+lancePATs+"/verify", members("token", token))
}

// gone is the answer about a token that is not there.
func (l *lance) gone(as, id string) {
	l.Helper()
	a := l.ask(404, as, "DELETE "+lancePATs+"/"+id, "")
	if a.text("error") == "" || a.body != l.ask(404, as, "DELETE "+lancePATs+"/unknown", "").body {
		l.Errorf("another answer than of an unknown one: %s", a.body)
	}
}

// native changes a token through the native API.
func (l *lance) native(id, change string) {
	l.Helper()
	l.ask(200, l.ann, "PATCH /v1/tokens/"+id, change, "Content-Type", "application/merge-patch+json")
}
