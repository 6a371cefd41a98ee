package contract

import (
	"encoding/base64"
	"net/url"
	"strings"
)

var nodeCallers = []line{
	{says: "x-auth-token is a token", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken"))
		g.ask(200, "", "GET "+nodeToken, "", "x-auth-token", token)
	}},
	{says: "the user name of Basic is a token, and the password means nothing", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken"))
		for _, password := range []string{"", "x", ":", token, g.door.Superuser} {
			g.ask(200, "", "GET "+nodeToken, "", "Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(token+":"+password)))
		}
		for _, scheme := range []string{"basic ", "BASIC "} {
			g.ask(200, "", "GET "+nodeToken, "", "Authorization", scheme+base64.StdEncoding.EncodeToString([]byte(token+":")))
		}
	}},
	{says: "a token as the password of Basic is none", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken"))
		for _, name := range []string{"", "x", "$app"} {
			g.ask(401, "", "GET "+nodeToken, "", "Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(name+":"+token)))
		}
	}},
	{says: "Og==, which the Python client always sends, spoils no good key", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken"), right("tokensDelete"))
		g.ask(201, "", "POST "+nodeTokens, rights("", right("nodePing")), append(g.superuser(), "Authorization", "Basic Og==")...)
		g.ask(200, "", "GET "+nodeToken, "", append(key(token), "Authorization", "Basic Og==")...)
		g.ask(204, "", "DELETE "+nodeTokens+token, "{}", append(key(token), "Authorization", "Basic Og==")...)
		g.nodeRefused(g.send("", "GET "+nodeToken, "", "Authorization", "Basic Og=="), 401, nodeUnauthorized)
	}},
	{says: "a bad key with a good Basic user works", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken"))
		for _, bad := range []string{"nonsense", other(token), "%zz", "%", "x,y", strings.Repeat("x", 2000)} {
			a := g.ask(200, "", "GET "+nodeToken, "", append(basicUser(token), "X-Auth-Token", bad)...)
			g.want(a, "id", `"`+token+`"`)
		}
	}},
	{says: "a good key with a bad Authorization works", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken"))
		for _, bad := range []string{"Basic", "Basic *", "Basic " + token, "Basic Og", "Basic Og==, Basic Og==", "Bearer " + token, "Digest x", "Basic JXp6Og==",
			"Basic " + base64.StdEncoding.EncodeToString([]byte(token)), "Basic " + strings.Repeat("QUFB", 2000)} {
			g.want(g.ask(200, "", "GET "+nodeToken, "", append(key(token), "Authorization", bad)...), "id", `"`+token+`"`)
		}
	}},
	{says: "of two good ones the header's makes the caller", show: func(g *ground) {
		first, second := g.nodeMake("", right("tokensGetToken", 5)), g.nodeMake("", right("tokensGetToken", 5))
		g.want(g.ask(200, "", "GET "+nodeToken, "", append(key(first), basicUser(second)...)...), "id", `"`+first+`"`)
		g.want(g.ask(200, "", "GET "+nodeToken, "", append(key(second), basicUser(first)...)...), "id", `"`+second+`"`)
		for _, token := range []string{first, second} { // and is counted alone
			g.used(token, "2")
		}
	}},
	{says: "of two good ones the first that may makes the caller", show: func(g *ground) {
		may, mayNot := g.nodeMake("", right("tokensGetToken")), g.nodeMake("", right("nodePing"))
		spent := g.nodeMake("", right("tokensGetToken", 1))
		g.node(200, spent, "GET "+nodeToken, "")
		for _, bad := range []string{mayNot, spent} {
			g.want(g.ask(200, "", "GET "+nodeToken, "", append(key(bad), basicUser(may)...)...), "id", `"`+may+`"`)
			g.want(g.ask(200, "", "GET "+nodeToken, "", append(key(may), basicUser(bad)...)...), "id", `"`+may+`"`)
		}
	}},
	{says: "403 wins over 401 where the two differ", show: func(g *ground) {
		mayNot := g.nodeMake("", right("nodePing"))
		for _, bad := range []string{"nonsense", other(mayNot)} {
			g.nodeRefused(g.send("", "GET "+nodeToken, "", append(key(bad), basicUser(mayNot)...)...), 403, nodeForbidden)
			g.nodeRefused(g.send("", "GET "+nodeToken, "", append(key(mayNot), basicUser(bad)...)...), 403, nodeForbidden)
		}
	}},
	{says: "a token may be percent-encoded, and is decoded once", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken"))
		once := "%" + hexOf(token[0]) + token[1:]
		g.want(g.ask(200, "", "GET "+nodeToken, "", "X-Auth-Token", once), "id", `"`+token+`"`)
		g.ask(200, "", "GET "+nodeToken, "", "Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(once+":")))
		g.ask(401, "", "GET "+nodeToken, "", "X-Auth-Token", url.PathEscape(once))
	}},
	{says: "what is wrongly encoded is no token", show: func(g *ground) {
		for _, bad := range []string{"%", "%z1", "%2", "x%"} {
			g.nodeRefused(g.send("", "GET "+nodeToken, "", "X-Auth-Token", bad), 401, nodeUnauthorized)
			g.nodeRefused(g.send("", "GET "+nodeToken, "", "Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(bad+":"))), 401, nodeUnauthorized)
		}
	}},
	{says: "without a live token it is 401", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken"))
		for _, header := range [][]string{nil, key("nonsense"), key(other(token)), key(strings.ToUpper(token)), key(token + "x"), key(token[:46]),
			key(" " + token), basicUser("nonsense"), {"X-Auth-Token", ""}, {"X-Auth-Token", token + "," + token}} {
			g.nodeRefused(g.send("", "GET "+nodeToken, "", header...), 401, nodeUnauthorized)
		}
	}},
	{says: "a live token that is not allowed is 403", show: func(g *ground) {
		token := g.nodeMake("", right("nodePing"))
		for _, route := range []string{"POST " + nodeTokens, "GET " + nodeToken, "DELETE " + nodeTokens + token} {
			g.nodeRefused(g.send("", route, rights("", right("nodePing")), key(token)...), 403, nodeForbidden)
			g.nodeRefused(g.send("", route, rights("", right("nodePing")), basicUser(token)...), 403, nodeForbidden)
		}
	}},
	{says: "Bearer is no scheme", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken"))
		g.nodeRefused(g.send(token, "GET "+nodeToken, ""), 401, nodeUnauthorized)
		g.nodeRefused(g.send(g.door.Superuser, "POST "+nodeTokens, rights("", right("nodePing"))), 401, nodeUnauthorized)
	}},
	{says: "a session and the tokens of other products are no credentials", show: func(g *ground) {
		native := g.ask(201, g.alice(), "POST /v1/tokens", `{"name":"x","scopes":["repo:read"]}`).text("token")
		for _, secret := range []string{g.alice(), g.admin(), native} {
			for _, header := range [][]string{key(secret), basicUser(secret)} {
				g.nodeRefused(g.send("", "GET "+nodeToken, "", header...), 401, nodeUnauthorized)
			}
		}
	}, light: true},
	{says: "the superuser's token passes every check, in either header", show: func(g *ground) {
		for _, header := range [][]string{g.superuser(), basicUser(g.door.Superuser)} {
			token := g.ask(201, "", "POST "+nodeTokens, rights("", right("nodePing")), header...).text("token")
			g.ask(404, "", "GET "+nodeToken, "", header...)
			g.ask(204, "", "DELETE "+nodeTokens+token, "", header...)
		}
	}},
	{says: "the superuser's token is compared whole", show: func(g *ground) {
		for _, near := range []string{g.door.Superuser[:20], g.door.Superuser + "x", strings.ToUpper(g.door.Superuser), " " + g.door.Superuser} {
			g.ask(401, "", "GET "+nodeToken, "", key(near)...)
		}
	}},
	{says: "without a superuser nobody is", with: []string{"LATCHKEY_HOPRD_SUPERUSER="}, show: func(g *ground) {
		for _, header := range [][]string{key(""), nil, {"Authorization", "Basic Og=="}, key("x")} {
			g.nodeRefused(g.send("", "POST "+nodeTokens, rights("", right("nodePing")), header...), 401, nodeUnauthorized)
		}
	}},
	{says: "the superuser comes first where he is shown first", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken", 9))
		g.ask(404, "", "GET "+nodeToken, "", append(g.superuser(), basicUser(token)...)...)
		g.ask(200, "", "GET "+nodeToken, "", append(key(token), basicUser(g.door.Superuser)...)...)
	}},
}

// other is a token with one character exchanged, which is none.
func other(token string) string {
	i := len(token) - 20
	c := "a"
	if token[i] == 'a' {
		c = "b"
	}
	return token[:i] + c + token[i+1:]
}

// used checks what a token shows to be used of the limits that it has of this call.
func (g *ground) used(token, want string) {
	g.Helper()
	if a := g.node(200, token, "GET "+nodeToken, ""); !strings.Contains(a.body, `"used":`+want+`}`) {
		g.Errorf("got %s, want %s used", a.body, want)
	}
}
