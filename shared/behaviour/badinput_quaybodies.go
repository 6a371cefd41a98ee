package behaviour

import "strings"

const quayTokens = "/api/v1/user/apptoken"

// quayCreate is the one body of Quay's API. What it does not know, it passes over.
func (g *ground) quayCreate() form {
	return form{"quay create", "POST", quayTokens, g.owner, []field{{"title", aText, `"x"`}}}
}

// quayBodies are no JSON, or no object, or have no title that is a text of 255 characters. What the body says that it is
// does not matter.
func quayBodies(g *ground) []badRequest {
	f := g.quayCreate()
	const unreadable, untitled = "400 invalid", "400 invalid title"
	var table []badRequest
	for name, c := range map[string]struct{ body, want string }{
		"nothing at all":                    {"", unreadable},
		"blanks alone":                      {" \t\r\n ", unreadable},
		"a word":                            {"hello", unreadable},
		"a form":                            {"title=x", unreadable},
		"half an object":                    {`{"title":`, unreadable},
		"an unclosed text":                  {`{"title":"x}`, unreadable},
		"a comma too many":                  {`{"title":"x",}`, unreadable},
		"single quotes":                     {`{'title':'x'}`, unreadable},
		"a comment":                         {`{/* x */"title":"x"}`, unreadable},
		"a second object":                   {`{"title":"x"}{"title":"y"}`, unreadable},
		"a word after the end":              {`{"title":"x"}x`, unreadable},
		"a zero byte after the end":         {"{\"title\":\"x\"}\x00", unreadable},
		"a byte order mark":                 {"\ufeff" + `{"title":"x"}`, unreadable},
		"UTF-16":                            {"\xff\xfe{\x00}\x00", unreadable},
		"a title twice":                     {`{"title":"x","title":"x"}`, unreadable},
		"a title twice, once escaped":       {`{"title":"x","\u0074itle":"x"}`, unreadable},
		"an unknown member twice":           {`{"title":"x","zz":1,"zz":2}`, unreadable},
		"an inner member twice":             {`{"title":"x","zz":{"a":1,"a":1}}`, unreadable},
		"bad UTF-8 in the title":            {`{"title":"caf` + "\xe9" + `"}`, unreadable},
		"bad UTF-8 in an unknown member":    {`{"title":"x","zz":"caf` + "\xe9" + `"}`, unreadable},
		"a surrogate in UTF-8":              {`{"title":"` + "\xed\xa0\x80" + `"}`, unreadable},
		"a lone high surrogate":             {`{"title":"\ud800"}`, unreadable},
		"a lone low surrogate":              {`{"title":"\udc00x"}`, unreadable},
		"a zero byte in a text":             {`{"title":"a` + "\x00" + `b"}`, unreadable},
		"a line end in a text":              {`{"title":"a` + "\n" + `b"}`, unreadable},
		"NaN":                               {`{"title":NaN}`, unreadable},
		"a zero before a number":            {`{"title":"x","zz":01}`, unreadable},
		"True":                              {`{"title":True}`, unreadable},
		"seventeen lists within each other": {`{"title":"x","zz":` + nested("[", "]", 17) + `}`, unreadable},
		"twenty thousand open brackets":     {strings.Repeat("[", 20000), unreadable},
		"null itself":                       {"null", unreadable},
		"true itself":                       {"true", unreadable},
		"a number":                          {"1", unreadable},
		"a list":                            {`[{"title":"x"}]`, unreadable},
		"a text":                            {`"x"`, unreadable},
		"an empty object":                   {"{}", untitled},
		"the member of a generated model":   {`{"friendlyName":"x"}`, untitled},
		"a title in capitals":               {`{"TITLE":"x"}`, untitled},
		"a title with a capital":            {`{"Title":"x"}`, untitled},
		"a title with a blank after it":     {`{"title ":"x"}`, untitled},
		"a title within another object":     {`{"token":{"title":"x"}}`, untitled},
		"a name":                            {`{"name":"x"}`, untitled},
		"a label":                           {`{"token_label":"x"}`, untitled},
	} {
		table = append(table, f.bad(name, c.body, c.want))
	}
	for what, value := range map[string]string{
		"null": "null", "a number": "1", "zero": "0", "true": "true", "false": "false", "a list": `["x"]`, "an empty list": "[]",
		"an object": `{"x":"x"}`, "an empty object": "{}", "of 256 letters": quoted(strings.Repeat("a", 256)),
		"of 256 letters of two bytes": quoted(strings.Repeat("é", 256)), "of 256 faces": quoted(strings.Repeat("😀", 256)),
		"of 256 escaped zero bytes": `"` + strings.Repeat(`\u0000`, 256) + `"`, "of sixty thousand letters": quoted(strings.Repeat("a", 60000)),
	} {
		table = append(table, f.badMember("title", "is "+what, value, untitled))
	}
	for _, kind := range []string{"Content-Type: */*", "Content-Type: application/json", "Content-Type: text/plain", "Content-Type:",
		"Content-Type: application/x-www-form-urlencoded", "Content-Type: multipart/form-data; boundary=x", "X-Nothing: 1"} {
		bad := f.bad("no title, "+kind, "{}", untitled)
		form := f.bad("a form, "+kind, "title=x", unreadable)
		bad.header, form.header = []string{kind}, []string{kind}
		table = append(table, bad, form)
	}
	compressed := f.bad("compressed", "\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\x03", unreadable)
	compressed.header = append(compressed.header, "Content-Encoding: gzip")
	secret := f.bad("a secret in the wrong place", `{"QUAYSECRETINTHEWRONGPLACE":`, unreadable)
	secret.secrets = []string{"QUAYSECRETINTHEWRONGPLACE"}
	chunked := f.bad("a byte over 64 KiB, in chunks", "10001\r\n{\"title\":\"x\"}"+strings.Repeat(" ", 64<<10-12)+"\r\n0\r\n\r\n", "413 too_large")
	chunked.header = append(chunked.header, "Transfer-Encoding: chunked")
	return append(sorted(table), compressed, secret, chunked,
		f.bad("the body is too large", strings.Repeat(" ", 64<<10)+`{"title":"x"}`, "413 too_large"))
}
