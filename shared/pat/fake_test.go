package pat_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"latchkey/shared/pat"
)

// clock stands still until it is moved.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) set(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = now
}

func (c *clock) advance(d time.Duration) { c.set(c.Now().Add(d)) }

// fakeSessions keeps sessions in a map; a JWT is no more than its key.
type fakeSessions struct {
	mu     sync.Mutex
	issued map[string]pat.Session
	fails  error
}

func (f *fakeSessions) Issue(_ context.Context, s pat.Session) (pat.Secret, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fails != nil {
		return pat.Secret{}, f.fails
	}
	jwt := fmt.Sprintf("session.hush%d.sig", len(f.issued))
	f.issued[jwt] = s
	return pat.NewSecret(jwt), nil
}

func (f *fakeSessions) Read(_ context.Context, jwt pat.Secret, now time.Time) (pat.Session, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	s, ok := f.issued[jwt.Reveal()]
	switch {
	case f.fails != nil:
		return pat.Session{}, f.fails
	case !strings.HasPrefix(jwt.Reveal(), "session."):
		return pat.Session{}, pat.ErrForeign
	case !ok || !now.Before(s.ExpiresAt):
		return pat.Session{}, pat.ErrBadJWT
	}
	return s, nil
}

// fakeIdentities knows another issuer's JWTs.
type fakeIdentities map[string]pat.Identity

var errIssuerDown = errors.New("the issuer's keys cannot be fetched")

func (f fakeIdentities) Identify(_ context.Context, jwt pat.Secret, _ time.Time) (pat.Identity, error) {
	if jwt.Reveal() == "foreign.down.x" {
		return pat.Identity{}, errIssuerDown
	}
	identity, ok := f[jwt.Reveal()]
	if !ok {
		return pat.Identity{}, fmt.Errorf("identify: %w", pat.ErrBadJWT)
	}
	return identity, nil
}

// written is all that a test saw in writing: the log, the errors, the records.
type written struct {
	mu   sync.Mutex
	text strings.Builder
}

func (w *written) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.Write(p)
}

func (w *written) add(text string) { _, _ = w.Write([]byte(text + "\n")) }

func (w *written) String() string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.text.String()
}
