package mem

import (
	"context"
	"slices"
	"time"

	"latchkey/shared/pat"
)

// Purge collects, at most max at once, what is past its end at the time: tokens that may be removed by then (pat.Token's
// CollectAt), the soonest first, and answers that are repeated no more. It returns how many; max of them says that there may
// be others.
func (s *Store) Purge(ctx context.Context, at time.Time, max int) (n int, err error) {
	err = s.do(ctx, func() error {
		var past []pat.Prefix
		for _, p := range s.order {
			if end := s.tokens[p].CollectAt(); !end.IsZero() && !at.Before(end) {
				past = append(past, p)
			}
		}
		slices.SortStableFunc(past, func(a, b pat.Prefix) int { return s.tokens[a].CollectAt().Compare(s.tokens[b].CollectAt()) })
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
