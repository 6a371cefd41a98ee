package pat

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"
)

// Keys are the service's own keys. They are made once, by Bootstrap, and live in the store.
type Keys struct {
	Version int64
	Tag     [][]byte     // HMAC keys for token strings, newest first, at most MaxTagKeys
	Seal    []byte       // AES-256, for what must be read again
	Signing []SigningKey // for sessions, newest first: the first signs, all verify
}

// SigningKey is an ES256 key pair. Its private half is here, or in a key management service that never shows it.
type SigningKey struct {
	ID        string
	Private   []byte // PKCS #8; nil if KMS has it
	Public    []byte // PKIX; only if KMS has the private half
	KMS       string // the ARN of the key in AWS KMS; "" if the private half is here
	CreatedAt time.Time
}

func newKeys(rand io.Reader, now time.Time) (Keys, error) {
	tag, seal := make([]byte, 32), make([]byte, 32)
	for _, b := range [][]byte{tag, seal} {
		if _, err := io.ReadFull(rand, b); err != nil {
			return Keys{}, fmt.Errorf("draw a key: %w", err)
		}
	}
	id, err := draw(base62, 12, rand)
	if err != nil {
		return Keys{}, err
	}
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand)
	if err != nil {
		return Keys{}, fmt.Errorf("draw a signing key: %w", err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return Keys{}, fmt.Errorf("encode a signing key: %w", err)
	}
	return Keys{Tag: [][]byte{tag}, Seal: seal, Signing: []SigningKey{{ID: id, Private: der, CreatedAt: now}}}, nil
}

// KeyRing reads the service keys from the store once, and again only while there are none.
type KeyRing struct {
	store Store
	keys  atomic.Pointer[Keys]
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
