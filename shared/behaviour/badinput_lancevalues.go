package behaviour

import "strings"

// lanceValues are of the right kind, and no good.
func lanceValues(g *ground) []badRequest {
	create := g.lanceForms()[0]
	var table []badRequest
	member := func(name, what, value string) {
		table = append(table, create.badMember(name, what, value, "400 invalid "+name))
	}
	for what, name := range map[string]string{"empty": "", "a blank": " ", "a no-break space": "\u00a0", "an ideographic space": "\u3000",
		"of a tab": "\t", "of 101 letters": strings.Repeat("é", 101), "of 101 faces": strings.Repeat("😀", 101), "with a zero byte": "a\x00b",
		"with a line end": "a\nb", "with an escape": "a\x1bb", "that turns the writing round": "a\u202eb", "with an isolate": "a\u2066b",
		"with a byte order mark": "a\ufeffb", "of nothing visible": "\u200b\u200b"} {
		member("name", what, quoted(name))
	}
	for what, group := range map[string]string{"of 2 to the 53rd": "9007199254740992", "of 64 bits": "18446744073709551615"} {
		member("groupId", what, group)
	}
	for _, days := range []string{"0", "1826", "3650", "106752", "9223372036854775807", "18446744073709551615"} {
		member("expiresInDays", "is "+days, days)
	}
	for _, scope := range []string{"", " ", "public", "PUBLIC_SCOPE", "full_scope ", "authlance:full_scope", "admin:all", "tokens:write", "repo:read", "*"} {
		member("scopes", "hold '"+scope+"'", `["public_scope","`+scope+`"]`)
	}
	member("scopes", "are 65", `[`+strings.Repeat(`"public_scope",`, 64)+`"public_scope"]`)
	member("scopes", "are too many", `[`+strings.Repeat(`"full_scope",`, 4000)+`"full_scope"]`)
	return append(sorted(table),
		create.bad("nothing", "{}", "400 invalid groupId name"),
		create.bad("no name", `{"groupId":`+g.lance.group+`}`, "400 invalid name"),
		create.bad("no group", `{"name":"x"}`, "400 invalid groupId"),
		create.bad("everything wrong", `{"name":"","groupId":9007199254740992,"expiresInDays":0,"scopes":["x"]}`, "400 invalid expiresInDays groupId name scopes"),
		create.bad("a scope that is a secret", `{"name":"x","groupId":`+g.lance.group+`,"scopes":["`+g.lance.token+`"]}`, "400 invalid scopes"),
	)
}

// lanceQueries ask for no group that there could be.
func lanceQueries(g *ground) []badRequest {
	var table []badRequest
	list := func(query, want string) *badRequest {
		table = append(table, badRequest{name: "lance list: by '" + query + "'", method: "GET", path: lancePATs + query, as: g.lance.admin, want: want})
		return &table[len(table)-1]
	}
	for _, value := range []string{"", "x", "seven", "-1", "-0", "1.5", "7.0", "7e0", "0x7", "07", "00", "+7", "%2B7", "%207", "7%20", "7%00", "7%0A", "%D9%A7", "%FF",
		"9007199254740992", "18446744073709551616", "99999999999999999999999",
		"7,8", "null", "NaN", "Infinity", "true", "[7]", "1_000", "%27%3B--", "7&groupId=7", "7&groupId=8"} {
		list("?groupId="+value, "400 invalid groupId")
	}
	for _, query := range []string{"", "?", "?groupId", "?group=7", "?GroupId=7", "?groupid=7", "?groupId%5B%5D=7", "?%20groupId=7"} {
		list(query, "400 invalid groupId")
	}
	for _, query := range []string{"?groupId=%", "?groupId=%zz", "?groupId=7&x=%2", "?groupId=7;x=1"} {
		list(query, "400 invalid").loose = DecodedQueries
	}
	table = append(table, badRequest{name: "lance list: by the group of a body", method: "GET", path: lancePATs, as: g.lance.admin,
		header: []string{"Content-Type: application/json"}, body: `{"groupId":` + g.lance.group + `}`, want: "400 invalid groupId"})
	return table
}
