package behaviour

import (
	"encoding/base64"
	"strings"
)

// badSessions are session JWTs that somebody has worked on.
func badSessions(g *ground) []badRequest {
	segments := strings.Split(g.owner, ".")
	header, payload, signature := segments[0], segments[1], segments[2]
	encode := func(text string) string { return base64.RawURLEncoding.EncodeToString([]byte(text)) }
	plain := func(segment string) string {
		b, err := base64.RawURLEncoding.DecodeString(segment)
		if err != nil {
			panic(err)
		}
		return string(b)
	}
	head, claims := plain(header), plain(payload)
	reheaded := func(old, replacement string) string {
		return encode(strings.Replace(head, old, replacement, 1)) + "." + payload + "." + signature
	}
	reclaimed := func(old, replacement string) string {
		return header + "." + encode(strings.Replace(claims, old, replacement, 1)) + "." + signature
	}
	var table []badRequest
	for what, jwt := range map[string]string{
		"without a signature":              header + "." + payload + ".",
		"with the algorithm none":          reheaded(`"ES256"`, `"none"`),
		"with none and no signature":       encode(`{"alg":"none","typ":"JWT"}`) + "." + payload + ".",
		"with None and no signature":       encode(`{"alg":"None"}`) + "." + payload + ".",
		"with the algorithm HS256":         reheaded(`"ES256"`, `"HS256"`),
		"with the algorithm ES384":         reheaded(`"ES256"`, `"ES384"`),
		"with another key's id":            reheaded(`"kid":"`, `"kid":"x`),
		"with an id that is a path":        reheaded(`"kid":"`, `"kid":"../../`),
		"without a key's id":               encode(`{"alg":"ES256"}`) + "." + payload + "." + signature,
		"with a key of its own":            reheaded(`{`, `{"jwk":{"kty":"EC","crv":"P-256","x":"AA","y":"AA"},`),
		"with a key at an address":         reheaded(`{`, `{"jku":"http://127.0.0.1:1/keys",`),
		"with a critical extension":        reheaded(`{`, `{"crit":["exp"],`),
		"with its header's member twice":   reheaded(`{`, `{"alg":"none",`),
		"with its header in another order": encode(`{"typ":"JWT","kid":"x","alg":"ES256"}`) + "." + payload + "." + signature,
		"of another user":                  reclaimed(g.ownerName, g.otherName),
		"of the administrator":             reclaimed(g.ownerName, "admin"),
		"of another issuer":                reclaimed(`"iss":"`, `"iss":"x`),
		"that lasts longer":                reclaimed(`"exp":`, `"exp":9`),
		"of a later epoch":                 reclaimed(`"epoch":`, `"epoch":1`),
		"with a claim more":                reclaimed(`{`, `{"admin":true,`),
		"with empty claims":                header + "." + encode("{}") + "." + signature,
		"with claims that are no JSON":     header + "." + encode("hello") + "." + signature,
		"with claims that are no base64":   header + ".****." + signature,
		"with a header that is no JSON":    encode("hello") + "." + payload + "." + signature,
		"with a header that is no base64":  "****." + payload + "." + signature,
		"with an empty header":             "." + payload + "." + signature,
		"cut off":                          g.owner[:len(g.owner)-1],
		"with half a signature":            g.owner[:len(g.owner)-40],
		"with a letter more":               g.owner + "A",
		"with padding":                     g.owner + "==",
		"with zeros for a signature":       header + "." + payload + "." + encode(strings.Repeat("\x00", 64)),
		"with another letter at its end":   g.owner[:len(g.owner)-1] + nextLetter(g.owner[len(g.owner)-1]),
		"with the administrator's claims":  header + "." + strings.Split(g.admin, ".")[1] + "." + signature,
		"in two parts":                     header + "." + payload,
		"in four parts":                    g.owner + ".AAAA",
		"in five parts":                    g.owner + ".AAAA.AAAA",
		"of points alone":                  "..",
		"in standard base64":               strings.NewReplacer("-", "+", "_", "/").Replace(g.owner) + "+/",
		"in capitals":                      strings.ToUpper(g.owner),
		"of eleven thousand letters":       header + "." + strings.Repeat("A", 11000) + "." + signature,
	} {
		table = append(table, badRequest{name: "bearer: a session " + what, method: "GET", path: tokensPath, as: jwt,
			want: "401 unauthenticated"})
	}
	table = append(table,
		badRequest{name: "basic: a session", method: "GET", path: tokensPath, header: []string{basic(g.ownerName, g.owner)},
			want: "401 unauthenticated", secrets: []string{g.owner}},
		badRequest{name: "basic: a session without a name", method: "GET", path: tokensPath, header: []string{basic("", g.owner)},
			want: "401 unauthenticated", secrets: []string{g.owner}})
	return sorted(table)
}

// nextLetter returns a letter of base64 that differs in the bits that decoding a signature's end leaves out.
func nextLetter(c byte) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	i := strings.IndexByte(alphabet, c)
	return string(alphabet[i^1])
}
