// Package mem is a store in this process's memory, gone when it ends: for tests and for trying things out.
package mem

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"time"

	"latchkey/shared/pat"
)

// Store keeps records in maps behind one lock.
type Store struct {
	mu      sync.Mutex
	closed  bool
	keys    *pat.Keys
	owners  map[pat.OwnerID]pat.Owner
	tokens  map[pat.Prefix]pat.Token
	order   []pat.Prefix // of the tokens, rising
	answers map[string]pat.Answer
}

var _ pat.Store = (*Store)(nil)

// ErrClosed is the answer of a store that was closed.
var ErrClosed = errors.New("mem: the store is closed")

// New returns an empty store.
func New() *Store {
	return &Store{owners: map[pat.OwnerID]pat.Owner{}, tokens: map[pat.Prefix]pat.Token{}, answers: map[string]pat.Answer{}}
}

// do runs one operation alone.
func (s *Store) do(ctx context.Context, op func() error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return ErrClosed
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	return op()
}

// Keys implements pat.Store.
func (s *Store) Keys(ctx context.Context) (k pat.Keys, err error) {
	err = s.do(ctx, func() error {
		if s.keys == nil {
			return pat.ErrNotFound
		}
		k = cloneKeys(*s.keys)
		return nil
	})
	return k, err
}

// PutKeys implements pat.Store.
func (s *Store) PutKeys(ctx context.Context, k pat.Keys, was int64) error {
	return s.do(ctx, func() error {
		if s.keys == nil && was != 0 || s.keys != nil && s.keys.Version != was {
			return pat.ErrConflict
		}
		k = cloneKeys(k)
		k.Version = was + 1
		s.keys = &k
		return nil
	})
}

// Owner implements pat.Store.
func (s *Store) Owner(ctx context.Context, id pat.OwnerID) (o pat.Owner, err error) {
	err = s.do(ctx, func() error {
		row, ok := s.owners[id]
		if !ok {
			return pat.ErrNotFound
		}
		o = cloneOwner(row)
		return nil
	})
	return o, err
}

// PutOwner implements pat.Store.
func (s *Store) PutOwner(ctx context.Context, o pat.Owner, was int64, by pat.Standing) error {
	return s.do(ctx, func() error {
		if !s.stands(by) {
			return pat.ErrCallerMoved
		}
		if s.owners[o.ID].Version != was {
			return pat.ErrConflict
		}
		o = cloneOwner(o)
		o.Version = was + 1
		s.owners[o.ID] = o
		return nil
	})
}

// Users implements pat.Store.
func (s *Store) Users(ctx context.Context, after string, max int) (page []pat.Owner, err error) {
	err = s.do(ctx, func() error {
		for id, o := range s.owners {
			if id.IsUser() && id.Name() > after {
				page = append(page, cloneOwner(o))
			}
		}
		slices.SortFunc(page, func(a, b pat.Owner) int { return strings.Compare(string(a.ID), string(b.ID)) })
		page = page[:min(len(page), max)]
		return nil
	})
	return page, err
}

// Answer implements pat.Store.
func (s *Store) Answer(ctx context.Context, tag pat.Tag, key string) (a pat.Answer, err error) {
	err = s.do(ctx, func() error {
		found, ok := s.answers[answerKey(tag, key)]
		if !ok {
			return pat.ErrNotFound
		}
		a = found
		a.Sealed = slices.Clone(found.Sealed)
		return nil
	})
	return a, err
}

// sweepAnswers deletes up to sweptAnswers answers under the tag that are past their end.
func (s *Store) sweepAnswers(tag pat.Tag, at time.Time) {
	swept := 0
	for key, a := range s.answers {
		if swept < sweptAnswers && a.Tag == tag && !at.Before(a.Until) {
			delete(s.answers, key)
			swept++
		}
	}
}

// Close implements pat.Store.
func (s *Store) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	return nil
}

// sweptAnswers bounds what one creation clears away.
const sweptAnswers = 8

func answerKey(tag pat.Tag, key string) string { return string(tag) + "#" + key }

func cloneOwner(o pat.Owner) pat.Owner {
	o.Groups = slices.Clone(o.Groups)
	return o
}

func cloneKeys(k pat.Keys) pat.Keys {
	k.Tag = slices.Clone(k.Tag)
	for i := range k.Tag {
		k.Tag[i] = slices.Clone(k.Tag[i])
	}
	k.Seal = slices.Clone(k.Seal)
	k.Signing = slices.Clone(k.Signing)
	for i := range k.Signing {
		k.Signing[i].Private = slices.Clone(k.Signing[i].Private)
		k.Signing[i].Public = slices.Clone(k.Signing[i].Public)
	}
	k.Vault = slices.Clone(k.Vault)
	for i := range k.Vault {
		k.Vault[i].Key = slices.Clone(k.Vault[i].Key)
		k.Vault[i].Wrapped = slices.Clone(k.Vault[i].Wrapped)
	}
	return k
}

// beginning returns the prefixes that begin so, rising. They lie side by side.
func (s *Store) beginning(fragment string) []pat.Prefix {
	from, _ := slices.BinarySearch(s.order, pat.Prefix(fragment))
	to := from
	for to < len(s.order) && strings.HasPrefix(string(s.order[to]), fragment) {
		to++
	}
	return s.order[from:to]
}

// CountLive implements pat.Store.
func (s *Store) CountLive(ctx context.Context, owner pat.OwnerID, tag pat.Tag, at time.Time) (n int, err error) {
	err = s.do(ctx, func() error {
		for _, p := range s.beginning(string(tag)) {
			if t := s.tokens[p]; t.Owner == owner && t.Live(at) {
				n++
			}
		}
		return nil
	})
	return n, err
}

func (s *Store) stands(by pat.Standing) bool {
	owner, ok := s.owners[by.Owner]
	token, found := s.tokens[by.Token]
	return (by.Owner == "" || ok && owner.Epoch == by.Epoch) && (by.Token == "" || found && token.Version == by.Version)
}
