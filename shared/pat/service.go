package pat

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"net/netip"
	"strconv"
	"time"
)

// Service holds all the rules. Its methods are the operations; those that need a caller take it after the
// context, and judge what it may do before anything else.
type Service struct {
	store      Store
	ring       *KeyRing
	sessions   Sessions
	identities Identities
	remote     *RemoteKey
	superuser  Secret
	sealing    *SealingKey
	vault      vault
	policy     Policy
	now        func() time.Time
	rand       io.Reader
	log        *slog.Logger

	passwords passwords
	creates   *throttle
	accounts  *throttle
	sources   *throttle
	turns     turns
}

// Config is what a Service is made of. All fields are required but those of which a comment says what nil means.
type Config struct {
	Store      Store
	Ring       *KeyRing
	Sessions   Sessions
	Identities Identities  // nil: no other issuer's tokens are taken
	RemoteKey  *RemoteKey  // nil: Bootstrap draws the key that signs sessions
	SealingKey *SealingKey // nil: Bootstrap draws a key into the store if there is none, and replaces none
	Wrapper    KeyWrapper  // nil: this process cannot use sealing keys that are wrapped
	Superuser  Secret      // the token that may do anything at products that have such; zero: there is none
	Policy     Policy
	Now        func() time.Time
	Rand       io.Reader
	Log        *slog.Logger
}

// NewService joins the parts.
func NewService(c Config) *Service {
	return &Service{
		store:      c.Store,
		ring:       c.Ring,
		sessions:   c.Sessions,
		identities: c.Identities,
		remote:     c.RemoteKey,
		superuser:  c.Superuser,
		sealing:    c.SealingKey,
		vault:      vault{wrapper: c.Wrapper},
		policy:     c.Policy,
		now:        func() time.Time { return whole(c.Now()) },
		rand:       c.Rand,
		log:        c.Log,
		passwords:  newPasswords(c.Rand),
		creates:    newThrottle(c.Policy.Creates),
		accounts:   newThrottle(c.Policy.LoginsByAccount),
		sources:    newThrottle(c.Policy.LoginsBySource),
		turns:      newTurns(),
	}
}

// Sessions signs and reads Latchkey's own session JWTs.
type Sessions interface {
	// Issue signs a session.
	Issue(ctx context.Context, s Session) (Secret, error)
	// Read verifies a JWT. ErrForeign: none of our keys signed it, so another issuer's may have. ErrBadJWT:
	// it is ours by its key and must be refused. Any other error: nothing could be decided.
	Read(ctx context.Context, jwt Secret, now time.Time) (Session, error)
}

// Session is what a session JWT says.
type Session struct {
	ID        string
	Owner     OwnerID
	Epoch     int64
	Scopes    []Scope     // empty: all that the user may do
	Token     ID          // the token that it was got with, which leaves it without any rights; "": a password
	Product   ProductName // whose API it was got from
	Tag       Tag         // of the owner, where the product's clients want to be told who they are
	IssuedAt  time.Time
	ExpiresAt time.Time
}

// Identities reads the JWTs of another issuer, by OpenID Connect.
type Identities interface {
	// Identify verifies a JWT. ErrBadJWT: refuse it. Any other error: nothing could be decided.
	Identify(ctx context.Context, jwt Secret, now time.Time) (Identity, error)
}

// Identity is who another issuer says that the caller is.
type Identity struct {
	Issuer, Subject string
	Groups          []string
}

// What reading a JWT answers.
var (
	ErrForeign = errors.New("not signed by a key of ours")
	ErrBadJWT  = errors.New("not a good JWT")
)

// Source is where a request comes from.
type Source struct {
	IP netip.Addr // invalid: unknown
}

// network names whom attempts from this source are counted against: the address, or of IPv6 the /64 that one
// subscriber has to himself.
func (s Source) network() string {
	ip := s.IP.Unmap()
	if ip.Is6() {
		prefix, _ := ip.Prefix(64) // an address of IPv6 has one
		return prefix.String()
	}
	return ip.String()
}

// Ready reports whether the service can decide: its store answers and its keys are there.
func (s *Service) Ready(ctx context.Context) error {
	if _, err := s.ring.Get(ctx); err != nil {
		return err
	}
	if _, err := s.store.Keys(ctx); err != nil {
		return unavailable("read the service keys", err)
	}
	return nil
}

// Effective returns the token's scopes and all that the policy makes them imply.
func (s *Service) Effective(t Token) []Scope { return s.policy.Closure(t.Scopes).Sorted() }

// Now returns the time, by the service's clock.
func (s *Service) Now() time.Time { return s.now() }

// StatusOf returns the token's state now.
func (s *Service) StatusOf(t Token) Status { return t.Status(s.now()) }

// tries bounds how often an operation starts again because another write came first.
const tries = 16

// again runs do until it succeeds or fails otherwise than by ErrConflict, with a growing random pause between.
func (s *Service) again(ctx context.Context, doing string, do func() error) error {
	var err error
	for n := range tries {
		if err = do(); !errors.Is(err, ErrConflict) {
			return err
		}
		pause := time.NewTimer(rand.N(time.Duration(n+1) * 4 * time.Millisecond))
		select {
		case <-pause.C:
		case <-ctx.Done():
			pause.Stop()
			return unavailable(doing, ctx.Err())
		}
	}
	return unavailable(doing, fmt.Errorf("gave up after %d tries: %w", tries, err))
}

func index(field string, i int) string { return field + "/" + strconv.Itoa(i) }

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return strconv.Itoa(n) + " " + noun + "s"
}
