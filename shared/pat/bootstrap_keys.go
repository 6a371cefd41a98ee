package pat

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// MaxSigningKeys bounds how many keys are kept, the one that signs and those that it has replaced.
const MaxSigningKeys = 4

// RemoteKey is a signing key whose private half AWS KMS has.
type RemoteKey struct {
	KMS string // its ARN
	// Public asks KMS for the public half, in PKIX. It is called only if the store does not hold the key yet.
	Public func(ctx context.Context) ([]byte, error)
}

// bootstrapKeys makes the service keys, if there are none, and sees to it that the right one signs, and the right one seals.
func (s *Service) bootstrapKeys(ctx context.Context) error {
	return s.again(ctx, "store the service keys", func() error {
		keys, err := s.store.Keys(ctx)
		switch {
		case errors.Is(err, ErrNotFound):
			if keys, err = newKeys(s.rand); err != nil {
				return err
			}
		case err != nil:
			return unavailable("read the service keys", err)
		}
		signs, err := s.chooseSigningKey(ctx, &keys)
		if err != nil {
			return err
		}
		seals, err := s.chooseSealingKey(ctx, &keys)
		if err != nil || !signs && !seals {
			return err
		}
		if err := s.store.PutKeys(ctx, keys, keys.Version); errors.Is(err, ErrConflict) {
			return err
		} else if err != nil {
			return unavailable("store the service keys", err)
		}
		s.ring.keys.Store(nil) // what it holds is older
		return nil
	})
}

// chooseSigningKey puts the key that shall sign in front. Without a RemoteKey any will do, so that a start that
// lacks a setting does not bring a private key back to where there should be none.
func (s *Service) chooseSigningKey(ctx context.Context, keys *Keys) (changed bool, err error) {
	if len(keys.Signing) > 0 && (s.remote == nil || keys.Signing[0].KMS == s.remote.KMS) {
		return false, nil
	}
	next, err := s.nextSigningKey(ctx, keys.Signing)
	if err != nil {
		return false, err
	}
	signing := []SigningKey{next}
	for _, k := range keys.Signing {
		if k.ID == next.ID {
			continue
		}
		if k, err = k.retired(); err != nil {
			return false, err
		}
		signing = append(signing, k)
	}
	keys.Signing = signing[:min(len(signing), MaxSigningKeys)]
	return true, nil
}

// nextSigningKey returns the remote key, under the ID that it had if it signed before, or draws one.
func (s *Service) nextSigningKey(ctx context.Context, known []SigningKey) (SigningKey, error) {
	if s.remote == nil {
		return newSigningKey(s.rand, s.now())
	}
	if i := slices.IndexFunc(known, func(k SigningKey) bool { return k.KMS == s.remote.KMS }); i >= 0 {
		k := known[i]
		k.CreatedAt = s.now() // the one that it replaces signs until now
		return k, nil
	}
	public, err := s.remote.Public(ctx)
	if err != nil {
		return SigningKey{}, unavailable("get the public half of the signing key", err)
	}
	id, err := draw(base62, 12, s.rand)
	if err != nil {
		return SigningKey{}, err
	}
	k := SigningKey{ID: id, Public: public, KMS: s.remote.KMS, CreatedAt: s.now()}
	if _, err := k.PublicKey(); err != nil {
		return SigningKey{}, fmt.Errorf("%s: %w", s.remote.KMS, err)
	}
	return k, nil
}
