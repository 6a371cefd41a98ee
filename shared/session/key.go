package session

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"fmt"

	"latchkey/shared/pat"
)

// private returns the key itself, parsed once. One that cannot be read is a fault of the store, not of a JWT.
func (s *Signer) private(k pat.SigningKey) (*ecdsa.PrivateKey, error) {
	if parsed, ok := s.parsed.Load(k.ID); ok {
		return parsed.(*ecdsa.PrivateKey), nil
	}
	parsed, err := x509.ParsePKCS8PrivateKey(k.Private)
	if err != nil {
		return nil, fmt.Errorf("session: parse the signing key %s: %w", k.ID, err)
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || key.Curve != elliptic.P256() { // ES256 is ECDSA on P-256 alone (RFC 7518 section 3.4)
		return nil, fmt.Errorf("session: parse the signing key %s: it is not a P-256 key", k.ID)
	}
	s.parsed.Store(k.ID, key)
	return key, nil
}
