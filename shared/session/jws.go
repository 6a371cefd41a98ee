package session

import (
	"crypto/ecdsa"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"latchkey/shared/pat"
)

// typ is a type of our own, so that no other JWT that one of our keys may sign passes for a session (RFC 8725
// section 3.11).
const typ = "session+jwt"

// header is all that stands in the header of a session. A "crit" (RFC 7515 section 4.1.11) is unknown like any other.
type header struct {
	Algorithm string `json:"alg"`
	KeyID     string `json:"kid"`
	Type      string `json:"typ"`
}

// signingInput is a JWS in the compact form (RFC 7515 section 3.1), but for its signature.
func signingInput(s pat.Session, issuer, kid string) (string, error) {
	head, err := json.Marshal(header{Algorithm: string(jose.ES256), KeyID: kid, Type: typ})
	if err != nil {
		return "", err
	}
	payload, err := encodeClaims(s, issuer)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(head) + "." + base64.RawURLEncoding.EncodeToString(payload), nil
}

// claimedKey returns the kid of a JWT, "" if it has none that can be read. It is lenient, since a JWT that
// names our key and is malformed otherwise should be refused as ours.
func claimedKey(jwt string) string {
	first, _, _ := strings.Cut(jwt, ".")
	raw, err := unbase64(first)
	if err != nil {
		return ""
	}
	var h struct {
		KeyID string `json:"kid"`
	}
	if json.Unmarshal(raw, &h, jsontext.AllowDuplicateNames(true)) != nil {
		return ""
	}
	return h.KeyID
}

// verify returns the payload of a JWT that the key signed under that ID.
func verify(jwt, kid string, key *ecdsa.PublicKey) ([]byte, error) {
	if len(jwt) > maxLen {
		return nil, bad("too long")
	}
	parts := strings.Split(jwt, ".")
	if len(parts) != 3 {
		return nil, bad("not three parts")
	}
	for _, part := range parts {
		if _, err := unbase64(part); err != nil {
			return nil, bad("not in base64url")
		}
	}
	var h header
	raw, _ := unbase64(parts[0])
	if json.Unmarshal(raw, &h, json.RejectUnknownMembers(true)) != nil || h != (header{string(jose.ES256), kid, typ}) {
		return nil, bad("not a session's header")
	}
	jws, err := jose.ParseSignedCompact(jwt, []jose.SignatureAlgorithm{jose.ES256})
	if err != nil {
		return nil, bad("not a JWS")
	}
	payload, err := jws.Verify(key)
	if err != nil {
		return nil, bad("wrong signature")
	}
	return payload, nil
}

// unbase64 takes the one spelling of each text that RFC 7515 section 2 allows. The decoder alone would skip
// line breaks and, if it were not strict, spare bits at the end, and a JWT would have many spellings.
func unbase64(part string) ([]byte, error) {
	if strings.ContainsAny(part, "\r\n") {
		return nil, errors.New("a line break")
	}
	return base64.RawURLEncoding.Strict().DecodeString(part)
}

// bad says why a JWT of ours is refused, in words that hold nothing of it.
func bad(why string) error { return fmt.Errorf("session: %s: %w", why, pat.ErrBadJWT) }
