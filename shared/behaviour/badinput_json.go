package behaviour

import (
	"slices"
	"strings"
)

// unreadableBodies are not JSON, or not JSON that two readers would read alike.
func unreadableBodies(g *ground) []badRequest { return unreadable(g.forms(), "400 unreadable") }

func unreadable(forms []form, want string) []badRequest {
	var table []badRequest
	for _, f := range forms {
		first := f.fields[0].name
		object := "{" + strings.TrimSuffix(f.inner(), ",") + "}"
		for name, body := range map[string]string{
			"nothing at all":                     "",
			"blanks alone":                       " \t\r\n ",
			"a word":                             "hello",
			"a form":                             first + "=x",
			"half an object":                     `{"` + first + `":`,
			"an unclosed text":                   `{"` + first + `":"x}`,
			"a comma too many":                   `{"` + first + `":"x",}`,
			"a comma too few":                    `{"` + first + `":"x" "y":1}`,
			"single quotes":                      `{'` + first + `':'x'}`,
			"a name without quotes":              `{` + first + `:"x"}`,
			"a comment":                          `{/* x */"` + first + `":"x"}`,
			"a second object":                    object + object,
			"a second object on a line":          object + "\n{}",
			"a word after the end":               object + "x",
			"a brace after the end":              object + "}",
			"a zero byte after the end":          object + "\x00",
			"a byte order mark":                  "\ufeff" + object,
			"UTF-16":                             "\xff\xfe{\x00}\x00",
			"a member twice":                     `{"` + first + `":"x","` + first + `":"x"}`,
			"a member twice, once escaped":       `{"` + first + `":"x","\u00` + hex(first[0]) + first[1:] + `":"x"}`,
			"an unknown member twice":            `{"zz":1,"zz":2}`,
			"an inner member twice":              `{"zz":{"a":1,"a":1}}`,
			"bad UTF-8 in a text":                `{"` + first + `":"caf` + "\xe9" + `"}`,
			"bad UTF-8 in a name":                "{\"\xff\":1}",
			"an overlong zero in a text":         `{"` + first + `":"` + "\xc0\x80" + `"}`,
			"a surrogate in UTF-8":               `{"` + first + `":"` + "\xed\xa0\x80" + `"}`,
			"a lone high surrogate":              `{"` + first + `":"\ud800"}`,
			"a lone low surrogate":               `{"` + first + `":"\udc00x"}`,
			"a zero byte in a text":              `{"` + first + `":"a` + "\x00" + `b"}`,
			"a line end in a text":               `{"` + first + `":"a` + "\n" + `b"}`,
			"an escape that is none":             `{"` + first + `":"\x41"}`,
			"NaN":                                `{"` + first + `":NaN}`,
			"Infinity":                           `{"` + first + `":-Infinity}`,
			"a zero before a number":             `{"` + first + `":01}`,
			"a plus before a number":             `{"` + first + `":+1}`,
			"a number that ends in a point":      `{"` + first + `":1.}`,
			"True":                               `{"` + first + `":True}`,
			"seventeen lists within each other":  `{"` + first + `":` + nested("[", "]", 17) + `}`,
			"sixteen objects within the object":  nested(`{"a":`, "}", 17),
			"twenty thousand open brackets":      strings.Repeat("[", 20000),
			"ten thousand lists within the list": nested("[", "]", 10000),
		} {
			table = append(table, f.bad(name, body, want))
		}
	}
	return sorted(table)
}

// unfitBodies are JSON, but no object of the members that the form has, spelled as it spells them.
func unfitBodies(g *ground) []badRequest {
	var table []badRequest
	for _, f := range g.forms() {
		for name, body := range map[string]string{
			"null itself":   "null",
			"true itself":   "true",
			"a text itself": `"x"`,
			"a number":      "1",
			"an empty list": "[]",
			"a list of it":  "[{" + strings.TrimSuffix(f.inner(), ",") + "}]",
		} {
			table = append(table, f.bad("the body is "+name, body, "422 invalid"))
		}
		member := func(name, spelled, at string) {
			table = append(table, f.bad(name, "{"+f.inner()+`"`+spelled+`":"x"}`, strings.TrimSpace("422 invalid "+at)))
		}
		first := f.fields[0].name
		capital := strings.ToUpper(first[:1]) + first[1:]
		member("an unknown member", "colour", "/colour")
		member("a member with a capital", capital, "/"+capital)
		member("a member in capitals", strings.ToUpper(first), "/"+strings.ToUpper(first))
		member("a member with a blank after it", first+" ", "")
		member("a member with a zero byte after it", first+`\u0000`, "")
		member("a member without a name", "", "")
		member("a member named __proto__", "__proto__", "/__proto__")
		member("a member with a slash", "a/b", "")
		member("a member of a thousand letters", strings.Repeat("n", 1000), "")
		secret := f.bad("a member that is a secret", `{`+f.inner()+`"pat_0123456789abcdef-aSecretInTheWrongPlace":1}`,
			"422 invalid")
		secret.secrets = []string{"aSecretInTheWrongPlace"}
		table = append(table, secret)
		for _, m := range f.fields {
			if strings.Contains(m.name, "s") { // U+017F folds to s, U+212A to k
				member(m.name+" with a long s", strings.Replace(m.name, "s", "ſ", 1), "")
			}
			if strings.Contains(m.name, "k") {
				member(m.name+" with a Kelvin sign", strings.Replace(m.name, "k", "\u212a", 1), "")
			}
		}
	}
	groups := g.form("create user")
	table = append(table,
		groups.badMember("groups", "with an unknown member", `[{"id":"g","role":"member","since":1}]`,
			"422 invalid /groups/0/since"),
		groups.badMember("groups", "with a capital", `[{"ID":"g","role":"member"}]`, "422 invalid /groups/0/ID"),
	)
	return sorted(table)
}

// wrongKinds gives each member of each form each kind of value that it has not.
func wrongKinds(g *ground) []badRequest {
	values := map[kind]map[string]string{
		aText: {"a number": "1", "true": "true", "a list": `["x"]`, "an object": `{"x":"x"}`},
		aWhole: {"a text": `"1"`, "true": "true", "a list": "[1]", "an object": "{}", "a fraction": "1.5", "with a point": "1.0",
			"with an exponent": "1e2", "over 64 bits": "9223372036854775808", "vast": "1e400"},
		aTruth: {"a text": `"true"`, "zero": "0", "one": "1", "a list": "[]", "an object": "{}"},
		texts:  {"a text": `"repo:read"`, "a number": "1", "false": "false", "an object": `{"0":"repo:read"}`},
		groups: {"a text": `"admins"`, "a number": "1", "an object": `{"id":"g","role":"admin"}`},
	}
	items := map[kind]map[string]string{
		texts:  {"a number": "1", "null": "null", "a list": "[]", "an object": "{}", "true": "true"},
		groups: {"a text": `"g"`, "null": "null", "a list": "[]"},
	}
	// These, null clears, or asks for what the policy does not have.
	cleared := []string{"patch description", "patch allowedIps"}
	var table []badRequest
	for _, f := range g.forms() {
		for _, m := range f.fields {
			at := "422 invalid /" + m.name
			for what, value := range values[m.kind] {
				table = append(table, f.badMember(m.name, "is "+what, value, at))
			}
			for what, value := range items[m.kind] {
				table = append(table, f.badMember(m.name, "holds "+what, "["+value+"]", at+"/0"))
			}
			if !slices.Contains(cleared, f.name+" "+m.name) {
				table = append(table, f.badMember(m.name, "is null", "null", at))
			}
		}
	}
	user := g.form("create user")
	table = append(table,
		user.badMember("groups", "holds an id that is a number", `[{"id":7,"role":"member"}]`, "422 invalid /groups/0/id"),
		user.badMember("groups", "holds an id that is null", `[{"id":null,"role":"member"}]`, "422 invalid /groups/0/id"),
		user.badMember("groups", "holds a role that is null", `[{"id":"g","role":null}]`, "422 invalid /groups/0/role"),
		user.badMember("groups", "holds a role that is a list", `[{"id":"g","role":["admin"]}]`, "422 invalid /groups/0/role"),
	)
	return sorted(table)
}

func nested(open, closing string, depth int) string {
	return strings.Repeat(open, depth) + "1" + strings.Repeat(closing, depth)
}

func hex(b byte) string { return string("0123456789abcdef"[b>>4]) + string("0123456789abcdef"[b&15]) }

// sorted puts cases that come from maps in the order of their names.
func sorted(table []badRequest) []badRequest {
	slices.SortStableFunc(table, func(a, b badRequest) int { return strings.Compare(a.name, b.name) })
	return table
}
