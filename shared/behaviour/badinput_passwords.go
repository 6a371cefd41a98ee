package behaviour

import "strings"

// badPasswords are too short, too long, or no text.
func badPasswords(g *ground) []badRequest {
	var table []badRequest
	own := g.form("patch user")
	own.name, own.as = "own password", g.owner
	for what, text := range map[string]string{
		"empty":                   "",
		"of one letter":           "p",
		"of seven letters":        "qWxYz7!",
		"of seven faces":          strings.Repeat("😀", 7),
		"of 257 bytes":            strings.Repeat("q", 257),
		"of 129 two-byte letters": strings.Repeat("é", 129),
		"of sixty thousand":       strings.Repeat("q", 60000),
		"with a zero byte":        "long\x00enough-for-one",
		"of zero bytes":           strings.Repeat("\x00", 12),
	} {
		for _, f := range []form{g.form("create user"), g.form("patch user")} {
			table = append(table, f.badMember("password", what, quoted(text), "422 invalid /password"))
		}
		table = append(table, own.bad("password "+what, `{"currentPassword":"`+password+`","password":`+quoted(text)+`}`,
			"422 invalid /password"))
	}
	return append(sorted(table),
		g.form("create user").bad("no password", `{"username":"made-by-mistake"}`, "422 invalid /password"),
		g.form("create user").bad("nothing needed", `{}`, "422 invalid /username /password"))
}

// badLogins prove nobody. They are few: ten failures of one account hold it up.
func badLogins(g *ground) []badRequest {
	login := g.form("log in")
	try := func(name, username, password, want string) badRequest {
		return login.bad(name, `{"username":`+quoted(username)+`,"password":`+quoted(password)+`}`, want)
	}
	const wrong = "401 unauthenticated"
	return []badRequest{
		try("a wrong password", g.otherName, "not the password", wrong),
		try("the password in capitals", g.otherName, strings.ToUpper(password), wrong),
		try("the password with a blank after", g.otherName, password+" ", wrong),
		try("the password with a zero byte", g.otherName, password+"\x00", wrong),
		try("the password cut off", g.otherName, password[:len(password)-1], wrong),
		try("another's password", "admin", password, wrong),
		try("nobody", unique("nobody"), "not the password", wrong),
		try("a name in capitals", strings.ToUpper(g.otherName), password, wrong),
		try("an owner's id", "user#"+g.otherName, password, wrong),
		try("a name with a blank after", g.otherName+" ", password, wrong),
		try("a name with a zero byte", g.otherName+"\x00", password, wrong),
		try("a name of sixty thousand letters", strings.Repeat("a", 60000), "not the password", wrong),
		try("a token as the password", g.ownerName, g.token, wrong),
		try("no name", "", password, "422 invalid /username"),
		try("no password", g.otherName, "", "422 invalid /password"),
		login.bad("neither", "{}", "422 invalid /username /password"),
		login.bad("for more than the user has",
			`{"username":"`+g.otherName+`","password":"`+password+`","scopes":["user:admin"]}`, "403 forbidden /scopes/0"),
	}
}
