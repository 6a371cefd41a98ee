package mem

import (
	"context"
	"slices"
	"time"

	"latchkey/shared/pat"
)

// Purge collects, at most max at once, what is past its end at the time: tokens past their retention, the soonest first, but
// for those that have a notice ahead; and answers that are repeated no more. It returns how many; max of them says that there may be others.
func (s *Store) Purge(ctx context.Context, at time.Time, max int) (n int, err error) {
	err = s.do(ctx, func() error {
		var past []pat.Prefix
		for _, p := range s.order {
			if t := s.tokens[p]; !t.PurgeAt.IsZero() && !at.Before(t.PurgeAt) && t.DueAt.IsZero() {
				past = append(past, p)
			}
		}
		slices.SortStableFunc(past, func(a, b pat.Prefix) int { return s.tokens[a].PurgeAt.Compare(s.tokens[b].PurgeAt) })
		past = past[:min(len(past), max)]
		for _, p := range past {
			delete(s.tokens, p)
		}
		s.order = slices.DeleteFunc(s.order, func(p pat.Prefix) bool {
			_, there := s.tokens[p]
			return !there
		})
		n = len(past)
		for key, a := range s.answers {
			if n < max && !at.Before(a.Until) {
				delete(s.answers, key)
				n++
			}
		}
		return nil
	})
	return n, err
}
