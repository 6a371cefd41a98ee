package behaviour

import (
	"strconv"
	"strings"
)

// badScopes are no scopes, too many, or the same twice.
func badScopes(g *ground) []badRequest {
	var table []badRequest
	create, patch, verify, login := g.form("create"), g.form("patch"), g.form("verify"), g.form("log in")
	for what, scope := range map[string]string{
		"empty":                      "",
		"a blank":                    " ",
		"a resource alone":           "repo",
		"a colon alone":              ":",
		"without an action":          "repo:",
		"without a resource":         ":read",
		"with a capital":             "Repo:read",
		"with a capital action":      "repo:Read",
		"with a blank":               "repo: read",
		"with a blank after":         "repo:read ",
		"with a line end after":      "repo:read\n",
		"with a zero byte":           "repo:re\x00ad",
		"with two colons":            "repo:read:all",
		"with a slash in the action": "repo:read/all",
		"with an accent":             "répo:read",
		"with a long s":              "repo\u017f:read",
		"with a comma":               "repo:read,repo:write",
		"with a quote":               `repo:"read"`,
		"that begins with a point":   ".repo:read",
		"that begins with a star":    "*:*",
		"that begins with a hyphen":  "-repo:read",
		"of 129 characters":          "repo:" + strings.Repeat("a", 124),
		"with a plus":                "repo:+read",
		"with an escape of HTML":     "repo:<read>",
	} {
		value := "[" + quoted(scope) + "]"
		for _, f := range []form{create, patch, verify, login} {
			table = append(table, f.badMember("scopes", "with one "+what, value, "422 invalid /scopes/0"))
		}
	}
	many := make([]string, 65)
	for i := range many {
		many[i] = quoted("repo:a" + strconv.Itoa(i))
	}
	for _, f := range []form{create, patch, verify, login} {
		table = append(table,
			f.badMember("scopes", "65 of them", "["+strings.Join(many, ",")+"]", "422 invalid /scopes"),
			f.badMember("scopes", "one twice", `["repo:read","gist:read","repo:read"]`, "422 invalid /scopes/2"))
		if f.name != "verify" {
			table = append(table, f.badMember("scopes", "none", "[]", "422 invalid /scopes"))
		}
	}
	for scope, what := range map[string]string{"user:admin": "users", "admin:all": "everything"} {
		table = append(table,
			create.badMember("scopes", "for "+what, "["+quoted(scope)+"]", "403 forbidden /scopes/0"),
			patch.badMember("scopes", "for "+what, "["+quoted(scope)+"]", "403 forbidden /scopes/0"))
	}
	return append(sorted(table),
		create.bad("no scopes", `{"name":"x"}`, "422 invalid /scopes"),
		create.bad("no name", `{"scopes":["repo:read"]}`, "422 invalid /name"),
		create.bad("nothing needed", `{}`, "422 invalid /name /scopes"),
		create.bad("everything wrong", `{"name":"","scopes":["x"],"maxUses":0,"allowedIps":["x"]}`,
			"422 invalid /maxUses /allowedIps/0"),
		verify.bad("no token", `{}`, "422 invalid /token"),
		verify.bad("an empty token", `{"token":""}`, "422 invalid /token"))
}
