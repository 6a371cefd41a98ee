package pat

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"
)

// Keys are the service's own keys. They are made once, by Bootstrap, and live in the store.
type Keys struct {
	Version int64
	Tag     [][]byte     // HMAC keys for token strings, newest first, at most MaxTagKeys
	Seal    []byte       // AES-256, for answers to be repeated; their idempotency keys go into it too
	Vault   []VaultKey   // for secrets that are shown again, newest first, at most MaxVaultKeys: the first seals, all open
	Signing []SigningKey // for sessions, newest first, at most MaxSigningKeys: the first signs, all verify
}

// newKeys draws the keys but for those that sign and that seal secrets.
func newKeys(rand io.Reader) (Keys, error) {
	tag, seal := make([]byte, 32), make([]byte, 32)
	for _, b := range [][]byte{tag, seal} {
		if _, err := io.ReadFull(rand, b); err != nil {
			return Keys{}, fmt.Errorf("draw a key: %w", err)
		}
	}
	return Keys{Tag: [][]byte{tag}, Seal: seal}, nil
}

// SigningKey returns the key of that ID, if its sessions are read at the time: for as long as it is the newest, and
// then until the last session that it can have signed is over. Else somebody who once got hold of a replaced
// key could sign with it for ever.
func (k *Keys) SigningKey(id string, now time.Time) (key SigningKey, ok bool) {
	for i, key := range k.Signing {
		if key.ID == id {
			return key, i == 0 || now.Before(k.Signing[i-1].CreatedAt.Add(maxSession+renewPause))
		}
	}
	return SigningKey{}, false
}

// KeyRing reads the service keys from the store once, and again only while there are none or one is missed.
type KeyRing struct {
	store   Store
	keys    atomic.Pointer[Keys]
	flight  singleflight.Group
	renewed atomic.Int64 // when they were last read anew, in seconds since 1970
}

// NewKeyRing returns a ring that reads from the store.
func NewKeyRing(store Store) *KeyRing { return &KeyRing{store: store} }

// Get returns the keys. Without them nothing can be decided: CodeUnavailable.
func (r *KeyRing) Get(ctx context.Context) (*Keys, error) {
	if k := r.keys.Load(); k != nil {
		return k, nil
	}
	k, err := r.store.Keys(ctx)
	if errors.Is(err, ErrNotFound) {
		err = errors.New("the store holds no service keys: run `latchkey admin bootstrap --store …` once")
	}
	if err != nil {
		return nil, unavailable("read the service keys", err)
	}
	r.keys.Store(&k)
	return &k, nil
}

// renewPause is how old the keys may be that Renew returns. It bounds what strangers, who can name any key they
// like, make us read.
const renewPause = 10 * time.Second

// Renew returns the keys as they were in the store a moment ago. It is for who is about to sign, or has met
// the name of a key that is not among those that Get returned.
func (r *KeyRing) Renew(ctx context.Context, now time.Time) (*Keys, error) {
	renewing := r.flight.DoChan("", func() (any, error) {
		if age := now.Unix() - r.renewed.Load(); age >= 0 && age < int64(renewPause/time.Second) {
			return nil, nil
		}
		k, err := r.store.Keys(context.WithoutCancel(ctx)) // others wait for it too
		if err != nil {
			return nil, unavailable("read the service keys again", err)
		}
		r.keys.Store(&k)
		r.renewed.Store(now.Unix())
		return nil, nil
	})
	select {
	case done := <-renewing:
		if done.Err != nil {
			return nil, done.Err
		}
	case <-ctx.Done():
		return nil, unavailable("read the service keys again", ctx.Err())
	}
	return r.Get(ctx)
}
