package behaviour

import (
	"strconv"
	"strings"
)

// badTexts are names and descriptions that a list cannot show, or shows as something else.
func badTexts(g *ground) []badRequest {
	create, patch := g.form("create"), g.form("patch")
	var table []badRequest
	both := func(member, what, value string) {
		at := "422 invalid /" + member
		table = append(table, create.badMember(member, what, quoted(value), at), patch.badMember(member, what, quoted(value), at))
	}
	for what, value := range map[string]string{
		"empty": "", "a blank": " ", "tabs": "\t\t", "a line end": "\n", "a no-break space": "\u00a0", "an ideographic space": "\u3000",
		"of 101 letters": strings.Repeat("a", 101), "of 101 faces": strings.Repeat("😀", 101),
		"with a line end": "two\nlines", "with a tab": "a\tb",
	} {
		both("name", what, value)
	}
	for what, r := range map[string]rune{
		"a zero byte": 0, "a bell": 7, "an escape": 0x1b, "a carriage return": '\r', "a delete": 0x7f, "a next line": 0x85,
		"an Arabic letter mark": 0x61c, "a left-to-right mark": 0x200e, "a right-to-left mark": 0x200f,
		"an embedding": 0x202a, "an override": 0x202e, "an isolate": 0x2066, "an end of an isolate": 0x2069,
		"a line separator": 0x2028, "a paragraph separator": 0x2029, "a byte order mark": 0xfeff,
	} {
		both("name", "with "+what, "a"+string(r)+"b")
		both("description", "with "+what, "a"+string(r)+"b")
	}
	both("description", "of 1001 letters", strings.Repeat("a", 1001))
	return sorted(table)
}

// badScopes are no scopes, too many, or the same twice.
func badScopes(g *ground) []badRequest {
	var table []badRequest
	create, patch, verify, login := g.form("create"), g.form("patch"), g.form("verify"), g.form("log in")
	for what, scope := range map[string]string{
		"empty": "", "a blank": " ", "a resource alone": "repo", "a colon alone": ":", "without an action": "repo:", "without a resource": ":read",
		"with a capital": "Repo:read", "with a capital action": "repo:Read", "with a blank": "repo: read", "with a blank after": "repo:read ",
		"with a line end after": "repo:read\n", "with a zero byte": "repo:re\x00ad", "with two colons": "repo:read:all", "with a slash in the action": "repo:read/all",
		"with an accent": "répo:read", "with a long s": "repo\u017f:read", "with a comma": "repo:read,repo:write", "with a quote": `repo:"read"`,
		"that begins with a point": ".repo:read", "that begins with a star": "*:*", "that begins with a hyphen": "-repo:read",
		"of 129 characters": "repo:" + strings.Repeat("a", 124), "with a plus": "repo:+read", "with an escape of HTML": "repo:<read>",
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
		create.bad("everything wrong", `{"name":"","scopes":["x"],"maxUses":0,"allowedIps":["x"]}`, "422 invalid /maxUses /allowedIps/0"),
		verify.bad("no token", `{}`, "422 invalid /token"),
		verify.bad("an empty token", `{"token":""}`, "422 invalid /token"))
}

// badAddresses are no addresses and no networks.
func badAddresses(g *ground) []badRequest {
	var table []badRequest
	create, patch, verify := g.form("create"), g.form("patch"), g.form("verify")
	neither := map[string]string{
		"empty": "", "a blank": " ", "a name": "localhost", "a name of a site": "example.com", "a star": "*", "three numbers": "192.0.2",
		"a number over 255": "192.0.2.256", "leading zeros": "192.000.002.001", "a hexadecimal number": "0x7f.0.0.1", "one number": "3221225985",
		"a blank before": " 192.0.2.1", "a blank after": "192.0.2.1 ", "a line end after": "192.0.2.1\n", "a zero byte after": "192.0.2.1\x00",
		"brackets": "[2001:db8::1]", "a port": "192.0.2.1:443", "three colons": "2001:db8:::1", "nine groups": "1:2:3:4:5:6:7:8:9",
		"five digits": "2001:db8::12345", "a zone": "fe80::1%eth0", "a zone on IPv4 within IPv6": "::ffff:192.0.2.1%1", "an empty zone": "fe80::1%",
		"wide digits": "１９２.0.2.1", "a list": "192.0.2.1,192.0.2.2", "a range": "192.0.2.1-192.0.2.9", "a URL": "http://192.0.2.1/",
	}
	networks := map[string]string{
		"host bits": "192.0.2.1/24", "host bits of IPv6": "2001:db8::1/32", "33 bits": "192.0.2.0/33", "129 bits": "2001:db8::/129",
		"minus one bit": "192.0.2.0/-1", "a plus": "192.0.2.0/+24", "a leading zero": "192.0.2.0/024", "no bits": "192.0.2.0/", "a mask": "192.0.2.0/255.255.255.0",
		"two slashes": "192.0.2.0/24/24", "a zone": "fe80::%eth0/64", "IPv4 within IPv6": "::ffff:192.0.2.0/120", "bits alone": "/24", "an exponent": "10.0.0.0/1e1",
	}
	for what, text := range neither {
		value := "[" + quoted(text) + "]"
		table = append(table,
			create.badMember("allowedIps", "with "+what, value, "422 invalid /allowedIps/0"),
			patch.badMember("allowedIps", "with "+what, value, "422 invalid /allowedIps/0"),
			verify.badMember("ip", "with "+what, quoted(text), "422 invalid /ip"))
	}
	for what, text := range networks {
		table = append(table,
			create.badMember("allowedIps", "a network with "+what, `["192.0.2.1",`+quoted(text)+"]", "422 invalid /allowedIps/1"),
			patch.badMember("allowedIps", "a network with "+what, `["192.0.2.1",`+quoted(text)+"]", "422 invalid /allowedIps/1"),
			verify.badMember("ip", "a network with "+what, quoted(text), "422 invalid /ip"))
	}
	many := "[" + strings.Repeat(`"192.0.2.1",`, 32) + `"192.0.2.1"]`
	return append(sorted(table),
		create.badMember("allowedIps", "33 of them", many, "422 invalid /allowedIps"),
		patch.badMember("allowedIps", "33 of them", many, "422 invalid /allowedIps"),
		verify.badMember("ip", "a whole network", `"192.0.2.0/32"`, "422 invalid /ip"))
}

// badNumbers are counts that nothing can have.
func badNumbers(g *ground) []badRequest {
	create, verify := g.form("create"), g.form("verify")
	return []badRequest{
		create.badMember("maxUses", "zero", "0", "422 invalid /maxUses"),
		create.badMember("maxUses", "minus zero", "-0", "422 invalid /maxUses"),
		create.badMember("maxUses", "minus one", "-1", "422 invalid /maxUses"),
		create.badMember("maxUses", "over a billion", "1000000001", "422 invalid /maxUses"),
		create.badMember("maxUses", "the most of 64 bits", "9223372036854775807", "422 invalid /maxUses"),
		create.badMember("maxUses", "the least of 64 bits", "-9223372036854775808", "422 invalid /maxUses"),
		verify.badMember("cost", "minus one", "-1", "422 invalid /cost"),
		verify.badMember("cost", "over a thousand", "1001", "422 invalid /cost"),
		verify.badMember("cost", "the most of 64 bits", "9223372036854775807", "422 invalid /cost"),
		verify.badMember("cost", "the least of 64 bits", "-9223372036854775808", "422 invalid /cost"),
		create.badMember("groupId", "empty", `""`, "422 invalid /groupId"),
		create.badMember("groupId", "a blank", `" "`, "422 invalid /groupId"),
		create.badMember("groupId", "with a slash", `"a/b"`, "422 invalid /groupId"),
		create.badMember("groupId", "with a number sign", `"a#b"`, "422 invalid /groupId"),
		create.badMember("groupId", "with a zero byte", `"a\u0000"`, "422 invalid /groupId"),
		create.badMember("groupId", "of 65 letters", quoted(strings.Repeat("g", 65)), "422 invalid /groupId"),
		create.badMember("groupId", "of nobody", quoted(unique("nobody")), "404 not_found"),
		create.badMember("groupId", "of another", quoted(g.otherGroup), "404 not_found"),
	}
}
