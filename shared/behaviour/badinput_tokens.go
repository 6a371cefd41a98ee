package behaviour

import (
	"encoding/base64"
	"encoding/json"
	"hash/crc32"
	"strings"
)

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// tokenParts are the fields of a native token string.
type tokenParts struct{ lead, prefix, random, tag, crc string }

func parts(token string) tokenParts {
	lead := len("pat_")
	return tokenParts{token[:lead], token[lead : lead+16], token[lead+17 : lead+60], token[lead+60 : lead+67], token[lead+67:]}
}

func (p tokenParts) unsummed() string { return p.lead + p.prefix + "-" + p.random + p.tag }
func (p tokenParts) String() string   { return p.unsummed() + p.crc }

// summed is the token with a checksum that fits, as a forger would make it.
func (p tokenParts) summed() string {
	n := crc32.ChecksumIEEE([]byte(p.unsummed()))
	crc := make([]byte, 6)
	for i := len(crc) - 1; i >= 0; i-- {
		crc[i] = base62[n%62]
		n /= 62
	}
	return p.unsummed() + string(crc)
}

// other returns the text with its character at i replaced by another of the alphabet.
func other(text string, i int) string {
	replacement := "A"
	if text[i] == 'A' {
		replacement = "B"
	}
	return text[:i] + replacement + text[i+1:]
}

// mangled are strings that are nearly the token.
func (g *ground) mangled() map[string]string {
	good := parts(g.token)
	edit := func(change func(*tokenParts)) tokenParts { p := good; change(&p); return p }
	swapCase := strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' {
			return r - 32
		}
		if r >= 'A' && r <= 'Z' {
			return r + 32
		}
		return r
	}, good.random)
	return map[string]string{
		"without its last letter":                 g.token[:len(g.token)-1],
		"without its first letter":                g.token[1:],
		"with a letter more":                      g.token + "0",
		"twice":                                   g.token + g.token,
		"in small letters":                        strings.ToLower(g.token),
		"in capitals":                             strings.ToUpper(g.token),
		"with the cases of its secret swapped":    edit(func(p *tokenParts) { p.random = swapCase }).summed(),
		"with another secret":                     edit(func(p *tokenParts) { p.random = other(p.random, 0) }).String(),
		"with another secret and a fitting sum":   edit(func(p *tokenParts) { p.random = other(p.random, 42) }).summed(),
		"with another tag":                        edit(func(p *tokenParts) { p.tag = other(p.tag, 3) }).String(),
		"with another tag and a fitting sum":      edit(func(p *tokenParts) { p.tag = other(p.tag, 3) }).summed(),
		"with another sum":                        edit(func(p *tokenParts) { p.crc = other(p.crc, 5) }).String(),
		"with no tag and a fitting sum":           edit(func(p *tokenParts) { p.tag = "0000000" }).summed(),
		"with a sum of zeros":                     edit(func(p *tokenParts) { p.crc = "000000" }).String(),
		"with another's prefix and a fitting sum": edit(func(p *tokenParts) { p.prefix = g.otherPrefix }).summed(),
		"with a prefix of nobody":                 edit(func(p *tokenParts) { p.prefix = "0000000000000000" }).summed(),
		"with a prefix of other letters":          edit(func(p *tokenParts) { p.prefix = "zzzzzzzzzzzzzzzz" }).summed(),
		"with a prefix in capitals":               edit(func(p *tokenParts) { p.prefix = strings.ToUpper(p.prefix) }).summed(),
		"with another brand":                      edit(func(p *tokenParts) { p.lead = "ghp_" }).summed(),
		"with a brand in capitals":                edit(func(p *tokenParts) { p.lead = "PAT_" }).summed(),
		"as Docker Hub's":                         "dckr_" + strings.Replace(g.token, "-", "", 1),
		"with another separator":                  strings.Replace(g.token, "-", "_", 1),
		"with a zero for its separator":           strings.Replace(g.token, "-", "0", 1),
		"in quotes":                               `"` + g.token + `"`,
		"with a point after":                      g.token + ".",
		"with its prefix alone":                   "pat_" + g.prefix,
		"with its prefix and a hyphen":            "pat_" + g.prefix + "-",
		"as its prefix":                           g.prefix,
		"as its id":                               g.id,
		"with escapes of a URL":                   strings.Replace(g.token, "_", "%5F", 1),
		"in base64":                               base64.StdEncoding.EncodeToString([]byte(g.token)),
		"with a no-break hyphen":                  strings.Replace(g.token, "-", "\u2011", 1),
		"with a wide letter":                      "ｐ" + g.token[1:],
		"of zeros":                                "pat_0000000000000000-" + strings.Repeat("0", 56),
		"a word":                                  "hunter2hunter2",
		"120 capitals":                            strings.Repeat("A", 120),
		"47 zeros":                                strings.Repeat("0", 47),
	}
}

// unspeakable are strings that no header can carry, or that it carries as something else.
func (g *ground) unspeakable() map[string]string {
	return map[string]string{
		"with a blank before":   " " + g.token,
		"with a blank after":    g.token + " ",
		"with a line end after": g.token + "\n",
		"with a zero byte":      g.token[:20] + "\x00" + g.token[20:],
		"with a comma":          g.token + ",",
		"after Bearer":          "Bearer " + g.token,
		"a blank":               " ",
		"a zero byte":           "\x00",
		"a NUL and the token":   "\x00" + g.token,
	}
}

// badTokens are shown for verification, as a bearer, and as a password.
func badTokens(g *ground) []badRequest {
	var table []badRequest
	verify := g.form("verify")
	ask := func(name, token string) badRequest {
		b, err := json.Marshal(token)
		if err != nil {
			panic(err)
		}
		return verify.bad(name, `{"token":`+string(b)+`}`, "200 NOT_FOUND")
	}
	for what, token := range g.mangled() {
		table = append(table, ask("a token "+what, token),
			badRequest{name: "bearer: a token " + what, method: "GET", path: "/v1/self", as: token, want: "401 unauthenticated",
				secrets: []string{token}},
			badRequest{name: "basic: a token " + what, method: "GET", path: "/v1/self", header: []string{basic("", token)},
				want: "401 unauthenticated", secrets: []string{token}})
	}
	for what, token := range g.unspeakable() {
		table = append(table, ask("a token "+what, token),
			badRequest{name: "basic: a token " + what, method: "GET", path: "/v1/self", header: []string{basic("", token)},
				want: "401 unauthenticated"})
	}
	for _, session := range []string{g.owner, g.admin} {
		table = append(table, ask("a session of "+map[string]string{g.owner: "a user", g.admin: "an administrator"}[session],
			session))
	}
	return append(sorted(table), ask("the administrator's password", g.door.AdminPassword))
}

func basic(username, password string) string {
	return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(username+":"+password))
}
