package behaviour

import "strings"

// badQueries are listings asked for in ways that cannot be answered.
func badQueries(g *ground) []badRequest {
	var table []badRequest
	list := func(name, query, want string) {
		table = append(table, badRequest{name: "list: " + name, method: "GET", path: tokensPath + "?" + query, as: g.owner,
			want: want})
	}
	for what, value := range map[string]string{
		"zero":                 "0",
		"minus one":            "-1",
		"201":                  "201",
		"a fraction":           "1.5",
		"with a point":         "1.0",
		"with an exponent":     "1e2",
		"hexadecimal":          "0x10",
		"with a leading zero":  "010",
		"with a plus":          "%2B5",
		"with a blank before":  "%205",
		"with a blank after":   "5%20",
		"a word":               "all",
		"an Arabic three":      "%D9%A3",
		"a wide five":          "%EF%BC%95",
		"with an underscore":   "1_0",
		"over 64 bits":         "99999999999999999999",
		"empty":                "",
		"with a zero byte":     "5%00",
		"of a thousand digits": strings.Repeat("1", 1000),
		"true":                 "true",
		"a list":               "[5]",
		"bad UTF-8":            "%FF",
	} {
		list("limit "+what, "limit="+value, "422 invalid ?limit")
		table = append(table, badRequest{name: "users: limit " + what, method: "GET", path: "/v1/users?limit=" + value,
			as: g.admin, want: "422 invalid ?limit"})
	}
	for what, value := range map[string]string{
		"unknown":      "lost",
		"in capitals":  "ACTIVE",
		"with a blank": "active%20",
		"two":          "active,revoked",
		"empty":        "",
		"a star":       "*",
		"bad UTF-8":    "%FF",
	} {
		list("status "+what, "status="+value, "422 invalid ?status")
	}
	for what, value := range map[string]string{
		"in capitals":            "ABCD",
		"with a letter too high": "abcw",
		"too long":               "00000000000000000",
		"with a star":            "abc*",
		"with a hyphen":          "pat_",
		"empty":                  "",
		"bad UTF-8":              "%FF",
		"with a slash":           "ab%2Fcd",
	} {
		list("prefix "+what, "prefix="+value, "422 invalid ?prefix")
	}
	for what, value := range map[string]string{
		"a name alone":                       g.ownerName,
		"of no kind":                         "machine%23x",
		"without a name":                     "user%23",
		"in capitals":                        "user%23ALICE",
		"with a second number sign":          "user%23a%23b",
		"a group without an id":              "group%23",
		"with a slash":                       "user%23a%2Fb",
		"with a zero byte":                   "user%23a%00",
		"empty":                              "",
		"bad UTF-8":                          "user%23%FF",
		"another issuer's without a subject": "oidc%230123456789abcdef",
		"another issuer's with a short hash": "oidc%230123%23x",
		"of 65 letters":                      "user%23" + strings.Repeat("a", 65),
	} {
		list("owner "+what, "owner="+value, "422 invalid ?owner")
	}
	for what, value := range map[string]string{
		"with a slash":       "a%2Fb",
		"with a blank":       "a%20b",
		"with a number sign": "a%23b",
		"empty":              "",
		"of 65 letters":      strings.Repeat("g", 65),
		"bad UTF-8":          "%FF",
		"with a zero byte":   "a%00",
	} {
		list("groupId "+what, "groupId="+value, "422 invalid ?groupId")
	}
	list("of a stranger", "owner=user%23"+g.otherName, "404 not_found")
	list("of nobody", "owner=user%23"+unique("nobody"), "404 not_found")
	list("of a group of others", "groupId="+g.otherGroup, "404 not_found")
	list("of a group and an owner", "groupId="+g.group+"&owner=user%23"+g.ownerName, "422 invalid ?groupId")
	list("by an unknown parameter", "page=2", "422 invalid")
	list("by a parameter in capitals", "Limit=5", "422 invalid")
	list("by a parameter with brackets", "status[]=active", "422 invalid")
	list("by a parameter without a name", "=5", "422 invalid")
	list("by a parameter that is a secret", "access_token="+g.token, "422 invalid")
	list("by a limit twice", "limit=5&limit=5", "422 invalid ?limit")
	list("by a status twice", "status=active&status=revoked", "422 invalid ?status")
	list("by a parameter twice, once escaped", "limit=5&l%69mit=5", "422 invalid ?limit")
	list("by a limit without a value", "limit", "422 invalid ?limit")
	for what, query := range map[string]string{
		"with a semicolon":                      "limit=5;status=active",
		"with half an escape":                   "limit=%2",
		"with an escape that is none":           "limit=%zz",
		"with an escape that is none in a name": "%zz=1",
	} {
		list(what, query, "400 unreadable")
		table[len(table)-1].loose = DecodedQueries
	}
	everyone := badRequest{name: "list: everyone's by three characters", method: "GET", path: tokensPath + "?prefix=abc",
		as: g.admin, want: "422 invalid ?prefix"}
	users := badRequest{name: "users: by an unknown parameter", method: "GET", path: "/v1/users?name=x", as: g.admin,
		want: "422 invalid"}
	return append(sorted(table), everyone, users)
}

// needlessQueries are options on routes that have none, which the asker would believe in.
func needlessQueries(g *ground) []badRequest {
	var table []badRequest
	for _, f := range g.forms() {
		body := "{" + strings.TrimSuffix(f.inner(), ",") + "}"
		for query, want := range map[string]string{"dryRun=true": "422 invalid", "access_token=" + g.token: "422 invalid",
			"a;b": "400 unreadable", "%zz": "400 unreadable"} {
			bad := f.bad("with the query "+strings.ReplaceAll(query, g.token, "TOKEN"), body, want)
			if bad.path += "?" + query; want == "400 unreadable" {
				bad.loose = DecodedQueries
			}
			table = append(table, bad)
		}
	}
	for _, r := range routes(g) {
		if r.open || r.takesBody() || r.path == tokensPath || r.path == "/v1/users" {
			continue
		}
		as := map[string]string{"/v1/self": g.reader}[r.path]
		if as == "" {
			as = g.owner
		}
		table = append(table, badRequest{name: r.method + " " + r.name + " with the query dryRun=true", method: r.method,
			path: r.path + "?dryRun=true", as: as, want: "422 invalid"})
	}
	return sorted(table)
}
