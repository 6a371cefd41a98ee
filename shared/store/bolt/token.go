package bolt

import (
	"context"
	"errors"
	"slices"
	"time"

	"go.etcd.io/bbolt"

	"latchkey/shared/pat"
)

// Token implements pat.Store.
func (s *Store) Token(ctx context.Context, p pat.Prefix) (t pat.Token, err error) {
	err = s.view(ctx, "get token", func(tx *bbolt.Tx) error {
		t, err = getToken(tx, p)
		return err
	})
	return t, err
}

// UpdateToken implements pat.Store.
func (s *Store) UpdateToken(ctx context.Context, t pat.Token, was int64, by pat.Standing) error {
	t = t.Clone()
	t.Version = was + 1
	return s.write(ctx, "update token", func(tx *txn) error {
		stored, err := getToken(tx.tx, t.Prefix)
		if err != nil {
			return err
		}
		if stored.Version != was {
			return pat.ErrConflict
		}
		if err := checkStanding(tx.tx, by); err != nil {
			return err
		}
		next := t
		next.Usage = stored.Usage
		row, err := encodeToken(next)
		if err != nil {
			return err
		}
		entry, err := encodeEntry(next)
		if err != nil {
			return err
		}
		if err := tx.put(bucketTokens, string(t.Prefix), row); err != nil {
			return err
		}
		return tx.emit(entry)
	})
}

// TouchToken implements pat.Store.
func (s *Store) TouchToken(ctx context.Context, p pat.Prefix, was time.Time, use pat.Usage) error {
	ips := slices.Clone(use.LastUsedIPs)
	return s.use(ctx, "touch token", p, func(t *pat.Token) error {
		if !t.Usage.LastUsedAt.Equal(was) {
			return pat.ErrConflict
		}
		t.Usage.LastUsedAt, t.Usage.LastUsedIPs = use.LastUsedAt, ips
		return nil
	})
}

// SpendUses implements pat.Store.
func (s *Store) SpendUses(ctx context.Context, t pat.Token, n int64) (int64, error) {
	var uses int64
	version, most := t.Version, t.MaxUses
	err := s.use(ctx, "spend uses", t.Prefix, func(stored *pat.Token) error {
		switch {
		case stored.Version != version:
			return pat.ErrConflict
		case n > most-stored.Usage.Uses:
			return pat.ErrSpent
		}
		stored.Usage.Uses += n
		uses = stored.Usage.Uses
		return nil
	})
	if err != nil { // uses is the writer's, who may still be at it
		return 0, err
	}
	return uses, nil
}

// use writes what edit makes of a token's usage. It is no change of the token, so the outbox hears nothing.
func (s *Store) use(ctx context.Context, doing string, p pat.Prefix, edit func(*pat.Token) error) error {
	return s.write(ctx, doing, func(tx *txn) error {
		t, err := getToken(tx.tx, p)
		if errors.Is(err, pat.ErrNotFound) {
			return pat.ErrConflict
		}
		if err != nil {
			return err
		}
		if err := edit(&t); err != nil {
			return err
		}
		row, err := encodeToken(t)
		if err != nil {
			return err
		}
		return tx.put(bucketTokens, string(p), row)
	})
}
