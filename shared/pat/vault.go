package pat

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"sync"

	"golang.org/x/sync/singleflight"
)

// What is sealed is the key's id, a nonce, and AES-256-GCM's text with its tag.
const (
	nonceSize   = 12
	sealedExtra = vaultKeyIDSize + nonceSize + 16
)

// seal encrypts the secret of a token's record, so that only unseal with the same record decrypts it. It takes the newest
// key there is: what a replaced one seals, whoever got hold of that can read.
func (s *Service) seal(ctx context.Context, t Token, secret Secret) ([]byte, error) {
	plain := []byte(secret.Reveal())
	if len(plain) == 0 || len(plain) > MaxSealed-sealedExtra {
		return nil, fmt.Errorf("seal a secret: it has %d bytes", len(plain))
	}
	keys, err := s.ring.Renew(ctx, s.now())
	if err != nil {
		return nil, err
	}
	if len(keys.Vault) == 0 {
		return nil, unavailable("seal a secret", errors.New("the store holds no sealing key: run `latchkey admin bootstrap --store …` once"))
	}
	key := keys.Vault[0]
	aead, err := s.vault.cipher(ctx, key)
	if err != nil {
		return nil, err
	}
	sealed := append(make([]byte, 0, sealedExtra+len(plain)), key.ID...)
	sealed = sealed[:vaultKeyIDSize+nonceSize]
	nonce := sealed[vaultKeyIDSize:]
	if _, err := io.ReadFull(s.rand, nonce); err != nil {
		return nil, fmt.Errorf("draw a nonce: %w", err)
	}
	return aead.Seal(sealed, nonce, plain, boundTo(t, key.ID)), nil
}

// unseal decrypts what seal has made for the same record.
func (s *Service) unseal(ctx context.Context, t Token, sealed []byte) (Secret, error) {
	if len(sealed) <= sealedExtra || len(sealed) > MaxSealed {
		return Secret{}, fmt.Errorf("open a sealed secret: it has %d bytes", len(sealed))
	}
	id, rest := string(sealed[:vaultKeyIDSize]), sealed[vaultKeyIDSize:]
	key, err := s.vaultKey(ctx, id)
	if err != nil {
		return Secret{}, err
	}
	aead, err := s.vault.cipher(ctx, key)
	if err != nil {
		return Secret{}, err
	}
	plain, err := aead.Open(nil, rest[:nonceSize], rest[nonceSize:], boundTo(t, id))
	if err != nil {
		return Secret{}, fmt.Errorf("open a secret sealed under %s: %w", id, err)
	}
	return NewSecret(string(plain)), nil
}

// boundTo is what a sealed secret is valid for: one record, under one key. Each part has its length before it.
func boundTo(t Token, keyID string) []byte {
	var bound []byte
	for _, part := range []string{"latchkey sealed secret", keyID, string(t.Prefix), string(t.ID), string(t.Owner)} {
		bound = binary.AppendUvarint(bound, uint64(len(part)))
		bound = append(bound, part...)
	}
	return bound
}

// vaultKey finds a key among those that this process has read, or in the store: another process may have sealed under
// one that was made since. One that is not there either was never ours, or has gone.
func (s *Service) vaultKey(ctx context.Context, id string) (VaultKey, error) {
	keys, err := s.ring.Get(ctx)
	if err != nil {
		return VaultKey{}, err
	}
	if key, ok := keys.VaultKey(id); ok {
		return key, nil
	}
	read, err := s.store.Keys(ctx)
	if err != nil {
		return VaultKey{}, unavailable("read the service keys again", err)
	}
	s.ring.keys.Store(&read)
	if key, ok := read.VaultKey(id); ok {
		return key, nil
	}
	return VaultKey{}, fmt.Errorf("open a sealed secret: there is no sealing key %q", id)
}

// vault has the sealing keys ready for use. Those that are wrapped are unwrapped when they are first needed, and kept:
// a process that seals nothing asks KMS for nothing.
type vault struct {
	wrapper KeyWrapper // nil: this process has none
	ready   sync.Map   // from ids to cipher.AEAD: the store's few
	flight  singleflight.Group
}

func (v *vault) cipher(ctx context.Context, k VaultKey) (cipher.AEAD, error) {
	if ready, ok := v.ready.Load(k.ID); ok {
		return ready.(cipher.AEAD), nil
	}
	if k.KMS == "" {
		return sealingCipher(k.ID, k.Key)
	}
	if v.wrapper == nil {
		return nil, unavailable("unwrap a sealing key", errors.New("this process asks KMS for none: set LATCHKEY_SEALING_KEY to kms:"+k.KMS))
	}
	unwrapping := v.flight.DoChan(k.ID, func() (any, error) {
		return v.unwrap(context.WithoutCancel(ctx), k) // others wait for it too
	})
	select {
	case done := <-unwrapping:
		if done.Err != nil {
			return nil, done.Err
		}
		return done.Val.(cipher.AEAD), nil
	case <-ctx.Done():
		return nil, unavailable("unwrap a sealing key", ctx.Err())
	}
}

func (v *vault) unwrap(ctx context.Context, k VaultKey) (cipher.AEAD, error) {
	if ready, ok := v.ready.Load(k.ID); ok { // since the caller looked
		return ready.(cipher.AEAD), nil
	}
	plain, err := v.wrapper.Unwrap(ctx, k.KMS, k.ID, k.Wrapped)
	if err != nil {
		return nil, unavailable("unwrap a sealing key", err)
	}
	aead, err := sealingCipher(k.ID, plain)
	if err != nil {
		return nil, err
	}
	v.ready.Store(k.ID, aead)
	return aead, nil
}

func sealingCipher(id string, key []byte) (cipher.AEAD, error) {
	if len(key) != vaultKeySize { // AES takes other sizes too
		return nil, fmt.Errorf("the sealing key %s has %d bytes, not %d", id, len(key), vaultKeySize)
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, fmt.Errorf("make a cipher of the sealing key %s: %w", id, err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		return nil, fmt.Errorf("make a cipher of the sealing key %s: %w", id, err)
	}
	return aead, nil
}
