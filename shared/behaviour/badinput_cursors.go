package behaviour

import (
	"encoding/base64"
	"strings"
)

// badCursors are places in other listings, or in none.
func badCursors(g *ground) []badRequest {
	var table []badRequest
	encode := base64.RawURLEncoding.EncodeToString
	for what, value := range map[string]string{
		"a word":                          "next",
		"a number":                        "2",
		"empty":                           "",
		"not base64":                      "****",
		"with padding":                    strings.TrimRight(g.cursor, "=") + "=",
		"with a blank after":              g.cursor + "%20",
		"with a line end within":          g.cursor[:4] + "%0A" + g.cursor[4:],
		"with a carriage return after":    g.cursor + "%0D",
		"cut off":                         g.cursor[:len(g.cursor)-1],
		"with a letter more":              g.cursor + "A",
		"of the users":                    g.userCursor,
		"of another owner":                g.otherCursor,
		"of no place":                     encode([]byte("t")),
		"of no kind":                      encode([]byte("x" + g.prefix)),
		"of half a place":                 encode([]byte("t" + g.prefix[:8])),
		"of a place in capitals":          encode([]byte("t" + strings.ToUpper(g.otherPrefix))),
		"of a place and more":             encode([]byte("t" + g.prefix + "0")),
		"of a place without a kind":       encode([]byte(g.prefix)),
		"of bad UTF-8":                    encode([]byte("t\xff\xfe")),
		"of a place by hand in another's": encode([]byte("t" + g.otherPrefix)),
		"vast":                            strings.Repeat("A", 6000),
	} {
		table = append(table, badRequest{name: "list: cursor " + what, method: "GET", path: tokensPath + "?cursor=" + value,
			as: g.owner, want: "422 invalid ?cursor"})
	}
	for what, value := range map[string]string{
		"of the tokens":          g.cursor,
		"a word":                 "next",
		"empty":                  "",
		"of a name in capitals":  encode([]byte("uALICE")),
		"of a name with a slash": encode([]byte("ua/b")),
		"of no name":             encode([]byte("u")),
	} {
		table = append(table, badRequest{name: "users: cursor " + what, method: "GET", path: "/v1/users?cursor=" + value,
			as: g.admin, want: "422 invalid ?cursor"})
	}
	return append(sorted(table), badRequest{name: "list: of a group by a cursor of one's own", method: "GET",
		path: tokensPath + "?groupId=" + g.group + "&cursor=" + g.cursor, as: g.owner, want: "422 invalid ?cursor"})
}
