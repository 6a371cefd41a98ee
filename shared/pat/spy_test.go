package pat_test

import (
	"context"
	"fmt"
	"sync"
	"time"

	"latchkey/shared/pat"
)

// spyStore is a store that counts its calls, keeps what was written in writing, and fails or interferes on demand.
type spyStore struct {
	pat.Store
	mu      sync.Mutex
	counts  map[string]int
	fails   map[string]error   // instead of the call
	loses   map[string]error   // after the call has done its work
	next    map[string][]error // instead of the next calls, one each
	before  map[string]func()  // once
	short   int                // if set, the most tokens in a page
	hangs   bool               // TouchToken waits until its context ends
	written *written
}

func newSpyStore(store pat.Store, w *written) *spyStore {
	return &spyStore{Store: store, counts: map[string]int{}, fails: map[string]error{}, loses: map[string]error{},
		next: map[string][]error{}, before: map[string]func(){}, written: w}
}

// calls returns how often the method was called; all of them if none is named.
func (s *spyStore) calls(methods ...string) (n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for method, count := range s.counts {
		if len(methods) == 0 {
			n += count
		}
		for _, m := range methods {
			if m == method {
				n += count
			}
		}
	}
	return n
}

// fail makes every call of the method an error, until it is nil again.
func (s *spyStore) fail(method string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fails[method] = err
}

// failNext makes the next n calls of the method an error.
func (s *spyStore) failNext(method string, n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for range n {
		s.next[method] = append(s.next[method], err)
	}
}

// lose makes every call of the method do its work and answer an error.
func (s *spyStore) lose(method string, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.loses[method] = err
}

// first does something just before the next call of the method.
func (s *spyStore) first(method string, do func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.before[method] = do
}

// on runs one call.
func (s *spyStore) on(method string, call func() error) error {
	s.mu.Lock()
	s.counts[method]++
	before := s.before[method]
	delete(s.before, method)
	failure, loss := s.fails[method], s.loses[method]
	if next := s.next[method]; len(next) > 0 {
		failure, s.next[method] = next[0], next[1:]
	}
	s.mu.Unlock()
	if before != nil {
		before()
	}
	if failure != nil {
		return failure
	}
	if err := call(); err != nil {
		return err
	}
	return loss
}

// on1 runs one call that answers something.
func on1[T any](s *spyStore, method string, call func() (T, error)) (T, error) {
	var out T
	err := s.on(method, func() (err error) {
		out, err = call()
		return err
	})
	if err != nil {
		var none T
		return none, err
	}
	return out, nil
}

func (s *spyStore) Keys(ctx context.Context) (pat.Keys, error) {
	return on1(s, "Keys", func() (pat.Keys, error) { return s.Store.Keys(ctx) })
}

func (s *spyStore) PutKeys(ctx context.Context, k pat.Keys, was int64) error {
	return s.on("PutKeys", func() error { return s.Store.PutKeys(ctx, k, was) })
}

func (s *spyStore) Owner(ctx context.Context, id pat.OwnerID) (pat.Owner, error) {
	return on1(s, "Owner", func() (pat.Owner, error) { return s.Store.Owner(ctx, id) })
}

func (s *spyStore) PutOwner(ctx context.Context, o pat.Owner, was int64, by pat.Standing) error {
	s.written.add(fmt.Sprintf("%+v", o))
	return s.on("PutOwner", func() error { return s.Store.PutOwner(ctx, o, was, by) })
}

func (s *spyStore) Users(ctx context.Context, after string, most int) ([]pat.Owner, error) {
	return on1(s, "Users", func() ([]pat.Owner, error) { return s.Store.Users(ctx, after, most) })
}

func (s *spyStore) Token(ctx context.Context, p pat.Prefix) (pat.Token, error) {
	return on1(s, "Token", func() (pat.Token, error) { return s.Store.Token(ctx, p) })
}

func (s *spyStore) CreateToken(ctx context.Context, n pat.NewToken) error {
	s.written.add(fmt.Sprintf("%+v", n.Token))
	if n.Answer != nil {
		s.written.add(fmt.Sprintf("%+v %s", *n.Answer, n.Answer.Sealed))
	}
	return s.on("CreateToken", func() error { return s.Store.CreateToken(ctx, n) })
}

func (s *spyStore) UpdateToken(ctx context.Context, t pat.Token, was int64, by pat.Standing) error {
	s.written.add(fmt.Sprintf("%+v", t))
	return s.on("UpdateToken", func() error { return s.Store.UpdateToken(ctx, t, was, by) })
}

func (s *spyStore) TouchToken(ctx context.Context, p pat.Prefix, was time.Time, use pat.Usage) error {
	return s.on("TouchToken", func() error {
		if s.hangs {
			<-ctx.Done()
		}
		return s.Store.TouchToken(ctx, p, was, use)
	})
}

func (s *spyStore) SpendUses(ctx context.Context, t pat.Token, n int64) (int64, error) {
	return on1(s, "SpendUses", func() (int64, error) { return s.Store.SpendUses(ctx, t, n) })
}

func (s *spyStore) SpendCalls(ctx context.Context, t pat.Token, scope pat.Scope, n int64) (int64, error) {
	return on1(s, "SpendCalls", func() (int64, error) { return s.Store.SpendCalls(ctx, t, scope, n) })
}

func (s *spyStore) Tokens(ctx context.Context, owner pat.OwnerID, tag pat.Tag, before pat.Prefix, most int) (page []pat.Token, next pat.Prefix, err error) {
	if s.short > 0 {
		most = min(most, s.short)
	}
	err = s.on("Tokens", func() (err error) {
		page, next, err = s.Store.Tokens(ctx, owner, tag, before, most)
		return err
	})
	return page, next, err
}

func (s *spyStore) CountLive(ctx context.Context, owner pat.OwnerID, tag pat.Tag, at time.Time) (int, error) {
	return on1(s, "CountLive", func() (int, error) { return s.Store.CountLive(ctx, owner, tag, at) })
}

func (s *spyStore) FindTokens(ctx context.Context, fragment string, after pat.Prefix, most int) ([]pat.Token, error) {
	return on1(s, "FindTokens", func() ([]pat.Token, error) { return s.Store.FindTokens(ctx, fragment, after, most) })
}

func (s *spyStore) Due(ctx context.Context, at time.Time, most int) ([]pat.Prefix, error) {
	return on1(s, "Due", func() ([]pat.Prefix, error) { return s.Store.Due(ctx, at, most) })
}

func (s *spyStore) Answer(ctx context.Context, tag pat.Tag, key string) (pat.Answer, error) {
	return on1(s, "Answer", func() (pat.Answer, error) { return s.Store.Answer(ctx, tag, key) })
}
