package hoprd

import (
	"encoding/base64"
	"net/url"
	"strings"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// product is HOPRd's rules: its tokens are nobody's but its own, make others like themselves, and are forgotten once they
// have ended.
var product = pat.Product{Name: pat.HOPRd, Shape: pat.ShapeHOPRd, Takes: map[pat.ProductName]pat.Form{pat.HOPRd: pat.AsKey},
	Superuser: true, Owner: pat.ServiceID(pat.HOPRd), Secludes: true, Forgets: true, Lasts: true, Nameless: true, Unlimited: true}

// maxKey bounds what is taken for a token, as it is written in a header.
const maxKey = 1 << 10

// credential reads the tokens that a request shows: the first that may call the operation makes the caller. One that cannot
// be read is none, and spoils nothing of the other.
func credential(operation string, grants ...pat.Scope) func(*dialect.Request) (pat.Credential, error) {
	return func(r *dialect.Request) (pat.Credential, error) {
		c := pat.Credential{Product: product, Scheme: pat.SchemeKey, Source: r.Source, Needs: scopeOf(operation), Grants: grants}
		for _, text := range []string{fromHeader(r), fromBasic(r)} {
			if key, ok := readKey(text); ok {
				c.Keys = append(c.Keys, key)
			}
		}
		return c, nil
	}
}

// fromHeader is what the header says that is made for it. Where it is there twice, a gateway joins it by a comma.
func fromHeader(r *dialect.Request) string {
	text, err := r.Header1("X-Auth-Token")
	if err != nil || strings.Contains(text, ",") {
		return ""
	}
	return text
}

// fromBasic is the user name of Basic (RFC 7617), beside which the password means nothing.
func fromBasic(r *dialect.Request) string {
	scheme, value, err := r.Authorization()
	if err != nil || scheme != "basic" {
		return ""
	}
	plain, err := base64.StdEncoding.Strict().DecodeString(value)
	name, _, ok := strings.Cut(string(plain), ":")
	if err != nil || !ok {
		return ""
	}
	return name
}

// readKey decodes a token that the caller may have percent-encoded, once.
func readKey(text string) (key pat.Secret, ok bool) {
	plain, err := url.PathUnescape(text)
	if err != nil || plain == "" || len(text) > maxKey {
		return pat.Secret{}, false
	}
	return pat.NewSecret(plain), true
}
