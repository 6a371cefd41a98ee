package storetest

import (
	"context"
	"errors"
	"reflect"
	"sync"
	"time"

	"latchkey/shared/pat"
)

// ErrFault is what a call answers that was told to fail.
var ErrFault = errors.New("a fault that the test asked for")

// When says at which point a call fails.
type When int

// Before its work is done, or After it, as when the answer is lost on the way.
const (
	Before When = iota
	After
)

// Faulty is a store with calls that fail when told to.
type Faulty struct {
	store pat.Store
	mu    sync.Mutex
	plan  map[string]fault
}

type fault struct {
	in   int // calls from now, 1 being the next
	when When
}

var _ pat.Store = (*Faulty)(nil)

// NewFaulty wraps a store. As long as nothing is told to fail, it answers as the store does.
func NewFaulty(store pat.Store) *Faulty { return &Faulty{store: store, plan: map[string]fault{}} }

// Fail makes the nth call of the method from now, 1 being the next, fail with ErrFault.
func (f *Faulty) Fail(method string, nth int, when When) {
	if _, ok := reflect.TypeFor[pat.Store]().MethodByName(method); !ok || nth < 1 {
		panic("storetest: no such call: " + method)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.plan[method] = fault{nth, when}
}

// Waiting reports whether a fault has been asked for that has not happened yet.
func (f *Faulty) Waiting() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return len(f.plan) > 0
}

// Calm takes back what was asked for and has not happened.
func (f *Faulty) Calm() {
	f.mu.Lock()
	defer f.mu.Unlock()
	clear(f.plan)
}

// due counts a call and reports whether it fails.
func (f *Faulty) due(method string) (when When, fails bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	p, ok := f.plan[method]
	if !ok {
		return 0, false
	}
	if p.in--; p.in > 0 {
		f.plan[method] = p
		return 0, false
	}
	delete(f.plan, method)
	return p.when, true
}

func (f *Faulty) write(method string, do func() error) error {
	_, err := read(f, method, func() (none struct{}, err error) { return none, do() })
	return err
}

func read[T any](f *Faulty, method string, do func() (T, error)) (T, error) {
	var none T
	when, fails := f.due(method)
	if fails && when == Before {
		return none, ErrFault
	}
	v, err := do()
	if fails {
		return none, ErrFault
	}
	return v, err
}

// Keys implements pat.Store.
func (f *Faulty) Keys(ctx context.Context) (pat.Keys, error) {
	return read(f, "Keys", func() (pat.Keys, error) { return f.store.Keys(ctx) })
}

// PutKeys implements pat.Store.
func (f *Faulty) PutKeys(ctx context.Context, k pat.Keys, was int64) error {
	return f.write("PutKeys", func() error { return f.store.PutKeys(ctx, k, was) })
}

// Owner implements pat.Store.
func (f *Faulty) Owner(ctx context.Context, id pat.OwnerID) (pat.Owner, error) {
	return read(f, "Owner", func() (pat.Owner, error) { return f.store.Owner(ctx, id) })
}

// PutOwner implements pat.Store.
func (f *Faulty) PutOwner(ctx context.Context, o pat.Owner, was int64, by pat.Standing) error {
	return f.write("PutOwner", func() error { return f.store.PutOwner(ctx, o, was, by) })
}

// Users implements pat.Store.
func (f *Faulty) Users(ctx context.Context, after string, max int) ([]pat.Owner, error) {
	return read(f, "Users", func() ([]pat.Owner, error) { return f.store.Users(ctx, after, max) })
}

// Token implements pat.Store.
func (f *Faulty) Token(ctx context.Context, p pat.Prefix) (pat.Token, error) {
	return read(f, "Token", func() (pat.Token, error) { return f.store.Token(ctx, p) })
}

// CreateToken implements pat.Store.
func (f *Faulty) CreateToken(ctx context.Context, n pat.NewToken) error {
	return f.write("CreateToken", func() error { return f.store.CreateToken(ctx, n) })
}

// UpdateToken implements pat.Store.
func (f *Faulty) UpdateToken(ctx context.Context, t pat.Token, was int64, by pat.Standing) error {
	return f.write("UpdateToken", func() error { return f.store.UpdateToken(ctx, t, was, by) })
}

// TouchToken implements pat.Store.
func (f *Faulty) TouchToken(ctx context.Context, p pat.Prefix, was time.Time, use pat.Usage) error {
	return f.write("TouchToken", func() error { return f.store.TouchToken(ctx, p, was, use) })
}

// SpendUses implements pat.Store.
func (f *Faulty) SpendUses(ctx context.Context, t pat.Token, n int64) (int64, error) {
	return read(f, "SpendUses", func() (int64, error) { return f.store.SpendUses(ctx, t, n) })
}

// SpendCalls implements pat.Store.
func (f *Faulty) SpendCalls(ctx context.Context, t pat.Token, scope pat.Scope, n int64) (int64, error) {
	return read(f, "SpendCalls", func() (int64, error) { return f.store.SpendCalls(ctx, t, scope, n) })
}

// Tokens implements pat.Store.
func (f *Faulty) Tokens(ctx context.Context, owner pat.OwnerID, tag pat.Tag, before pat.Prefix, max int) (page []pat.Token, next pat.Prefix, err error) {
	page, err = read(f, "Tokens", func() ([]pat.Token, error) {
		var err error
		page, next, err = f.store.Tokens(ctx, owner, tag, before, max)
		return page, err
	})
	if err != nil {
		return nil, "", err
	}
	return page, next, nil
}

// CountLive implements pat.Store.
func (f *Faulty) CountLive(ctx context.Context, owner pat.OwnerID, tag pat.Tag, at time.Time) (int, error) {
	return read(f, "CountLive", func() (int, error) { return f.store.CountLive(ctx, owner, tag, at) })
}

// FindTokens implements pat.Store.
func (f *Faulty) FindTokens(ctx context.Context, fragment string, after pat.Prefix, max int) ([]pat.Token, error) {
	return read(f, "FindTokens", func() ([]pat.Token, error) { return f.store.FindTokens(ctx, fragment, after, max) })
}

// Due implements pat.Store.
func (f *Faulty) Due(ctx context.Context, at time.Time, max int) ([]pat.Prefix, error) {
	return read(f, "Due", func() ([]pat.Prefix, error) { return f.store.Due(ctx, at, max) })
}

// Answer implements pat.Store.
func (f *Faulty) Answer(ctx context.Context, tag pat.Tag, key string) (pat.Answer, error) {
	return read(f, "Answer", func() (pat.Answer, error) { return f.store.Answer(ctx, tag, key) })
}

// Close implements pat.Store. It never fails of itself.
func (f *Faulty) Close() error { return f.store.Close() }
