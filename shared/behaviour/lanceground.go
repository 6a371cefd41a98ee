package behaviour

import (
	"net/http"
	"testing"
)

// lanceGround is what bad requests to Authlance's API are tried on: a group with a token, and one that is full.
type lanceGround struct {
	group, fullGroup      string
	admin, member         string // sessions, of the group's
	stranger              string // one of who administers the full group
	token, prefix, id     string // the group's
	otherID, otherPrefix  string // one of the full group's
	nativeID, nativeToken string // one of the group's that the native API made
}

func newLanceGround(t *testing.T, g *ground) (l lanceGround) {
	t.Helper()
	l.group, l.fullGroup = uniqueNumber(), uniqueNumber()
	in := func(who, group, role string) string {
		session := g.account(t, unique(who), `[{"id":"`+group+`","role":"`+role+`"}]`)
		g.secrets[session] = "set-up"
		return session
	}
	l.admin, l.member, l.stranger = in("lance", l.group, "admin"), in("mia", l.group, "member"), in("carl", l.fullGroup, "admin")

	type made struct{ ID, Token, TokenPrefix string }
	mint := func(as, path, body string) (m made) {
		g.door.must(t, http.StatusCreated, "POST", path, as, body, &m)
		g.secrets[m.Token] = "set-up"
		return m
	}
	own := mint(l.admin, lancePATs, `{"name":"good","groupId":`+l.group+`}`)
	l.token, l.id, l.prefix = own.Token, own.ID, own.TokenPrefix
	var last made
	for range 10 {
		last = mint(l.stranger, lancePATs, `{"name":"good","groupId":`+l.fullGroup+`}`)
	}
	l.otherID, l.otherPrefix = last.ID, last.TokenPrefix
	native := mint(l.admin, tokensPath, `{"name":"good","scopes":["repo:read"],"groupId":"`+l.group+`"}`)
	l.nativeID, l.nativeToken = native.ID, native.Token
	return l
}

// lanceRoutes are all that there are.
func lanceRoutes(g *ground) []route {
	return []route{
		{"GET", "lance list", lancePATs + "?groupId=" + g.lance.group, false}, {"POST", "lance create", lancePATs, false},
		{"DELETE", "lance revoke", lancePATs + "/" + g.lance.id, false}, {"DELETE", "lance revoke verify", lancePATs + "/verify", false},
		{"POST", "lance verify", lancePATs + "/verify", true},
	}
}
