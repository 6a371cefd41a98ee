package pat

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"
)

// MaxVaultKeys bounds how many sealing keys are kept, the one that seals and those that it has replaced. What was sealed
// under one that has gone is lost, so there are more than anybody should need.
const MaxVaultKeys = 8

// VaultKey is an AES-256 key that seals the secrets which are shown again. It is here as it is, or wrapped.
type VaultKey struct {
	ID        string
	Key       []byte // nil if it is wrapped
	Wrapped   []byte // encrypted by the key of KMS; nil if it is not
	KMS       string // the ARN of the key in AWS KMS that wraps it; "" if none does
	CreatedAt time.Time
}

// SealingKey says where the key that seals shall lie: wrapped by the key of that ARN, or if that is "", in the store as it is.
type SealingKey struct{ KMS string }

// KeyWrapper is AWS KMS, which encrypts keys of ours under keys that it never shows. How long it may take is for it to bound.
type KeyWrapper interface {
	// Wrap encrypts the sealing key of that id by the key of that ARN, so that only Unwrap with the same id decrypts it.
	Wrap(ctx context.Context, arn, id string, plain []byte) (wrapped []byte, err error)
	// Unwrap decrypts what Wrap has encrypted.
	Unwrap(ctx context.Context, arn, id string, wrapped []byte) (plain []byte, err error)
}

const (
	vaultKeyIDSize = 12
	vaultKeySize   = 32
)

func newVaultKey(rand io.Reader, now time.Time) (VaultKey, error) {
	id, err := draw(base62, vaultKeyIDSize, rand)
	if err != nil {
		return VaultKey{}, err
	}
	key := make([]byte, vaultKeySize)
	if _, err := io.ReadFull(rand, key); err != nil {
		return VaultKey{}, fmt.Errorf("draw a sealing key: %w", err)
	}
	return VaultKey{ID: id, Key: key, CreatedAt: now}, nil
}

// VaultKey returns the sealing key of that ID.
func (k *Keys) VaultKey(id string) (key VaultKey, ok bool) {
	i := slices.IndexFunc(k.Vault, func(key VaultKey) bool { return key.ID == id })
	if i < 0 {
		return VaultKey{}, false
	}
	return k.Vault[i], true
}

// wrap puts the key where only KMS gets it out again, unless it is there already.
func (s *Service) wrap(ctx context.Context, arn string, k VaultKey) (VaultKey, error) {
	if arn == "" || k.KMS != "" {
		return k, nil
	}
	if s.vault.wrapper == nil {
		return VaultKey{}, errors.New("a sealing key shall be wrapped, and there is nothing that wraps")
	}
	wrapped, err := s.vault.wrapper.Wrap(ctx, arn, k.ID, k.Key)
	if err != nil {
		return VaultKey{}, unavailable("wrap a sealing key", err)
	}
	k.Wrapped, k.KMS, k.Key = wrapped, arn, nil
	return k, nil
}

// chooseSealingKey sees to it that the newest sealing key lies where it shall. Where nobody says, any will do, so
// that a start that lacks a setting does not bring a key into the store that KMS was to keep out of it. A move to KMS
// wraps the keys that it finds unwrapped, and seals with a new one: copies of the store may have the others.
func (s *Service) chooseSealingKey(ctx context.Context, keys *Keys) (changed bool, err error) {
	arn := ""
	if s.sealing != nil {
		arn = s.sealing.KMS
	}
	if len(keys.Vault) > 0 && (s.sealing == nil || keys.Vault[0].KMS == arn) {
		return false, nil
	}
	next, err := newVaultKey(s.rand, s.now())
	if err != nil {
		return false, err
	}
	vault := append([]VaultKey{next}, keys.Vault...)
	vault = vault[:min(len(vault), MaxVaultKeys)]
	for i, k := range vault {
		if vault[i], err = s.wrap(ctx, arn, k); err != nil {
			return false, err
		}
	}
	keys.Vault = vault
	return true, nil
}
