package session

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"sync"
	"time"

	"latchkey/shared/pat"
)

// maxLen bounds a JWT that we sign or read, so that it fits in a header wherever it is sent.
const maxLen = 4 << 10

// Signer signs sessions with the newest of the service's keys and reads those that any of them signed.
type Signer struct {
	ring   *pat.KeyRing
	issuer string
	kms    KMS
	parsed sync.Map // a key's ID to its *ecdsa.PublicKey; a key never changes under its ID
}

var _ pat.Sessions = (*Signer)(nil)

// New returns a signer with the ring's keys. The issuer is also the audience: sessions are for ourselves. Without
// a KMS, which only a process needs that logs people in, it reads every session and signs with keys in the store alone.
func New(ring *pat.KeyRing, issuer string, kms KMS) *Signer {
	return &Signer{ring: ring, issuer: issuer, kms: kms}
}

// Issue implements pat.Sessions. Its times are written in whole seconds, rounded down. It signs nothing that
// Read would refuse: scopes that make the JWT too long are pat.CodeInvalid. Other errors mean that nothing was
// signed, and say to the log what would help.
func (s *Signer) Issue(ctx context.Context, session pat.Session) (pat.Secret, error) {
	keys, err := s.ring.Renew(ctx, session.IssuedAt) // or a key would sign on that has been replaced
	if err != nil {
		return pat.Secret{}, err
	}
	if len(keys.Signing) == 0 {
		return pat.Secret{}, errors.New("session: sign: the service keys hold no signing key")
	}
	input, err := signingInput(session, s.issuer, keys.Signing[0].ID)
	if err != nil {
		return pat.Secret{}, fmt.Errorf("session: sign: %w", err)
	}
	if len(input)+len(".")+base64.RawURLEncoding.EncodedLen(len(signature{})) > maxLen {
		return pat.Secret{}, &pat.Error{Code: pat.CodeInvalid, Message: "the request is not acceptable",
			Fields: []pat.FieldError{{Field: "scopes", Detail: "together too long for a session"}}}
	}
	digest := sha256.Sum256([]byte(input))
	sig, err := s.signDigest(ctx, keys.Signing[0], digest[:])
	if err != nil {
		return pat.Secret{}, fmt.Errorf("session: sign: %w", err)
	}
	return pat.NewSecret(input + "." + base64.RawURLEncoding.EncodeToString(sig[:])), nil
}

// Read implements pat.Sessions.
func (s *Signer) Read(ctx context.Context, jwt pat.Secret, now time.Time) (pat.Session, error) {
	text := jwt.Reveal()
	kid := claimedKey(text)
	if kid == "" {
		return pat.Session{}, pat.ErrForeign
	}
	k, known, err := s.find(ctx, kid, now)
	if err != nil {
		return pat.Session{}, err
	}
	if !known {
		return pat.Session{}, pat.ErrForeign
	}
	key, err := s.public(k)
	if err != nil {
		return pat.Session{}, fmt.Errorf("session: read: %w", err)
	}
	payload, err := verify(text, kid, key)
	if err != nil {
		return pat.Session{}, err
	}
	return decodeClaims(payload, s.issuer, now)
}

// find returns the key of that ID. The keys may have been read before it was made, so it looks twice.
func (s *Signer) find(ctx context.Context, kid string, now time.Time) (k pat.SigningKey, known bool, err error) {
	keys, err := s.ring.Get(ctx)
	if err != nil {
		return k, false, err
	}
	if k, known = keys.SigningKey(kid, now); known {
		return k, true, nil
	}
	if keys, err = s.ring.Renew(ctx, now); err != nil {
		return k, false, err
	}
	k, known = keys.SigningKey(kid, now)
	return k, known, nil
}
