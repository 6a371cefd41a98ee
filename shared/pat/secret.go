package pat

import (
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"log/slog"
)

// Secret is a string that only its holder may know: a token, a password, a session JWT. Every way of
// printing or encoding it yields "[redacted]"; Reveal is the one way out.
type Secret struct{ s *string } // a pointer, since fmt prints the fields of what it cannot call Format on

const redacted = "[redacted]"

// NewSecret wraps s.
func NewSecret(s string) Secret { return Secret{&s} }

// Reveal returns the string itself. Call it where the secret is encoded into the one answer that carries
// it, or where its bytes are needed to check it, and nowhere else.
func (s Secret) Reveal() string {
	if s.s == nil {
		return ""
	}
	return *s.s
}

// IsZero reports whether there is no secret at all.
func (s Secret) IsZero() bool { return s.Reveal() == "" }

// Hash returns the SHA-256 of the whole string, which is all that a store ever keeps of a token.
func (s Secret) Hash() Hash { return sha256.Sum256([]byte(s.Reveal())) }

// Format implements fmt.Formatter, so that no verb prints the secret.
func (s Secret) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// String implements fmt.Stringer.
func (s Secret) String() string { return redacted }

// MarshalText implements encoding.TextMarshaler, which JSON encoders honour.
func (s Secret) MarshalText() ([]byte, error) { return []byte(redacted), nil }

// LogValue implements slog.LogValuer.
func (s Secret) LogValue() slog.Value { return slog.StringValue(redacted) }

// Hash is the SHA-256 of a secret. A token's secret part has at least 142 random bits, so a slow hash
// would add cost and no safety.
type Hash [sha256.Size]byte

// Equal compares in constant time.
func (h Hash) Equal(other Hash) bool { return subtle.ConstantTimeCompare(h[:], other[:]) == 1 }
