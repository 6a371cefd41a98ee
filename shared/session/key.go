package session

import (
	"context"
	"crypto/ecdsa"
	"crypto/rand"
	"errors"
	"fmt"

	"latchkey/shared/pat"
)

// KMS signs with keys whose private halves never leave it.
type KMS interface {
	// Sign returns the signature of a SHA-256 digest by the key of that ARN, as an ECDSA-Sig-Value in DER
	// (RFC 3279 section 2.2.3). How long it may take is for it to bound.
	Sign(ctx context.Context, arn string, digest []byte) ([]byte, error)
}

// signDigest signs where the private half is, and lets nothing out that the public half in the store does not
// verify: the ARN may be another key's, and an answer may be damaged.
func (s *Signer) signDigest(ctx context.Context, k pat.SigningKey, digest []byte) (signature, error) {
	public, err := s.public(k)
	if err != nil {
		return signature{}, err
	}
	der, err := s.signDER(ctx, k, digest)
	if err != nil {
		return signature{}, err
	}
	sig, err := fromDER(der)
	if err != nil {
		return signature{}, fmt.Errorf("the signature by %s: %w", k.ID, err)
	}
	if !ecdsa.VerifyASN1(public, digest, der) {
		return signature{}, fmt.Errorf("the signature by %s does not fit its public half in the store", k.ID)
	}
	return sig, nil
}

func (s *Signer) signDER(ctx context.Context, k pat.SigningKey, digest []byte) ([]byte, error) {
	switch {
	case k.Private != nil:
		private, err := k.PrivateKey()
		if err != nil {
			return nil, err
		}
		return ecdsa.SignASN1(rand.Reader, private, digest)
	case k.KMS == "":
		return nil, fmt.Errorf("nobody holds the private half of %s: run `latchkey admin bootstrap` with another LATCHKEY_SIGNING_KEY", k.ID)
	case s.kms == nil:
		return nil, errors.New("this process signs nothing by KMS: set LATCHKEY_SIGNING_KEY to kms:" + k.KMS)
	}
	return s.kms.Sign(ctx, k.KMS, digest)
}

// public returns the public half, parsed once. One that cannot be read is a fault of the store, not of a JWT.
func (s *Signer) public(k pat.SigningKey) (*ecdsa.PublicKey, error) {
	if parsed, ok := s.parsed.Load(k.ID); ok {
		return parsed.(*ecdsa.PublicKey), nil
	}
	key, err := k.PublicKey()
	if err != nil {
		return nil, err
	}
	s.parsed.Store(k.ID, key)
	return key, nil
}
