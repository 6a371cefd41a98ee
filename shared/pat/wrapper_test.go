package pat_test

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"time"

	"latchkey/shared/pat"
	"latchkey/shared/store/mem"
)

// fakeWrapper wraps a key by turning it round, with its names before it.
type fakeWrapper struct {
	mu    sync.Mutex
	calls []string
	fails error
	hangs chan struct{} // if it is not nil, calls wait until it is closed
	first func()        // if it is not nil, calls begin with it
}

func (f *fakeWrapper) call(ctx context.Context, name string) error {
	f.mu.Lock()
	f.calls = append(f.calls, name)
	hangs, fails := f.hangs, f.fails
	f.mu.Unlock()
	if f.first != nil {
		f.first()
	}
	if hangs != nil {
		select {
		case <-hangs:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return cmp.Or(fails, ctx.Err())
}

func (f *fakeWrapper) Wrap(ctx context.Context, arn, id string, plain []byte) ([]byte, error) {
	turned := slices.Clone(plain)
	slices.Reverse(turned)
	return append([]byte(arn+"/"+id+"/"), turned...), f.call(ctx, "wrap by "+arn)
}

func (f *fakeWrapper) Unwrap(ctx context.Context, arn, id string, wrapped []byte) ([]byte, error) {
	if err := f.call(ctx, "unwrap by "+arn); err != nil {
		return nil, err
	}
	turned, ok := bytes.CutPrefix(slices.Clone(wrapped), []byte(arn+"/"+id+"/"))
	if !ok {
		return nil, errors.New("it was wrapped by another key")
	}
	slices.Reverse(turned)
	return turned, nil
}

// taken returns the calls since it was last asked.
func (f *fakeWrapper) taken() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	calls := f.calls
	f.calls = nil
	return calls
}

func (f *fakeWrapper) fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fails = err
}

// Settings of the sealing key.
var (
	unset   *pat.SealingKey
	inStore = &pat.SealingKey{}
)

func wrappedBy(arn string) *pat.SealingKey { return &pat.SealingKey{KMS: arn} }

// sealing is a world on the store whose sealing key shall lie there. The hour of its start makes its randomness its own.
func sealing(t testing.TB, store pat.Store, key *pat.SealingKey, wrapper pat.KeyWrapper, hour int) *world {
	w := newWorld(t, func(c *pat.Config) {
		c.Store.(*spyStore).Store = store
		c.SealingKey, c.Wrapper = key, wrapper
		c.Rand = newSeeded(time.Duration(hour).String())
	})
	w.clock.advance(time.Duration(hour) * time.Hour)
	return w
}

// vault bootstraps and returns the sealing keys.
func (w *world) vault() []pat.VaultKey {
	w.t.Helper()
	_, err := w.Bootstrap(w.ctx, "admin", given(password))
	w.must(err)
	keys, err := w.store.Store.Keys(w.ctx)
	w.must(err)
	return keys.Vault
}

// sealed is a world that can seal under a key in its store.
func sealedWorld(t testing.TB) *world {
	w := sealing(t, mem.New(), unset, nil, 0)
	w.vault()
	return w
}
