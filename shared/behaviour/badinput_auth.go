package behaviour

import (
	"strconv"
	"strings"
)

// badForwarding is what a proxy can hand on that lets nobody pass, or ask for that cannot be.
func badForwarding(g *ground) []badRequest {
	var table []badRequest
	ask := func(name, query, want string, header ...string) *badRequest {
		table = append(table, badRequest{name: "auth: " + name, method: "GET", path: "/v1/auth" + query, header: header, want: want,
			secrets: []string{g.hubToken, g.token, g.reader}})
		return &table[len(table)-1]
	}
	bearer := "Authorization: Bearer "
	for name, header := range map[string]string{
		"a token of Docker Hub's as a bearer":           bearer + g.hubToken,
		"one of nobody named":                           basic("", g.hubToken),
		"one beside another's name":                     basic(g.otherName, g.hubToken),
		"one beside an administrator's name":            basic("admin", g.hubToken),
		"one beside the name in capitals":               basic(strings.ToUpper(g.ownerName), g.hubToken),
		"one beside the owner's whole id":               basic("user#"+g.ownerName, g.hubToken),
		"one beside $app":                               basic("$app", g.hubToken),
		"one as the user's name":                        basic(g.hubToken, ""),
		"one with a line end":                           basic(g.ownerName, g.hubToken+"\n"),
		"a native token beside $app":                    basic("$app", g.token),
		"one beside $oauthtoken":                        basic("$oauthtoken", g.token),
		"one as a user's name, as HOPRd's are":          basic(g.token, ""),
		"one as HOPRd's header":                         "X-Auth-Token: " + g.token,
		"a password":                                    basic(g.ownerName, password),
		"a session as a password":                       basic(g.ownerName, g.owner),
		"a token for other addresses":                   bearer + g.elsewhere,
		"a token, and the name of who is calling":       "X-Latchkey-User: " + g.ownerName,
		"a proxy's own word for the address it is from": bearer + g.elsewhere + "\r\nForwarded: for=192.0.2.1\r\nX-Original-IP: 192.0.2.1",
	} {
		ask(name, "", "401 unauthenticated", header)
	}
	ask("a session that was got with a token", "", "403 exchanged", bearer+g.exchanged)
	ask("a scope that is not held", "?scope=repo:admin", "403 insufficient_scope", bearer+g.token)
	ask("one of two that is not held", "?scope=repo:read&scope=repo:admin", "403 insufficient_scope", bearer+g.token)
	ask("an administrator's scope", "?scope=admin:all", "403 insufficient_scope", bearer+g.owner)
	for name, scope := range map[string]string{
		"empty": "", "without an action": "repo", "in capitals": "REPO:READ", "with a line end": "repo:read%0d%0aX-Latchkey-User:%20admin",
		"with a zero byte": "repo:read%00", "with a blank": "repo:read%20gist:read", "with a plus": "repo:read+gist:read", "with a comma": "repo:read,gist:read",
		"with a quote": "repo:%22read%22", "with bad UTF-8": "repo:%FF", "a star": "*", "too long": "repo:" + strings.Repeat("a", 124),
	} {
		ask("a scope "+name, "?scope="+scope, "422 invalid ?scope", bearer+g.token)
	}
	many := ""
	for i := range 65 {
		many += "&scope=repo:a" + strconv.Itoa(i)
	}
	ask("65 scopes", "?"+many[1:], "422 invalid ?scope", bearer+g.token)
	ask("a scope twice", "?scope=repo:read&scope=repo:read", "422 invalid ?scope", bearer+g.token)
	ask("scopes in another's spelling", "?scopes=repo:read", "422 invalid", bearer+g.token)
	ask("a scope in brackets", "?scope[]=repo:read", "422 invalid", bearer+g.token)
	ask("a token in the query", "?access_token="+g.token, "401 unauthenticated")
	ask("half an escape", "?scope=%2", "400 unreadable", bearer+g.token).loose = DecodedQueries
	ask("a semicolon", "?scope=repo:read;scope=gist:read", "400 unreadable", bearer+g.token).loose = DecodedQueries
	ask("two credentials", "", "400 unreadable", bearer+g.token, bearer+g.owner).loose = JoinedHeaders
	ask("a credential that is two", "", "400 unreadable", bearer+g.token+", "+bearer+g.owner).loose = JoinedHeaders
	return sorted(table)
}
