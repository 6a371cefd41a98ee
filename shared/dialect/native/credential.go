package native

import (
	"encoding/base64"
	"strings"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// product takes the tokens that the native API made. The zero values of the rest are its rules.
var product = pat.Product{Name: pat.Native, Shape: pat.ShapeNative,
	Takes: map[pat.ProductName]pat.Form{pat.Native: pat.AsBearer | pat.AsPassword}}

// credential takes what may call the native API.
func credential(r *dialect.Request) (pat.Credential, error) { return shown(r, product) }

// shown reads the Authorization header: Bearer (RFC 6750) or Basic (RFC 7617) with a token as the password.
func shown(r *dialect.Request, product pat.Product) (pat.Credential, error) {
	scheme, value, err := r.Authorization()
	if err != nil {
		return pat.Credential{}, err
	}
	c := pat.Credential{Product: product, Source: r.Source}
	switch scheme {
	case "bearer":
		c.Scheme, c.Secret = pat.SchemeBearer, pat.NewSecret(value)
	case "basic":
		plain, err := base64.StdEncoding.Strict().DecodeString(value)
		username, password, ok := strings.Cut(string(plain), ":")
		if err == nil && ok {
			c.Scheme, c.Username, c.Secret = pat.SchemeBasic, username, pat.NewSecret(password)
		}
	}
	return c, nil
}
