package pat

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"time"
)

// SigningKey is an ES256 key pair. Its private half is here, or in a key management service that never shows it,
// or gone, since a key that has been replaced signs no more.
type SigningKey struct {
	ID        string
	Private   []byte // PKCS #8; nil if it is not here
	Public    []byte // PKIX; only if the private half is not here
	KMS       string // the ARN of the key in AWS KMS; "" if that has none of it
	CreatedAt time.Time
}

func newSigningKey(rand io.Reader, now time.Time) (SigningKey, error) {
	id, err := draw(base62, 12, rand)
	if err != nil {
		return SigningKey{}, err
	}
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand)
	if err != nil {
		return SigningKey{}, fmt.Errorf("draw a signing key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return SigningKey{}, fmt.Errorf("encode a signing key: %w", err)
	}
	return SigningKey{ID: id, Private: der, CreatedAt: now}, nil
}

// PrivateKey reads the private half, which must be here.
func (k SigningKey) PrivateKey() (*ecdsa.PrivateKey, error) {
	parsed, err := x509.ParsePKCS8PrivateKey(k.Private)
	if err != nil {
		return nil, fmt.Errorf("parse the signing key %s: %w", k.ID, err)
	}
	key, ok := parsed.(*ecdsa.PrivateKey)
	if !ok || key.Curve != elliptic.P256() {
		return nil, k.notP256()
	}
	return key, nil
}

// PublicKey reads the public half, or works it out from the private one.
func (k SigningKey) PublicKey() (*ecdsa.PublicKey, error) {
	if k.Private != nil {
		private, err := k.PrivateKey()
		if err != nil {
			return nil, err
		}
		return &private.PublicKey, nil
	}
	parsed, err := x509.ParsePKIXPublicKey(k.Public)
	if err != nil {
		return nil, fmt.Errorf("parse the signing key %s: %w", k.ID, err)
	}
	key, ok := parsed.(*ecdsa.PublicKey)
	if !ok || key.Curve != elliptic.P256() {
		return nil, k.notP256()
	}
	return key, nil
}

// notP256 refuses what cannot be for ES256, which is ECDSA on P-256 alone (RFC 7518 section 3.4).
func (k SigningKey) notP256() error {
	return errors.New("parse the signing key " + k.ID + ": it is not a P-256 key")
}

// retired is the key without its private half: it still reads what it signed, and nobody can sign with it.
func (k SigningKey) retired() (SigningKey, error) {
	if k.Private == nil {
		return k, nil
	}
	public, err := k.PublicKey()
	if err != nil {
		return SigningKey{}, err
	}
	k.Public, err = x509.MarshalPKIXPublicKey(public)
	k.Private = nil
	return k, err
}
