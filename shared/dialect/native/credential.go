package native

import (
	"encoding/base64"
	"strings"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// maxAuthorization bounds the header: another issuer's JWT with many groups is the longest that makes sense.
const maxAuthorization = 12 << 10

// credential reads the Authorization header: Bearer (RFC 6750) or Basic (RFC 7617) with a token as the
// password. A comma in it is refused, since gateways split and join headers there.
func credential(r *dialect.Request) (pat.Credential, error) {
	header, err := r.Header1("Authorization")
	if err != nil {
		return pat.Credential{}, err
	}
	if strings.Contains(header, ",") || len(header) > maxAuthorization {
		return pat.Credential{}, &pat.Error{Code: pat.CodeUnreadable, Message: "the Authorization header cannot be read"}
	}
	c := pat.Credential{Source: r.Source}
	scheme, value, _ := strings.Cut(header, " ")
	switch strings.ToLower(scheme) {
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
