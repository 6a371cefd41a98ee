package behaviour

import "strings"

// badPrecondition are If-Match headers that are none, or that name another version.
func badPrecondition(g *ground) []badRequest {
	var table []badRequest
	with := func(what, want string, lines ...string) {
		for _, method := range []string{"PATCH", "DELETE"} {
			header := []string{"Content-Type: application/json"}
			for _, line := range lines {
				header = append(header, "If-Match:"+line)
			}
			bad := badRequest{name: method + " if " + what, method: method, path: tokensPath + "/" + g.id, as: g.owner,
				header: header, want: want}
			if method == "PATCH" {
				bad.body = `{"name":"overwritten"}`
			}
			table = append(table, bad)
		}
	}
	const unreadable, failed = "400 unreadable", "412 precondition_failed"
	with("empty", unreadable, "")
	with("without quotes", unreadable, " v1")
	with("with one quote", unreadable, ` "v1`)
	with("in single quotes", unreadable, ` 'v1'`)
	with("with a word after", unreadable, ` "v1" x`)
	with("two tags without a comma", unreadable, ` "v1" "v2"`)
	with("two tags with a semicolon", unreadable, ` "v1";"v2"`)
	with("a comma alone", unreadable, ` ,`)
	with("a comma too many", unreadable, ` "v1",,"v2"`)
	with("a comma at the end", unreadable, ` "v1",`)
	with("a star and a tag", unreadable, ` *, "v1"`)
	with("two stars", unreadable, ` *, *`)
	with("a star in quotes", failed, ` "*"`)
	with("a small w", unreadable, ` w/"v1"`)
	with("a blank within a weak tag", unreadable, ` W/ "v1"`)
	with("a blank within", unreadable, ` "v 1"`)
	with("letters beyond ASCII", unreadable, " \"v\xc3\xa9\"")
	with("a star and a line more", unreadable, " *", ` "v1"`)
	with("a weak tag", failed, ` W/"v1"`)
	with("the version alone", failed, ` "1"`)
	with("a capital", failed, ` "V1"`)
	with("another version", failed, ` "v2"`)
	with("version 0", failed, ` "v0"`)
	with("a leading zero", failed, ` "v01"`)
	with("a plus", failed, ` "v+1"`)
	with("a minus", failed, ` "v-1"`)
	with("a version over 64 bits", failed, ` "v9223372036854775808"`)
	with("an empty tag", failed, ` ""`)
	with("nothing but a v", failed, ` "v"`)
	with("a quote escaped", unreadable, ` "v\"1"`)
	with("a thousand other versions", failed, " "+strings.TrimSuffix(strings.Repeat(`"v7", `, 1000), ", "))
	with("other versions on two lines", failed, ` "v7"`, ` "v8"`)
	return table
}

// badIdempotencyKeys are keys that are no one word of visible ASCII.
func badIdempotencyKeys(g *ground) []badRequest {
	var table []badRequest
	create := g.form("create")
	for what, lines := range map[string][]string{
		"empty":                 {""},
		"blanks":                {"   "},
		"with a blank within":   {" two words"},
		"with a tab within":     {" two\twords"},
		"with a comma":          {" one,two"},
		"with an accent":        {" caf\xc3\xa9"},
		"of bytes":              {" \xff\xfe"},
		"of 256 letters":        {" " + strings.Repeat("k", 256)},
		"of ten thousand":       {" " + strings.Repeat("k", 10000)},
		"on two lines":          {" one", " two"},
		"twice the same":        {" one", " one"},
		"on two lines, one bad": {" one", ""},
	} {
		bad := create.bad("an idempotency key "+what, create.with("name", `"made by mistake"`), "400 unreadable")
		for _, line := range lines {
			bad.header = append(bad.header, "Idempotency-Key:"+line)
		}
		if len(lines) > 1 {
			bad.loose = JoinedHeaders
		}
		table = append(table, bad)
	}
	return sorted(table)
}
