package bolt

import (
	"context"
	"time"

	"go.etcd.io/bbolt"

	"latchkey/shared/pat"
)

// Due implements pat.Store, without lagging. It reads no record, so one that is damaged is named with the others.
func (s *Store) Due(ctx context.Context, at time.Time, max int) (due []pat.Prefix, err error) {
	err = s.view(ctx, "find tokens that are due", func(tx *bbolt.Tx) error {
		due = nil // a read may run more than once
		upTo(tx, bucketDue, at, func(key string) bool {
			if len(due) < max {
				due = append(due, pat.Prefix(key[timeLen:]))
			}
			return len(due) < max
		})
		return nil
	})
	if err != nil {
		return nil, err
	}
	return due, nil
}
