package dynamo

import (
	"context"
	"time"

	"latchkey/shared/pat"
)

// dueIndex has the tokens that have a notice ahead, by when it is due.
var dueIndex = timeIndex{indexDue, attrDueShard, attrDueAt}

// Due implements pat.Store. No record is read.
func (s *Store) Due(ctx context.Context, at time.Time, max int) (prefixes []pat.Prefix, err error) {
	err = s.call(ctx, "find tokens that are due", func(ctx context.Context) error {
		entries, err := s.upTo(ctx, dueIndex, at, max)
		for _, e := range entries {
			prefixes = append(prefixes, e.prefix)
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return prefixes, nil
}
