package oidc

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"strings"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
)

const (
	// fetchTimeout bounds one fetch, discovery and keys together.
	fetchTimeout = 5 * time.Second
	// pause is how long a key that is unknown stays so without asking again. Strangers can name as many keys
	// as they like; the issuer gets one fetch in this time.
	pause = 10 * time.Second
	// pauseAfterFailure is shorter, because until a fetch succeeds the issuer's users are locked out.
	pauseAfterFailure = 2 * time.Second
	// fresh is how long keys are used without asking, so that one that the issuer withdrew is soon refused.
	fresh = 10 * time.Minute
	// stale is how long they are used while the issuer does not answer.
	stale = time.Hour
)

// keySet is the issuer's keys as it last published them. It is made of fetches: the last one that was begun,
// which everyone who needs one waits for, and the last one that brought keys. Its clock is its callers'.
type keySet struct {
	fetch func(context.Context) ([]jose.JSONWebKey, error)

	mu         sync.Mutex
	last, good *fetch
}

// fetch is one attempt. keys and err may be read once done is closed.
type fetch struct {
	at   time.Time
	done chan struct{}
	keys []jose.JSONWebKey
	err  error
}

// find returns the keys that may have signed under the kid and the algorithm, none if the issuer has none. An
// error says that this is not known.
func (s *keySet) find(ctx context.Context, now time.Time, kid, alg string) ([]crypto.PublicKey, error) {
	s.mu.Lock()
	var found []crypto.PublicKey
	var age time.Duration
	if s.good != nil {
		found, age = match(s.good.keys, kid, alg), now.Sub(s.good.at).Abs()
	}
	if len(found) > 0 && age < fresh {
		s.mu.Unlock()
		return found, nil
	}
	attempt := s.attempt(now)
	s.mu.Unlock()
	if len(found) > 0 && age < stale {
		return found, nil // the attempt goes on by itself
	}
	select {
	case <-attempt.done:
		return match(attempt.keys, kid, alg), attempt.err
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// attempt returns the last fetch if it is under way or too recent, else a new one. It needs the lock.
func (s *keySet) attempt(now time.Time) *fetch {
	if s.last != nil && !s.last.mayFollow(now) {
		return s.last
	}
	f := &fetch{at: now, done: make(chan struct{})}
	s.last = f
	go s.run(f)
	return f
}

// run is bound to no caller: others wait for it too.
func (s *keySet) run(f *fetch) {
	ctx, cancel := context.WithTimeout(context.Background(), fetchTimeout)
	defer cancel()
	f.keys, f.err = s.fetch(ctx)
	s.mu.Lock()
	if f.err == nil && s.last == f { // one that was given up brings what the issuer published before
		s.good = f
	}
	s.mu.Unlock()
	close(f.done)
}

// mayFollow reports whether another fetch may begin. One that is under way for longer than it may be is given up: Lambda
// froze it between two requests. A clock that was set back counts as time that has passed.
func (f *fetch) mayFollow(now time.Time) bool {
	passed := now.Sub(f.at).Abs()
	select {
	case <-f.done:
	default:
		return passed >= fetchTimeout
	}
	if f.err != nil {
		return passed >= pauseAfterFailure
	}
	return passed >= pause
}

// match returns the keys that fit. A token without a kid fits only if there is a single key for its algorithm
// (OpenID Connect Core section 10.1).
func match(keys []jose.JSONWebKey, kid, alg string) []crypto.PublicKey {
	var found []crypto.PublicKey
	for _, k := range keys {
		if (kid == "" || k.KeyID == kid) && (k.Algorithm == "" || k.Algorithm == alg) && suits(k.Key, alg) {
			found = append(found, k.Key)
		}
	}
	if kid == "" && len(found) > 1 {
		return nil
	}
	return found
}

func suits(key any, alg string) bool {
	switch key.(type) {
	case *rsa.PublicKey:
		return strings.HasPrefix(alg, "RS") || strings.HasPrefix(alg, "PS")
	case *ecdsa.PublicKey:
		return strings.HasPrefix(alg, "ES")
	case ed25519.PublicKey:
		return alg == string(jose.EdDSA)
	}
	return false
}
