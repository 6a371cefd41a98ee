package behaviour

import "strings"

const (
	hubTokens = "/v2/access-tokens"
	hubLegacy = "/v2/api_tokens"
)

// hubForms are the bodies of Docker Hub's API. What they do not know, they pass over.
func (g *ground) hubForms() []form {
	return []form{
		{"hub log in", "POST", "/v2/users/login", "", []field{
			{"username", aText, `"nobody-of-that-name"`}, {"password", aText, `"not the password"`}}},
		{"hub second factor", "POST", "/v2/users/2fa-login", "", []field{
			{"login_2fa_token", aText, `"x"`}, {"code", aText, `"123456"`}}},
		{"hub auth token", "POST", "/v2/auth/token", "", []field{
			{"identifier", aText, `"nobody-of-that-name"`}, {"secret", aText, `"not the password"`}}},
		{"hub create", "POST", hubTokens, g.owner, []field{
			{"token_label", aText, `"x"`}, {"scopes", texts, `["repo:read"]`}, {"expires_at", aText, ""}}},
		{"hub legacy create", "POST", hubLegacy + "/", g.owner, []field{
			{"token_label", aText, ""}, {"scopes", texts, ""}, {"expires_at", aText, ""}}},
		{"hub patch", "PATCH", hubTokens + "/" + g.hubID, g.owner, []field{
			{"token_label", aText, ""}, {"is_active", aTruth, ""}}},
	}
}

// hubBodies are no JSON, or no object, or members of another kind.
func hubBodies(g *ground) []badRequest {
	values := map[kind]map[string]string{
		aText:  {"a number": "1", "true": "true", "a list": `["x"]`, "an object": `{"x":"x"}`},
		aTruth: {"a text": `"true"`, "zero": "0", "one": "1", "null": "null", "a list": "[]"},
		texts: {"a text": `"repo:read"`, "a number": "1", "null": "null", "an object": `{"0":"repo:read"}`, "an empty list": "[]",
			"a list of null": "[null]", "a list of numbers": "[1]", "a list of lists": "[[]]"},
	}
	var table []badRequest
	for _, f := range g.hubForms() {
		first := f.fields[0].name
		object := "{" + strings.TrimSuffix(f.inner(), ",") + "}"
		for name, body := range map[string]string{
			"nothing at all":                    "",
			"a word":                            "hello",
			"a form":                            first + "=x",
			"half an object":                    `{"` + first + `":`,
			"a second object":                   object + object,
			"a byte order mark":                 "\ufeff" + object,
			"a member twice":                    `{"` + first + `":"x","` + first + `":"x"}`,
			"an unknown member twice":           `{"zz":1,"zz":2}`,
			"bad UTF-8 in an unknown member":    `{"zz":"caf` + "\xe9" + `"}`,
			"a lone surrogate":                  `{"` + first + `":"\ud800"}`,
			"seventeen lists within each other": `{"zz":` + nested("[", "]", 17) + `}`,
			"null itself":                       "null",
			"a list":                            "[" + object + "]",
			"a text":                            `"x"`,
		} {
			table = append(table, f.bad(name, body, "400 invalid"))
		}
		for _, m := range f.fields {
			for what, value := range values[m.kind] {
				table = append(table, f.badMember(m.name, "is "+what, value, "400 invalid "+m.name))
			}
		}
		for name, header := range map[string][]string{
			"of no media type":  nil,
			"plain text":        {"Content-Type: text/plain"},
			"told to be a form": {"Content-Type: application/x-www-form-urlencoded"},
			"of UTF-16":         {"Content-Type: application/json; charset=utf-16"},
			"compressed":        {"Content-Type: application/json", "Content-Encoding: gzip"},
		} {
			bad := f.bad("the body is "+name, object, "400 invalid")
			bad.header = header
			table = append(table, bad)
		}
		table = append(table, f.bad("the body is too large", strings.Repeat(" ", 64<<10)+object, "413 too_large"))
	}
	return sorted(table)
}
