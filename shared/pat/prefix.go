package pat

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"io"
	"time"
)

// base32hex in lower case sorts as the bits it encodes do (RFC 4648 section 7).
var base32hex = base32.NewEncoding("0123456789abcdefghijklmnopqrstuv").WithPadding(base32.NoPadding)

const (
	tagBytes    = 5  // 40 bits: the owner's tag
	prefixBytes = 10 // the tag, 30 bits of creation second, 10 random bits

	// TagLen and PrefixLen count characters.
	TagLen    = 8
	PrefixLen = 16
)

// prefixEpoch is the second that a prefix counts from; its 30 bits last until 2059.
var prefixEpoch = time.Date(2025, 1, 1, 0, 0, 0, 0, time.UTC)

// Tag is an owner's random address, 8 characters of [0-9a-v]. It is the first half of the prefix of each
// of the owner's tokens, so that they lie side by side in a store. Two owners may share one by chance:
// whoever reads by tag filters by owner.
type Tag string

// NewTag draws a tag.
func NewTag(rand io.Reader) (Tag, error) {
	var b [tagBytes]byte
	if _, err := io.ReadFull(rand, b[:]); err != nil {
		return "", fmt.Errorf("draw an owner's tag: %w", err)
	}
	return Tag(base32hex.EncodeToString(b[:])), nil
}

// Prefix is a token's public address, 16 characters of [0-9a-v]: the owner's tag, the creation second and
// 10 random bits. It is the key of the token's record, so one read finds it; and it sorts by owner, then
// by age.
type Prefix string

// NewPrefix draws a prefix for a token of the owner with the given tag. It is unique only once a store has
// taken it.
func NewPrefix(tag Tag, at time.Time, rand io.Reader) (Prefix, error) {
	if len(tag) != TagLen || !isPrefixText(string(tag)) {
		return "", fmt.Errorf("owner's tag %q is malformed", tag)
	}
	var b [prefixBytes]byte
	_, _ = base32hex.Decode(b[:tagBytes], []byte(tag))
	var r [2]byte
	if _, err := io.ReadFull(rand, r[:]); err != nil {
		return "", fmt.Errorf("draw a prefix: %w", err)
	}
	second := min(max(at.Unix()-prefixEpoch.Unix(), 0), 1<<30-1)
	var low [8]byte
	binary.BigEndian.PutUint64(low[:], uint64(second)<<10|uint64(binary.BigEndian.Uint16(r[:])&0x3ff))
	copy(b[tagBytes:], low[3:])
	return Prefix(base32hex.EncodeToString(b[:])), nil
}

// ParsePrefix takes s if it has the shape of a whole prefix.
func ParsePrefix(s string) (Prefix, bool) {
	if len(s) != PrefixLen || !isPrefixText(s) {
		return "", false
	}
	return Prefix(s), true
}

// Tag returns the owner's half.
func (p Prefix) Tag() Tag { return Tag(p[:TagLen]) }

func (p Prefix) bytes() (b [prefixBytes]byte) {
	// A Prefix is only made by NewPrefix, ParsePrefix and a store that got it from them.
	_, _ = base32hex.Decode(b[:], []byte(p))
	return b
}

// isPrefixText reports whether s is made of a prefix's characters alone.
func isPrefixText(s string) bool {
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'v') {
			return false
		}
	}
	return true
}
