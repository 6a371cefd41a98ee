package mem

import (
	"context"
	"slices"
	"time"

	"latchkey/shared/pat"
)

// Token implements pat.Store.
func (s *Store) Token(ctx context.Context, p pat.Prefix) (t pat.Token, err error) {
	err = s.do(ctx, func() error {
		found, ok := s.tokens[p]
		if !ok {
			return pat.ErrNotFound
		}
		t = found.Clone()
		return nil
	})
	return t, err
}

// CreateToken implements pat.Store. One with an answer also deletes up to eight old ones under the same tag.
func (s *Store) CreateToken(ctx context.Context, n pat.NewToken) error {
	return s.do(ctx, func() error {
		if _, taken := s.tokens[n.Token.Prefix]; taken {
			return pat.ErrPrefixTaken
		}
		owner, ok := s.owners[n.Token.Owner]
		counts := n.OwnerVersion > 0
		if !ok || counts && owner.Version != n.OwnerVersion || !counts && owner.Epoch != n.Token.OwnerEpoch {
			return pat.ErrOwnerMoved
		}
		if !s.stands(n.By) {
			return pat.ErrCallerMoved
		}
		if n.Answer != nil {
			key := answerKey(n.Answer.Tag, n.Answer.Key)
			if stored, ok := s.answers[key]; ok && n.Token.CreatedAt.Before(stored.Until) {
				return pat.ErrAnswerTaken
			}
			s.sweepAnswers(n.Answer.Tag, n.Token.CreatedAt)
			answer := *n.Answer
			answer.Sealed = slices.Clone(answer.Sealed)
			s.answers[key] = answer
		}
		if counts {
			owner.Version++
			s.owners[owner.ID] = owner
		}
		s.tokens[n.Token.Prefix] = n.Token.Clone()
		at, _ := slices.BinarySearch(s.order, n.Token.Prefix)
		s.order = slices.Insert(s.order, at, n.Token.Prefix)
		return nil
	})
}

// change runs an edit on the stored token.
func (s *Store) change(ctx context.Context, p pat.Prefix, missing error, edit func(*pat.Token) error) error {
	return s.do(ctx, func() error {
		t, ok := s.tokens[p]
		if !ok {
			return missing
		}
		if err := edit(&t); err != nil {
			return err
		}
		s.tokens[p] = t
		return nil
	})
}

// UpdateToken implements pat.Store.
func (s *Store) UpdateToken(ctx context.Context, t pat.Token, was int64, by pat.Standing) error {
	return s.change(ctx, t.Prefix, pat.ErrNotFound, func(stored *pat.Token) error {
		if !s.stands(by) {
			return pat.ErrCallerMoved
		}
		if stored.Version != was {
			return pat.ErrConflict
		}
		usage := stored.Usage
		*stored = t.Clone()
		stored.Version, stored.Usage = was+1, usage
		return nil
	})
}

// TouchToken implements pat.Store.
func (s *Store) TouchToken(ctx context.Context, p pat.Prefix, was time.Time, use pat.Usage) error {
	return s.change(ctx, p, pat.ErrConflict, func(stored *pat.Token) error {
		if !stored.Usage.LastUsedAt.Equal(was) {
			return pat.ErrConflict
		}
		stored.Usage.LastUsedAt, stored.Usage.LastUsedIPs = use.LastUsedAt, slices.Clone(use.LastUsedIPs)
		return nil
	})
}

// SpendUses implements pat.Store.
func (s *Store) SpendUses(ctx context.Context, t pat.Token, n int64) (uses int64, err error) {
	return s.spend(ctx, t, func(u *pat.Usage) (int64, error) { return u.AddUses(n, t.MaxUses) })
}

// SpendCalls implements pat.Store.
func (s *Store) SpendCalls(ctx context.Context, t pat.Token, scope pat.Scope, n int64) (calls int64, err error) {
	return s.spend(ctx, t, func(u *pat.Usage) (int64, error) { return u.AddCalls(scope, n, t.MaxCalls[scope]) })
}

// spend adds to a count of the token's usage, and returns it.
func (s *Store) spend(ctx context.Context, t pat.Token, add func(*pat.Usage) (int64, error)) (count int64, err error) {
	err = s.change(ctx, t.Prefix, pat.ErrConflict, func(stored *pat.Token) (err error) {
		if stored.Version != t.Version {
			return pat.ErrConflict
		}
		count, err = add(&stored.Usage)
		return err
	})
	return count, err
}

// Tokens implements pat.Store.
func (s *Store) Tokens(ctx context.Context, owner pat.OwnerID, tag pat.Tag, before pat.Prefix, max int) (page []pat.Token, next pat.Prefix, err error) {
	err = s.do(ctx, func() error {
		prefixes := s.beginning(string(tag))
		if before != "" {
			end, _ := slices.BinarySearch(prefixes, before)
			prefixes = prefixes[:end]
		}
		for _, p := range slices.Backward(prefixes) {
			t := s.tokens[p]
			if t.Owner != owner {
				continue
			}
			if len(page) == max { // there is one more
				next = page[max-1].Prefix
				break
			}
			page = append(page, t.Clone())
		}
		return nil
	})
	return page, next, err
}

// FindTokens implements pat.Store.
func (s *Store) FindTokens(ctx context.Context, fragment string, after pat.Prefix, max int) (page []pat.Token, err error) {
	err = s.do(ctx, func() error {
		for _, p := range s.beginning(fragment) {
			if p > after && len(page) < max {
				page = append(page, s.tokens[p].Clone())
			}
		}
		return nil
	})
	return page, err
}

// Due implements pat.Store.
func (s *Store) Due(ctx context.Context, at time.Time, max int) (due []pat.Prefix, err error) {
	err = s.do(ctx, func() error {
		for _, p := range s.order {
			if d := s.tokens[p].DueAt; !d.IsZero() && !at.Before(d) {
				due = append(due, p)
			}
		}
		slices.SortStableFunc(due, func(a, b pat.Prefix) int { return s.tokens[a].DueAt.Compare(s.tokens[b].DueAt) })
		due = due[:min(len(due), max)]
		return nil
	})
	return due, err
}
