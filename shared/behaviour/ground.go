package behaviour

import (
	"encoding/json"
	"net/http"
	"testing"
)

// ground is where bad requests are tried: two owners with tokens, an administrator, and what came of it all.
type ground struct {
	door Door

	admin             string // sessions, and whose
	owner, ownerName  string
	other, otherName  string
	group, otherGroup string // that they manage

	token, id, prefix               string // a token of the owner, good for repo:read
	reader                          string // one good for tokens:read
	elsewhere                       string // the same, but from 192.0.2.0/24
	otherID, otherPrefix            string // one of the other's
	hubToken, hubID                 string // one that the owner made at Docker Hub
	exchanged                       string // a session that was got with it
	quayToken, quayID               string // one that the owner made at Quay
	otherQuayID                     string // one of the other's
	nodeToken, nodeMaker, nodeSpent string // of a node's, good for a ping; to make others for a day; and with no calls left
	cursor, otherCursor, userCursor string // of their listings, and of the users

	lance lanceGround

	secrets map[string]string // and the case that sent each first
	answers []given
	// differences are the cases that the door judged otherwise, as it had declared.
	differences []string
}

const tokensPath = "/v1/tokens"

func newGround(t *testing.T, door Door) *ground {
	t.Helper()
	g := &ground{door: door, secrets: map[string]string{door.AdminPassword: "set-up", password: "set-up"}}
	g.admin = door.session(t, "admin", door.AdminPassword)
	g.group, g.otherGroup = unique("group"), unique("group")
	g.ownerName, g.otherName = unique("owner"), unique("other")
	g.owner = g.account(t, g.ownerName, `[{"id":"`+g.group+`","role":"admin"}]`)
	g.other = g.account(t, g.otherName, `[{"id":"`+g.otherGroup+`","role":"admin"}]`)

	type made struct{ ID, Token, Prefix string }
	mint := func(as, scope, more string) (m made) {
		door.must(t, http.StatusCreated, "POST", tokensPath, as, `{"name":"good","scopes":["`+scope+`"]`+more+`}`, &m)
		g.secrets[m.Token] = "set-up"
		g.secrets[m.Token[len("pat_")+len(m.Prefix)+len("-"):]] = "set-up"
		return m
	}
	good := mint(g.owner, "repo:read", "")
	g.token, g.id, g.prefix = good.Token, good.ID, good.Prefix
	g.reader = mint(g.owner, "tokens:read", "").Token
	g.elsewhere = mint(g.owner, "tokens:read", `,"allowedIps":["192.0.2.0/24"]`).Token
	theirs := mint(g.other, "repo:read", "")
	g.otherID, g.otherPrefix = theirs.ID, theirs.Prefix
	mint(g.other, "repo:read", "")

	var hub struct{ UUID, Token string }
	door.must(t, http.StatusCreated, "POST", hubTokens, g.owner, `{"token_label":"good","scopes":["repo:read"]}`, &hub)
	g.hubID, g.hubToken = hub.UUID, hub.Token
	var session struct{ Token string }
	door.must(t, http.StatusOK, "POST", "/v2/users/login", "", `{"username":"`+g.ownerName+`","password":"`+g.hubToken+`"}`, &session)
	g.exchanged = session.Token
	g.secrets[g.hubToken], g.secrets[g.exchanged] = "set-up", "set-up"

	app := func(as string) (id, code string) {
		var made struct {
			Token struct {
				UUID string `json:"uuid"`
				Code string `json:"token_code"`
			}
		}
		door.must(t, http.StatusOK, "POST", quayTokens, as, `{"title":"good"}`, &made)
		g.secrets[made.Token.Code] = "set-up"
		return made.Token.UUID, made.Token.Code
	}
	g.quayID, g.quayToken = app(g.owner)
	g.otherQuayID, _ = app(g.other)
	g.nodeToken = g.node(t, `{"capabilities":[{"endpoint":"nodePing"}]}`)
	g.nodeMaker = g.node(t, `{"capabilities":[{"endpoint":"tokensCreate"},`+goodRight+`],"lifetime":86400}`)
	g.nodeSpent = g.node(t, `{"capabilities":[{"endpoint":"tokensGetToken","limits":[{"type":"calls","conditions":{"max":1}}]}]}`)
	if _, err := newPythonNode(t, door, g.nodeSpent).token(); err != nil {
		t.Fatal(err)
	}

	g.lance = newLanceGround(t, g)
	cursor := func(path, as string) string {
		var page struct{ NextCursor string }
		door.must(t, http.StatusOK, "GET", path+"?limit=1", as, "", &page)
		if page.NextCursor == "" {
			t.Fatalf("%s has no second page", path)
		}
		return page.NextCursor
	}
	g.cursor, g.otherCursor, g.userCursor = cursor(tokensPath, g.owner), cursor(tokensPath, g.other), cursor("/v1/users", g.admin)
	for _, session := range []string{g.admin, g.owner, g.other} {
		g.secrets[session] = "set-up"
	}
	return g
}

// node has the superuser make a token of a node's.
func (g *ground) node(t *testing.T, body string) string {
	t.Helper()
	token, err := newPythonNode(t, g.door, g.door.Superuser).made([]byte(body))
	if err != nil {
		t.Fatal(err)
	}
	g.secrets[token], g.secrets[g.door.Superuser] = "set-up", "set-up"
	return token
}

// account makes a user and logs in.
func (g *ground) account(t *testing.T, name, groups string) string {
	t.Helper()
	account := `{"username":"` + name + `","password":"` + password + `","groups":` + groups + `}`
	g.door.must(t, http.StatusCreated, "POST", "/v1/users", g.admin, account, nil)
	return g.door.session(t, name, password)
}

// inventory lists what there is, but for when tokens were last used: that is no change.
func (g *ground) inventory(t *testing.T) string {
	t.Helper()
	var all []any
	for _, listing := range []struct{ path, as string }{
		{"/v1/tokens?limit=200", g.owner}, {"/v1/tokens?limit=200", g.other},
		{"/v1/tokens?limit=200&groupId=" + g.group, g.owner}, {"/v1/tokens?limit=200", g.admin}, {"/v1/users?limit=200", g.admin},
		{"/v1/tokens?groupId=" + g.lance.group, g.lance.admin}, {"/v1/tokens?groupId=" + g.lance.fullGroup, g.lance.stranger},
		{"/v1/tokens?limit=200&owner=service%23hoprd", g.admin},
	} {
		for cursor := ""; ; {
			var page map[string]any
			g.door.must(t, http.StatusOK, "GET", listing.path+cursor, listing.as, "", &page)
			for _, token := range list(page["tokens"]) {
				delete(token.(map[string]any), "lastUsedAt")
				delete(token.(map[string]any), "lastUsedIps")
			}
			all = append(all, page["tokens"], page["users"])
			if page["nextCursor"] == nil {
				break
			}
			cursor = "&cursor=" + text(page["nextCursor"])
		}
	}
	inventory, err := json.MarshalIndent(all, "", " ")
	if err != nil {
		t.Fatal(err)
	}
	return string(inventory)
}
