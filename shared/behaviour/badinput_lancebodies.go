package behaviour

import "strings"

// lanceForms are the bodies of Authlance's API.
func (g *ground) lanceForms() []form {
	return []form{
		{"lance create", "POST", lancePATs, g.lance.admin, []field{
			{"name", aText, `"x"`}, {"groupId", aWhole, g.lance.group}, {"expiresInDays", aWhole, ""}, {"scopes", texts, ""}}},
		{"lance verify", "POST", lancePATs + "/verify", "", []field{{"token", aText, `"pat_not-a-token-of-ours"`}}},
	}
}

// lanceBodies are no JSON, or no object, or members of another kind, or none that are known.
func lanceBodies(g *ground) []badRequest {
	values := map[kind]map[string]string{
		aText: {"a number": "1", "true": "true", "a list": `["x"]`, "an object": `{"x":"x"}`, "null": "null"},
		aWhole: {"a text": `"1"`, "true": "true", "a list": "[1]", "an object": "{}", "null": "null", "a fraction": "1.5", "with a point": "1.0",
			"with an exponent": "1e2", "below zero": "-1", "less than nothing": "-0", "over 64 bits": "18446744073709551616", "vast": "1e400"},
		texts: {"a text": `"full_scope"`, "a number": "1", "null": "null", "an object": `{"0":"full_scope"}`, "a list of null": "[null]",
			"a list of numbers": "[1]", "a list of lists": "[[]]"},
	}
	table := unreadable(g.lanceForms(), "400 invalid")
	for _, f := range g.lanceForms() {
		object := "{" + strings.TrimSuffix(f.inner(), ",") + "}"
		for name, body := range map[string]string{"null itself": "null", "true": "true", "a text": `"x"`, "a number": "1", "a list": "[]", "a list of it": "[" + object + "]"} {
			table = append(table, f.bad("the body is "+name, body, "400 invalid"))
		}
		for _, m := range f.fields {
			for what, value := range values[m.kind] {
				table = append(table, f.badMember(m.name, "is "+what, value, "400 invalid "+m.name))
			}
			capital := strings.ToUpper(m.name[:1]) + m.name[1:]
			table = append(table, f.bad(m.name+" with a capital", "{"+f.inner()+`"`+capital+`":"x"}`, "400 invalid "+capital))
		}
		for _, name := range []string{"colour", "userId", "__proto__", "scope"} {
			table = append(table, f.bad("an unknown member "+name, "{"+f.inner()+`"`+name+`":1}`, "400 invalid "+name))
		}
		table = append(table, f.bad("a member without a name", "{"+f.inner()+`"":1}`, "400 invalid"),
			f.bad("the body is too large", strings.Repeat(" ", 64<<10)+object, "413 too_large"))
		for name, header := range map[string][]string{
			"of no media type":  nil,
			"plain text":        {"Content-Type: text/plain"},
			"told to be a form": {"Content-Type: application/x-www-form-urlencoded"},
			"of UTF-16":         {"Content-Type: application/json; charset=utf-16"},
			"told to be JSON's": {"Content-Type: application/problem+json"},
			"compressed":        {"Content-Type: application/json", "Content-Encoding: gzip"},
		} {
			bad := f.bad("the body is "+name, object, "400 invalid")
			bad.header = header
			table = append(table, bad)
		}
	}
	return sorted(table)
}
