package behaviour

import (
	"encoding/json"
	"strings"
)

// lanceCallers prove nothing, or not enough.
func lanceCallers(g *ground) []badRequest {
	l := g.lance
	var table []badRequest
	ask := func(r route, name, want, body string, header ...string) {
		table = append(table, badRequest{name: r.name + " " + name, method: r.method, path: r.path, header: header, body: body, want: want,
			secrets: []string{l.token, l.nativeToken, l.admin, g.hubToken}})
	}
	const none = "401 unauthenticated"
	for _, r := range lanceRoutes(g) {
		if r.open {
			continue
		}
		for name, header := range map[string]string{
			"without a credential":               "X-Nothing: 1",
			"with an empty one":                  "Authorization:",
			"with Bearer alone":                  "Authorization: Bearer",
			"with a session by itself":           "Authorization: " + l.admin,
			"with a session as JWT":              "Authorization: JWT " + l.admin,
			"with a session as ApiKey":           "Authorization: ApiKey " + l.admin,
			"with a session after two blanks":    "Authorization: Bearer  " + l.admin,
			"with a session that is cut":         "Authorization: Bearer " + l.admin[:len(l.admin)-1],
			"with a session in Basic":            basic("", l.admin),
			"with a session in a cookie":         "Cookie: session=" + l.admin + "; authorization=Bearer " + l.admin,
			"with a session in another header":   "X-Auth-Token: " + l.admin,
			"with the group's own token":         "Authorization: Bearer " + l.token,
			"with it by itself":                  "Authorization: " + l.token,
			"with it in Basic":                   basic(l.group, l.token),
			"with a native token of the group's": "Authorization: Bearer " + l.nativeToken,
			"with a native token of a user's":    "Authorization: Bearer " + g.token,
			"with one that may read tokens":      "Authorization: Bearer " + g.reader,
			"with a token of Docker Hub's":       "Authorization: Bearer " + g.hubToken,
			"with a token of Quay's":             "Authorization: Bearer " + g.quayToken,
		} {
			ask(r, name, none, `{"nonsense`, header, "Content-Type: text/nonsense")
		}
		ask(r, "with a session that was got with a token", "403 exchanged", `{"nonsense`, "Authorization: Bearer "+g.exchanged)
	}
	for _, r := range lanceRoutes(g)[:3] {
		good := `{"name":"x","groupId":` + l.group + `}`
		header := "Content-Type: application/json"
		ask(r, "by a member", "403 forbidden", good, "Authorization: Bearer "+l.member, header)
		ask(r, "by a stranger", "404 not_found", good, "Authorization: Bearer "+l.stranger, header)
		ask(r, "by who has no group", "404 not_found", good, "Authorization: Bearer "+g.owner, header)
	}
	for _, r := range routes(g) {
		if !r.open && r.path != "/v1/auth" { // whose callers may come with it
			table = append(table, badRequest{name: r.method + " " + r.name + " with a token of Authlance's", method: r.method, path: r.path,
				as: l.token, want: none})
		}
	}
	full := g.lanceForms()[0].bad("one more than ten", `{"name":"x","groupId":`+l.fullGroup+`}`, "400 limit_reached")
	full.as = l.stranger
	return append(sorted(table), full)
}

// lanceTokens are shown for verification, and are not good.
func lanceTokens(g *ground) []badRequest {
	verify := g.lanceForms()[1]
	var table []badRequest
	const bad = "401 unauthenticated"
	body := func(name, token string) {
		b, err := json.Marshal(token)
		if err != nil {
			panic(err)
		}
		table = append(table, verify.bad("a token "+name, `{"token":`+string(b)+`}`, bad))
	}
	header := func(name, line, body, want string) *badRequest {
		table = append(table, badRequest{name: "lance verify: " + name, method: verify.method, path: verify.path, body: body, want: want,
			header: []string{line, "Content-Type: application/json"}})
		return &table[len(table)-1]
	}
	near := ground{token: g.lance.token, prefix: g.lance.prefix, id: g.lance.id, otherPrefix: g.lance.otherPrefix}
	for what, token := range near.mangled() {
		body(what, token)
		want := "400 invalid"
		if strings.HasPrefix(token, "pat_") {
			want = bad
		}
		header("in the header, a token "+what, "Authorization: Bearer "+token, "{}", want).secrets = []string{token}
	}
	for what, token := range near.unspeakable() {
		body(what, token)
	}
	for what, token := range map[string]string{"of the native API's": g.token, "of the native API's, the group's": g.lance.nativeToken, "of Docker Hub's": g.hubToken, "of Quay's": g.quayToken,
		"that is a session": g.lance.admin, "of nothing": "", "of ten thousand letters": "pat_" + strings.Repeat("x", 10_000)} {
		body(what, token)
	}
	for what, line := range map[string]string{"a good one by itself": g.lance.token, "a good one in Basic": "Basic " + g.lance.token,
		"a good one as Token": "Token " + g.lance.token,
		"a session":           "Bearer " + g.lance.admin, "nothing after Bearer": "Bearer", "a good one after two blanks": "Bearer  " + g.lance.token} {
		header("in the header, "+what, "Authorization: "+line, "{}", "400 invalid").secrets = []string{g.lance.token}
	}
	for what, line := range map[string]string{"a cookie": "Cookie: token=" + g.lance.token, "another header": "X-Auth-Token: " + g.lance.token} {
		header("a good one in "+what, line, "{}", "400 invalid").secrets = []string{g.lance.token}
	}
	good := "Authorization: Bearer " + g.lance.token
	for what, text := range map[string]string{"a body that is no JSON": "{", "a body of blanks": " ", "a list": "[]", "null": "null",
		"a token that is null": `{"token":null}`, "a token that is a number": `{"token":7}`} {
		want := "400 invalid"
		if strings.Contains(text, "token") {
			want += " token"
		}
		header("a good one in the header and "+what, good, text, want).secrets = []string{g.lance.token}
	}
	header("a good one in the header and none in the body", good, `{"token":""}`, bad).secrets = []string{g.lance.token}
	header("a good one in the header and a bad one in the body", good, `{"token":"pat_x-y"}`, bad).secrets = []string{g.lance.token}
	return sorted(table)
}
