package behaviour

import (
	"strconv"
	"strings"
)

// usernames are none.
var usernames = map[string]string{
	"empty":                          "",
	"a blank":                        " ",
	"with a capital":                 "Alice",
	"with a blank":                   "a lice",
	"with a blank after":             "alice ",
	"with a line end after":          "alice\n",
	"with a zero byte":               "ali\x00ce",
	"with a slash":                   "a/b",
	"with a backslash":               `a\b`,
	"with a number sign":             "user#alice",
	"with an at sign":                "alice@example.com",
	"with a colon":                   "a:b",
	"with a plus":                    "a+b",
	"with a percent sign":            "a%62",
	"with an accent":                 "aliçe",
	"with a Cyrillic letter":         "аlice",
	"with a Kelvin sign":             "\u212aate",
	"that begins with a point":       ".alice",
	"that begins with a hyphen":      "-alice",
	"that begins with an underscore": "_alice",
	"two points":                     "..",
	"of 65 letters":                  strings.Repeat("a", 65),
	"of ten thousand":                strings.Repeat("a", 10000),
	"with a zero-width space":        "ali\u200bce",
	"of HTML":                        "<b>alice</b>",
}

func badUsers(g *ground) []badRequest {
	var table []badRequest
	create := g.form("create user")
	for what, name := range usernames {
		table = append(table, create.badMember("username", what, quoted(name), "422 invalid /username"))
	}
	with := func(name, method, path, body, want string) {
		bad := badRequest{name: name, method: method, path: path, as: g.admin, body: body, want: want}
		if body != "" {
			bad.header = []string{"Content-Type: application/json"}
		}
		if strings.Contains(path, "%") {
			bad.loose = DecodedPaths
		}
		table = append(table, bad)
	}
	for what, path := range map[string]string{
		"of nobody":               unique("nobody"),
		"in capitals":             strings.ToUpper(g.ownerName),
		"with a blank":            "a%20b",
		"with a slash":            "a%2Fb",
		"with a zero byte":        "a%00",
		"bad UTF-8":               "%FF",
		"of a group":              "group%23" + g.group,
		"of an owner":             "user%23" + g.ownerName,
		"of ten thousand letters": strings.Repeat("a", 10000),
		"with a semicolon":        g.ownerName + ";x=1",
		"with a point before":     "." + g.ownerName,
		"with a blank after":      g.ownerName + "%20",
	} {
		with("GET a user "+what, "GET", "/v1/users/"+path, "", "404 not_found")
		with("PATCH a user "+what, "PATCH", "/v1/users/"+path, `{"suspended":true}`, "404 not_found")
		with("DELETE a user "+what, "DELETE", "/v1/users/"+path, "", "404 not_found")
	}
	with("create a user: the name is taken", "POST", "/v1/users",
		`{"username":"`+g.ownerName+`","password":"long enough for one"}`, "409 conflict")
	with("create a user: the administrator's name", "POST", "/v1/users", `{"username":"admin","password":"long enough for one"}`,
		"409 conflict")
	with("an administrator demotes himself", "PATCH", "/v1/users/admin", `{"admin":false}`, "409 conflict")
	with("an administrator suspends himself", "PATCH", "/v1/users/admin", `{"suspended":true}`, "409 conflict")
	with("an administrator deletes himself", "DELETE", "/v1/users/admin", "", "409 conflict")
	with("an administrator shows a current password", "PATCH", "/v1/users/"+g.ownerName,
		`{"password":"long enough for one","currentPassword":"`+password+`"}`, "422 invalid /currentPassword")
	with("an administrator changes his own password without it", "PATCH", "/v1/users/admin", `{"password":"long enough for one"}`,
		"422 invalid /currentPassword")
	with("an administrator changes his own password with a wrong one", "PATCH", "/v1/users/admin",
		`{"password":"long enough for one","currentPassword":"not the password"}`, "403 forbidden")
	member := func(name, method, path, body, want string) {
		with("no administrator: "+name, method, path, body, want)
		table[len(table)-1].as = g.owner
	}
	member("lists users", "GET", "/v1/users", "", "403 insufficient_scope")
	member("reads another", "GET", "/v1/users/"+g.otherName, "", "403 insufficient_scope")
	member("reads nobody", "GET", "/v1/users/"+unique("nobody"), "", "403 insufficient_scope")
	member("makes a user", "POST", "/v1/users", `{"username":"made-by-mistake","password":"long enough for one"}`,
		"403 insufficient_scope")
	member("suspends another", "PATCH", "/v1/users/"+g.otherName, `{"suspended":true}`, "403 insufficient_scope")
	member("promotes himself", "PATCH", "/v1/users/"+g.ownerName, `{"admin":true}`, "403 insufficient_scope")
	member("promotes himself with his password", "PATCH", "/v1/users/"+g.ownerName,
		`{"admin":true,"password":"long enough for one","currentPassword":"`+password+`"}`, "403 insufficient_scope")
	member("joins a group", "PATCH", "/v1/users/"+g.ownerName, `{"groups":[{"id":"`+g.otherGroup+`","role":"admin"}]}`,
		"403 insufficient_scope")
	member("deletes himself", "DELETE", "/v1/users/"+g.ownerName, "", "403 insufficient_scope")
	member("deletes the administrator", "DELETE", "/v1/users/admin", "", "403 insufficient_scope")
	member("changes his password without the old one", "PATCH", "/v1/users/"+g.ownerName, `{"password":"long enough for one"}`,
		"422 invalid /currentPassword")
	member("changes his password with a wrong one", "PATCH", "/v1/users/"+g.ownerName,
		`{"password":"long enough for one","currentPassword":"not the password"}`, "403 forbidden")
	return sorted(table)
}

// badMemberships are groups and roles that are none.
func badMemberships(g *ground) []badRequest {
	var table []badRequest
	many := make([]string, 65)
	for i := range many {
		many[i] = `{"id":"g` + strconv.Itoa(i) + `","role":"member"}`
	}
	for _, f := range []form{g.form("create user"), g.form("patch user")} {
		for what, id := range map[string]string{
			"empty":                 "",
			"a blank":               " ",
			"with a blank":          "a b",
			"with a slash":          "a/b",
			"with a number sign":    "group#7",
			"with a star":           "*",
			"with a zero byte":      "a\x00",
			"with an accent":        "é",
			"with a line end after": "a\n",
			"of 65 letters":         strings.Repeat("g", 65),
			"with a comma":          "a,b",
		} {
			table = append(table, f.badMember("groups", "with an id "+what, `[{"id":`+quoted(id)+`,"role":"member"}]`,
				"422 invalid /groups/0/id"))
		}
		for what, role := range map[string]string{"empty": "", "unknown": "owner", "in capitals": "ADMIN",
			"with a blank after": "admin ", "of two": "member,admin"} {
			table = append(table, f.badMember("groups", "with a role "+what, `[{"id":"g","role":`+quoted(role)+`}]`,
				"422 invalid /groups/0/role"))
		}
		table = append(table,
			f.badMember("groups", "without an id", `[{"role":"member"}]`, "422 invalid /groups/0/id"),
			f.badMember("groups", "without a role", `[{"id":"g"}]`, "422 invalid /groups/0/role"),
			f.badMember("groups", "with neither", `[{}]`, "422 invalid /groups/0/id /groups/0/role"),
			f.badMember("groups", "one twice", `[{"id":"g","role":"member"},{"id":"g","role":"member"}]`,
				"422 invalid /groups/1"),
			f.badMember("groups", "65 of them", "["+strings.Join(many, ",")+"]", "422 invalid /groups"))
	}
	return sorted(table)
}
