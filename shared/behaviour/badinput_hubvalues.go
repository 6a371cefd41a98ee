package behaviour

import "strings"

// hubValues are of the right kind, and no good.
func hubValues(g *ground) []badRequest {
	var table []badRequest
	label := func(form int, what, text string) {
		table = append(table, g.hubForms()[form].badMember("token_label", what, `"`+text+`"`, "400 invalid token_label"))
	}
	for _, form := range []int{3, 5} {
		label(form, "empty", "")
		label(form, "blank", " \u00a0")
		label(form, "of 101 letters", strings.Repeat("é", 101))
		label(form, "with a zero byte", `a\u0000b`)
		label(form, "with a line end", `a\nb`)
		label(form, "that turns the writing round", "a\u202eb")
	}
	create := g.hubForms()[3]
	for _, scope := range []string{"", "repo", "repo:*", "repo:READ", "repo:read ", "tokens:write", "admin:all"} {
		table = append(table, create.badMember("scopes", "holds '"+scope+"'", `["repo:read","`+scope+`"]`, "400 invalid scopes"))
	}
	table = append(table,
		create.badMember("scopes", "hold one twice", `["repo:read","repo:read"]`, "400 invalid scopes"),
		create.badMember("scopes", "are too many", `[`+strings.Repeat(`"repo:read",`, 5000)+`"repo:read"]`, "400 invalid scopes"))
	for _, text := range []string{
		"", "tomorrow", "2099-12-31", "2099-12-31T23:59:59", "2099-12-31 23:59:59Z", "2099-12-31T23:59:59,5Z",
		"2099-12-31T23:59:59.1234567890Z", "2099-02-30T00:00:00Z", "2099-12-31T24:00:00Z", "2099-12-31T23:59:59+24:00",
		"2099-12-31t23:59:59z", "2020-01-01T00:00:00Z", "1969-12-31T23:59:59Z", "0000-01-01T00:00:00Z",
		"10000-01-01T00:00:00Z", " 2099-12-31T23:59:59Z",
	} {
		table = append(table, create.badMember("expires_at", "is '"+text+"'", `"`+text+`"`, "400 invalid expires_at"))
	}
	list := func(query, want string) {
		table = append(table, badRequest{name: "hub list: by " + query, method: "GET", path: hubTokens + "?" + query, as: g.owner,
			want: want})
	}
	for _, name := range []string{"page", "page_size"} {
		for _, value := range []string{"0", "-1", "1.5", "2.0", "1e2", "x", "", "+1", "01", "%201", "%FF",
			"1&" + name + "=2"} {
			list(name+"="+value, "400 invalid "+name)
		}
	}
	list("page=%2", "400 invalid")
	table[len(table)-1].loose = DecodedQueries
	list("page=x&page_size=y", "400 invalid page page_size")
	return table
}
