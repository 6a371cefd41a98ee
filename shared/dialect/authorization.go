package dialect

import "strings"

// maxAuthorization bounds the header: another issuer's JWT with many groups is the longest that makes sense.
const maxAuthorization = 12 << 10

// Authorization reads that header: its scheme in lower case, and what follows. A comma in it is refused, since gateways
// split and join headers there.
func (r *Request) Authorization() (scheme, value string, err error) {
	header, err := r.Header1("Authorization")
	if err != nil {
		return "", "", err
	}
	if strings.Contains(header, ",") || len(header) > maxAuthorization {
		return "", "", Unreadable("the Authorization header cannot be read")
	}
	scheme, value, _ = strings.Cut(header, " ")
	return strings.ToLower(scheme), value, nil
}
