package bolt

import (
	"context"
	"errors"
	"time"

	"go.etcd.io/bbolt"

	"latchkey/shared/pat"
)

// keysRow is the service's pat.Keys on the disk.
type keysRow struct {
	Format  int             `json:"v"`
	Version int64           `json:"version"`
	Tag     [][]byte        `json:"tag"`
	Seal    []byte          `json:"seal"`
	Signing []signingKeyRow `json:"signing"`
	Vault   []vaultKeyRow   `json:"vault,omitempty"`
}

type signingKeyRow struct {
	ID        string    `json:"id"`
	Private   []byte    `json:"private,omitempty"`
	Public    []byte    `json:"public,omitempty"`
	KMS       string    `json:"kms,omitzero"`
	CreatedAt time.Time `json:"createdAt,omitzero"`
}

type vaultKeyRow struct {
	ID        string    `json:"id"`
	Key       []byte    `json:"key,omitempty"`
	Wrapped   []byte    `json:"wrapped,omitempty"`
	KMS       string    `json:"kms,omitzero"`
	CreatedAt time.Time `json:"createdAt,omitzero"`
}

// Keys implements pat.Store.
func (s *Store) Keys(ctx context.Context) (k pat.Keys, err error) {
	err = s.view(ctx, "get keys", func(tx *bbolt.Tx) error {
		k, err = getKeys(tx)
		return err
	})
	return k, err
}

// PutKeys implements pat.Store.
func (s *Store) PutKeys(ctx context.Context, k pat.Keys, was int64) error {
	const doing = "put keys"
	row := keysRow{Format: rowFormat, Version: was + 1, Tag: k.Tag, Seal: k.Seal}
	for _, key := range k.Signing {
		row.Signing = append(row.Signing, signingKeyRow{key.ID, key.Private, key.Public, key.KMS, key.CreatedAt.UTC()})
	}
	for _, key := range k.Vault {
		row.Vault = append(row.Vault, vaultKeyRow{key.ID, key.Key, key.Wrapped, key.KMS, key.CreatedAt.UTC()})
	}
	if err := row.check(); err != nil {
		return wrap(doing, err)
	}
	raw, err := encode(row)
	if err != nil {
		return wrap(doing, err)
	}
	return s.write(ctx, doing, func(t *txn) error {
		stored, err := getKeys(t.tx)
		if err != nil && !errors.Is(err, pat.ErrNotFound) {
			return err
		}
		if stored.Version != was {
			return pat.ErrConflict
		}
		return t.put(bucketMeta, keyKeys, raw)
	})
}

func getKeys(tx *bbolt.Tx) (pat.Keys, error) {
	raw := get(tx, bucketMeta, keyKeys)
	if raw == nil {
		return pat.Keys{}, pat.ErrNotFound
	}
	var r keysRow
	if err := decode(raw, &r); err != nil {
		return pat.Keys{}, err
	}
	if err := r.check(); err != nil {
		return pat.Keys{}, err
	}
	k := pat.Keys{Version: r.Version, Tag: r.Tag, Seal: r.Seal}
	for _, key := range r.Signing {
		k.Signing = append(k.Signing, pat.SigningKey(key))
	}
	for _, key := range r.Vault {
		k.Vault = append(k.Vault, pat.VaultKey(key))
	}
	return k, nil
}

func (r *keysRow) check() error {
	var w wrong
	w.unless(r.Format == rowFormat, "the format is another version's")
	w.unless(r.Version > 0, "there is no version")
	w.unless(len(r.Tag) > 0 && len(r.Seal) > 0, "there is no key of some kind")
	for _, key := range r.Tag {
		w.unless(len(key) > 0, "a tag key is empty")
	}
	for _, key := range r.Signing {
		w.unless(key.ID != "", "a signing key has no name")
	}
	for _, key := range r.Vault {
		w.unless(key.ID != "", "a sealing key has no name")
		w.unless((key.KMS == "") == (len(key.Key) > 0) && (key.KMS == "") == (len(key.Wrapped) == 0), "a sealing key is not just one of plain and wrapped")
	}
	return w.err
}
