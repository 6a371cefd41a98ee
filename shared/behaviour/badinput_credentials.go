package behaviour

import (
	"encoding/base64"
	"strings"
)

// badCredentials are ways of writing an Authorization header that prove nothing.
func badCredentials(g *ground) []badRequest {
	var table []badRequest
	with := func(name, want string, header ...string) *badRequest {
		table = append(table, badRequest{name: "credential: " + name, method: "GET", path: tokensPath, header: header,
			want: want})
		return &table[len(table)-1]
	}
	encode := func(text string) string { return base64.StdEncoding.EncodeToString([]byte(text)) }
	const none, unreadable = "401 unauthenticated", "400 unreadable"

	with("none", none)
	with("empty", none, "Authorization:")
	with("a scheme alone", none, "Authorization: Bearer")
	with("a scheme and a blank", none, "Authorization: Bearer ")
	with("a session without its scheme", none, "Authorization: "+g.owner)
	with("two blanks", none, "Authorization: Bearer  "+g.owner)
	with("a tab", none, "Authorization: Bearer\t"+g.owner)
	with("a colon", none, "Authorization: Bearer:"+g.owner)
	with("the scheme twice", none, "Authorization: Bearer Bearer "+g.owner)
	with("a session and a word", none, "Authorization: Bearer "+g.owner+" x")
	with("a session in quotes", none, `Authorization: Bearer "`+g.owner+`"`)
	with("a session as Token", none, "Authorization: Token "+g.owner)
	with("a session as JWT", none, "Authorization: JWT "+g.owner)
	with("a session in Basic", none, "Authorization: Basic "+g.owner)
	with("a token in Digest", none, "Authorization: Digest "+g.token)
	with("Negotiate", none, "Authorization: Negotiate YIIabcdefgh")
	with("a signature of AWS", unreadable,
		"Authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20300101, SignedHeaders=host, Signature=fe5f80")
	with("a comma after", unreadable, "Authorization: Bearer "+g.owner+",").loose = JoinedHeaders
	with("two on one line", unreadable, "Authorization: Bearer "+g.owner+", Bearer "+g.admin).loose = JoinedHeaders
	with("two lines", unreadable, "Authorization: Bearer "+g.owner, "Authorization: Bearer "+g.admin).loose = JoinedHeaders
	with("the same on two lines", unreadable, "Authorization: Bearer "+g.owner,
		"Authorization: Bearer "+g.owner).loose = JoinedHeaders
	with("one good and one empty line", unreadable, "Authorization: Bearer "+g.owner, "Authorization:").loose = JoinedHeaders
	with("of two schemes", unreadable, "Authorization: Bearer "+g.owner, basic("", g.token)).loose = JoinedHeaders
	with("two lines in two spellings", unreadable, "authorization: Bearer "+g.owner,
		"AUTHORIZATION: Bearer "+g.owner).loose = JoinedHeaders
	with("of thirteen thousand letters", unreadable, "Authorization: Bearer "+strings.Repeat("a", 13000)).loose = OwnHTTP
	with("of forty thousand letters", "http 431", "Authorization: Bearer "+strings.Repeat("a", 40000)).loose = OwnHTTP
	with("of letters beyond ASCII", none, "Authorization: Bearer caf\xc3\xa9caf\xc3\xa9")
	with("of bytes that are no text", none, "Authorization: Bearer \xff\xfe\xfd\xff\xfe\xfd")
	with("with a control character", "http 400", "Authorization: Bearer "+g.token+"\x01").loose = OwnHTTP
	with("with a zero byte", "http 400", "Authorization: Bearer "+g.token+"\x00").loose = OwnHTTP
	with("on a folded line", none, "Authorization: Bearer\r\n "+g.token+"x").loose = OwnHTTP

	with("Basic alone", none, "Authorization: Basic")
	with("Basic of nothing", none, "Authorization: Basic ")
	with("Basic that is no base64", none, "Authorization: Basic ****"+"****")
	with("Basic without padding", none, "Authorization: Basic "+strings.TrimRight(encode(":"+g.token+"~"), "=")+"A")
	with("Basic with too much padding", none, "Authorization: Basic "+encode(":"+g.token)+"====")
	with("Basic with a blank within", none, "Authorization: Basic "+encode("a:")+" "+encode(g.token))
	with("Basic with spare bits", none, "Authorization: Basic YTpiY2R=")
	with("Basic without a colon", none, "Authorization: Basic "+encode(g.token))
	with("Basic with the token as the name", none, "Authorization: Basic "+encode(g.token+":"))
	with("Basic with the token as the name and a password", none, "Authorization: Basic "+encode(g.token+":x-oauth-basic"))
	with("Basic with another's name", none, basic(g.otherName, g.token)).secrets = []string{g.token}
	with("Basic with the name in capitals", none, basic(strings.ToUpper(g.ownerName), g.token))
	with("Basic with the owner's whole id", none, basic("user#"+g.ownerName, g.token))
	with("Basic with a blank as the name", none, basic(" ", g.token))
	with("Basic with the account's password", none, basic(g.ownerName, password))
	with("Basic with the administrator's password", none, basic("admin", g.door.AdminPassword))
	with("Basic with two colons", none, basic(g.ownerName, ":"+g.token))
	with("Basic with a zero byte", none, basic(g.ownerName, g.token+"\x00"))
	with("Basic with a line end", none, basic(g.ownerName, g.token+"\n"))

	with("a token in X-Auth-Token", none, "X-Auth-Token: "+g.reader)
	with("a token in X-Api-Key", none, "X-Api-Key: "+g.reader)
	with("a token in a cookie", none, "Cookie: token="+g.reader+"; session="+g.owner)
	with("a token for a proxy", none, "Proxy-Authorization: Bearer "+g.reader)
	with("the name of a user from a proxy", none, "X-Forwarded-User: admin", "X-Remote-User: admin", "X-Latchkey-User: admin")
	for _, header := range []string{"X-Forwarded-For: 192.0.2.1", "X-Real-IP: 192.0.2.1", "Forwarded: for=192.0.2.1",
		"X-Client-IP: 192.0.2.1", "True-Client-IP: 192.0.2.1", "CF-Connecting-IP: 192.0.2.1"} {
		name, _, _ := strings.Cut(header, ":")
		with("a token of another address that says so in "+name, none, "Authorization: Bearer "+g.elsewhere, header)
	}
	inQuery := badRequest{name: "credential: a token in the query", method: "GET", path: tokensPath + "?access_token=" + g.reader,
		want: none}
	return append(table, inQuery)
}

// missingCredentials are all the routes that want one, without it; what else is wrong does not matter yet.
func missingCredentials(g *ground) []badRequest {
	var table []badRequest
	for _, r := range routes(g) {
		if r.open {
			continue
		}
		for name, header := range map[string][]string{
			"without a credential": nil,
			"with a bad one":       {"Authorization: Bearer pat_not-a-token-of-ours"},
		} {
			table = append(table, badRequest{name: r.method + " " + r.name + " " + name, method: r.method, path: r.path,
				header: append(header, "Content-Type: text/nonsense", "Idempotency-Key:", "If-Match: nonsense"),
				body:   `{"nonsense`, want: "401 unauthenticated"})
		}
	}
	return sorted(table)
}
