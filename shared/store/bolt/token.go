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
		if err := tx.move(placesOf(stored), placesOf(next)); err != nil {
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
	most := t.MaxUses
	return s.spend(ctx, "spend uses", t, func(u *pat.Usage) (int64, error) { return u.AddUses(n, most) })
}

// SpendCalls implements pat.Store.
func (s *Store) SpendCalls(ctx context.Context, t pat.Token, scope pat.Scope, n int64) (int64, error) {
	most := t.MaxCalls[scope] // the map is the caller's, who may not wait for the writer
	return s.spend(ctx, "spend calls", t, func(u *pat.Usage) (int64, error) { return u.AddCalls(scope, n, most) })
}

// spend adds to a count of the token's usage, and returns it.
func (s *Store) spend(ctx context.Context, doing string, t pat.Token, add func(*pat.Usage) (int64, error)) (int64, error) {
	var count int64
	err := s.use(ctx, doing, t.Prefix, func(stored *pat.Token) (err error) {
		if stored.Version != t.Version {
			return pat.ErrConflict
		}
		count, err = add(&stored.Usage)
		return err
	})
	if err != nil { // count is the writer's, who may still be at it
		return 0, err
	}
	return count, nil
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
