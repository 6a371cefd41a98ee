package pat

import (
	"context"
	"crypto/subtle"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
)

// argon2id with 19 MiB, two passes and one lane: the OWASP Password Storage Cheat Sheet's minimum.
const (
	argonMemory = 19 * 1024 // KiB
	argonPasses = 2
	argonLanes  = 1
	argonKey    = 32
	argonSalt   = 16
)

const (
	minPasswordLen   = 8   // characters
	maxPasswordBytes = 256 // so that hashing has a bound
)

// passwords makes and checks password hashes, at most two at once: each takes 19 MiB.
type passwords struct {
	rand  io.Reader
	slots chan struct{}
}

func newPasswords(rand io.Reader) passwords { return passwords{rand, make(chan struct{}, 2)} }

// PasswordHash is a password as a store keeps it: argon2id in the PHC string form. It prints redacted.
type PasswordHash string

// Format implements fmt.Formatter.
func (PasswordHash) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte(redacted)) }

// LogValue implements slog.LogValuer.
func (PasswordHash) LogValue() slog.Value { return slog.StringValue(redacted) }

// hash returns what is kept of a password.
func (p passwords) hash(ctx context.Context, password Secret) (PasswordHash, error) {
	salt := make([]byte, argonSalt)
	if _, err := io.ReadFull(p.rand, salt); err != nil {
		return "", fmt.Errorf("draw a salt: %w", err)
	}
	key, err := p.derive(ctx, password, salt)
	if err != nil {
		return "", err
	}
	b64 := base64.RawStdEncoding.EncodeToString
	return PasswordHash(phcLead + b64(salt) + "$" + b64(key)), nil
}

// phcLead is the only parameter set ever written; another in a row is an error, not a weaker check.
var phcLead = fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$", argon2.Version, argonMemory, argonPasses, argonLanes)

// check reports whether the password fits the hash. An empty one fits nothing, at the same cost.
func (p passwords) check(ctx context.Context, phc PasswordHash, password Secret) (bool, error) {
	salt, want := make([]byte, argonSalt), make([]byte, argonKey)
	if phc != "" {
		rest, known := strings.CutPrefix(string(phc), phcLead)
		salt64, key64, cut := strings.Cut(rest, "$")
		var err1, err2 error
		salt, err1 = base64.RawStdEncoding.DecodeString(salt64)
		want, err2 = base64.RawStdEncoding.DecodeString(key64)
		if !known || !cut || err1 != nil || err2 != nil {
			return false, fmt.Errorf("check a password: the stored hash cannot be read")
		}
	}
	got, err := p.derive(ctx, password, salt)
	return err == nil && subtle.ConstantTimeCompare(got, want) == 1 && phc != "", err
}

func (p passwords) derive(ctx context.Context, password Secret, salt []byte) ([]byte, error) {
	select {
	case p.slots <- struct{}{}:
		defer func() { <-p.slots }()
	case <-ctx.Done():
		return nil, unavailable("wait to hash a password", ctx.Err())
	}
	return argon2.IDKey([]byte(password.Reveal()), salt, argonPasses, argonMemory, argonLanes, argonKey), nil
}

// checkPassword notes what is wrong with a new password.
func checkPassword(p *problems, field string, password Secret) {
	text := password.Reveal()
	switch {
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		p.add(field, "a password is text")
	case utf8.RuneCountInString(text) < minPasswordLen:
		p.add(field, "at least %d characters", minPasswordLen)
	case len(text) > maxPasswordBytes:
		p.add(field, "at most %d bytes", maxPasswordBytes)
	}
}
