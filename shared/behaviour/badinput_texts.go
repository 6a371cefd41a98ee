package behaviour

import "strings"

// badTexts are names and descriptions that a list cannot show, or shows as something else.
func badTexts(g *ground) []badRequest {
	create, patch := g.form("create"), g.form("patch")
	var table []badRequest
	both := func(member, what, value string) {
		at := "422 invalid /" + member
		table = append(table, create.badMember(member, what, quoted(value), at), patch.badMember(member, what, quoted(value), at))
	}
	for what, value := range map[string]string{
		"empty":                "",
		"a blank":              " ",
		"tabs":                 "\t\t",
		"a line end":           "\n",
		"a no-break space":     "\u00a0",
		"an ideographic space": "\u3000",
		"of 101 letters":       strings.Repeat("a", 101),
		"of 101 faces":         strings.Repeat("😀", 101),
		"with a line end":      "two\nlines",
		"with a tab":           "a\tb",
	} {
		both("name", what, value)
	}
	for what, r := range map[string]rune{
		"a zero byte":           0,
		"a bell":                7,
		"an escape":             0x1b,
		"a carriage return":     '\r',
		"a delete":              0x7f,
		"a next line":           0x85,
		"an Arabic letter mark": 0x61c,
		"a left-to-right mark":  0x200e,
		"a right-to-left mark":  0x200f,
		"an embedding":          0x202a,
		"an override":           0x202e,
		"an isolate":            0x2066,
		"an end of an isolate":  0x2069,
		"a line separator":      0x2028,
		"a paragraph separator": 0x2029,
		"a byte order mark":     0xfeff,
	} {
		both("name", "with "+what, "a"+string(r)+"b")
		both("description", "with "+what, "a"+string(r)+"b")
	}
	both("description", "of 1001 letters", strings.Repeat("a", 1001))
	return sorted(table)
}
