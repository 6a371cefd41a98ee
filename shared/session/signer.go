package session

import (
	"context"
	"crypto/ecdsa"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"

	"latchkey/shared/pat"
)

// maxLen bounds a JWT that we sign or read, so that it fits in a header wherever it is sent.
const maxLen = 4 << 10

// Signer signs sessions with the newest of the service's keys and reads those that any of them signed.
type Signer struct {
	ring   *pat.KeyRing
	issuer string
	parsed sync.Map // a key's ID to its *ecdsa.PrivateKey; a key never changes under its ID
}

var _ pat.Sessions = (*Signer)(nil)

// New returns a signer with the ring's keys. The issuer is also the audience: sessions are for ourselves.
func New(ring *pat.KeyRing, issuer string) *Signer { return &Signer{ring: ring, issuer: issuer} }

// Issue implements pat.Sessions. Its times are written in whole seconds, rounded down. It signs nothing that
// Read would refuse: scopes that make the JWT too long are pat.CodeInvalid.
func (s *Signer) Issue(ctx context.Context, session pat.Session) (pat.Secret, error) {
	keys, err := s.ring.Get(ctx)
	if err != nil {
		return pat.Secret{}, err
	}
	if len(keys.Signing) == 0 {
		return pat.Secret{}, errors.New("session: sign: the service keys hold no signing key")
	}
	key, err := s.private(keys.Signing[0])
	if err != nil {
		return pat.Secret{}, err
	}
	payload, err := encodeClaims(session, s.issuer)
	if err != nil {
		return pat.Secret{}, fmt.Errorf("session: sign: %w", err)
	}
	jwt, err := sign(payload, keys.Signing[0].ID, key)
	if err != nil {
		return pat.Secret{}, fmt.Errorf("session: sign: %w", err)
	}
	if len(jwt) > maxLen {
		return pat.Secret{}, &pat.Error{Code: pat.CodeInvalid, Message: "the request is not acceptable",
			Fields: []pat.FieldError{{Field: "scopes", Detail: "together too long for a session"}}}
	}
	return pat.NewSecret(jwt), nil
}

// Read implements pat.Sessions.
func (s *Signer) Read(ctx context.Context, jwt pat.Secret, now time.Time) (pat.Session, error) {
	text := jwt.Reveal()
	kid := claimedKey(text)
	if kid == "" {
		return pat.Session{}, pat.ErrForeign
	}
	keys, err := s.ring.Get(ctx)
	if err != nil {
		return pat.Session{}, err
	}
	for _, k := range keys.Signing {
		if k.ID != kid {
			continue
		}
		key, err := s.private(k)
		if err != nil {
			return pat.Session{}, err
		}
		payload, err := verify(text, kid, &key.PublicKey)
		if err != nil {
			return pat.Session{}, err
		}
		return decodeClaims(payload, s.issuer, now)
	}
	return pat.Session{}, pat.ErrForeign
}

func sign(payload []byte, kid string, key *ecdsa.PrivateKey) (string, error) {
	options := (&jose.SignerOptions{}).WithType(typ)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, options)
	if err != nil {
		return "", err
	}
	jws, err := signer.Sign(payload)
	if err != nil {
		return "", err
	}
	return jws.CompactSerialize()
}
