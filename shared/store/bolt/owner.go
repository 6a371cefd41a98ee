package bolt

import (
	"context"
	"errors"
	"slices"
	"strings"

	"go.etcd.io/bbolt"

	"latchkey/shared/pat"
)

// Owner implements pat.Store.
func (s *Store) Owner(ctx context.Context, id pat.OwnerID) (o pat.Owner, err error) {
	err = s.view(ctx, "get owner", func(tx *bbolt.Tx) error {
		o, err = getOwner(tx, id)
		return err
	})
	return o, err
}

// PutOwner implements pat.Store.
func (s *Store) PutOwner(ctx context.Context, o pat.Owner, was int64, by pat.Standing) error {
	const doing = "put owner"
	o.Version = was + 1
	row, err := encodeOwner(o)
	if err != nil {
		return wrap(doing, err)
	}
	id := o.ID
	return s.write(ctx, doing, func(t *txn) error {
		stored, err := getOwner(t.tx, id)
		if err != nil && !errors.Is(err, pat.ErrNotFound) {
			return err
		}
		if stored.Version != was {
			return pat.ErrConflict
		}
		if err := checkStanding(t.tx, by); err != nil {
			return err
		}
		return t.put(bucketOwners, string(id), row)
	})
}

// Users implements pat.Store. The order of the keys is the order of the names.
func (s *Store) Users(ctx context.Context, after string, max int) (users []pat.Owner, err error) {
	first := string(pat.UserID(""))
	from := first + after
	err = s.view(ctx, "list users", func(tx *bbolt.Tx) error {
		cursor := tx.Bucket([]byte(bucketOwners)).Cursor()
		for key, raw := cursor.Seek([]byte(from)); len(users) < max && strings.HasPrefix(string(key), first); key, raw = cursor.Next() {
			if string(key) == from {
				continue
			}
			o, err := decodeOwner(raw, pat.OwnerID(key))
			if err != nil {
				return err
			}
			users = append(users, o)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	return slices.Clip(users), nil
}
