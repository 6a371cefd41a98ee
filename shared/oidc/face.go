package oidc

import (
	"encoding/base64"
	"slices"
	"strings"

	coreos "github.com/coreos/go-oidc/v3/oidc"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maxLen bounds a JWT that we look at. Issuers put much into theirs, but it must fit in a header.
const maxLen = 8 << 10

// face is what a JWT says of itself, before anything of it is proven.
type face struct {
	header  header
	claims  claims
	payload []byte
}

type header struct {
	Algorithm string         `json:"alg"`
	KeyID     string         `json:"kid"`
	Type      string         `json:"typ"`
	Critical  jsontext.Value `json:"crit"`
	Base64    jsontext.Value `json:"b64"`
}

// algorithms are the signatures that are taken: those with a public key. With "none" or a shared secret,
// anyone could sign with what the issuer publishes (RFC 8725 sections 2.1 and 3.1).
func algorithms() []string {
	return []string{coreos.RS256, coreos.RS384, coreos.RS512, coreos.PS256, coreos.PS384, coreos.PS512,
		coreos.ES256, coreos.ES384, coreos.ES512, coreos.EdDSA}
}

// read takes a JWT apart, in the one spelling that RFC 7515 section 7.1 allows; a name that is there twice is
// refused by the decoder. The library would also take line breaks, blanks and a JSON serialization.
func read(jwt string) (face, error) {
	var f face
	if len(jwt) > maxLen {
		return f, bad("too long")
	}
	parts := strings.Split(jwt, ".")
	if len(parts) != 3 || strings.ContainsAny(jwt, "\r\n") {
		return f, bad("not three parts")
	}
	var decoded [3][]byte
	for i, part := range parts {
		var err error
		if decoded[i], err = base64.RawURLEncoding.Strict().DecodeString(part); err != nil {
			return f, bad("not in base64url")
		}
	}
	if json.Unmarshal(decoded[0], &f.header) != nil {
		return f, bad("malformed header")
	}
	if err := f.header.check(); err != nil {
		return f, err
	}
	if json.Unmarshal(decoded[1], &f.claims) != nil {
		return f, bad("malformed claims")
	}
	f.payload = decoded[1]
	return f, nil
}

func (h header) check() error {
	switch {
	case !slices.Contains(algorithms(), h.Algorithm):
		return bad("an algorithm that is not taken")
	case h.Critical != nil || h.Base64 != nil:
		return bad("a header that must be understood and is not") // RFC 7515 section 4.1.11, RFC 7797
	case !isTokenType(h.Type):
		return bad("another type of JWT")
	}
	return nil
}

// isTokenType keeps out what the issuer signed with the same keys for another purpose, such as a log-out token
// (RFC 8725 section 3.12). ID tokens are "JWT" or nothing, access tokens "at+jwt" (RFC 9068 section 2.1); the
// case of letters and "application/" do not count (RFC 7515 section 4.1.9).
func isTokenType(typ string) bool {
	switch strings.TrimPrefix(strings.ToLower(typ), "application/") {
	case "", "jwt", "at+jwt":
		return true
	}
	return false
}
