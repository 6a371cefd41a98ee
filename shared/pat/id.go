package pat

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
)

// ID is a token's identifier in the API: a UUID of version 8 (RFC 9562 section 5.8) in lower case, made of
// the 80 bits of the token's prefix and 42 random ones. So an id leads to its record as a prefix does, and
// a prefix seen in a log does not give the id away. Compare the whole ID after the read.
type ID string

// NewID makes the id of the token at p.
func NewID(p Prefix, rand io.Reader) (ID, error) {
	var r [8]byte
	if _, err := io.ReadFull(rand, r[:]); err != nil {
		return "", fmt.Errorf("draw an id: %w", err)
	}
	b := p.bytes()
	var u [16]byte
	copy(u[:6], b[:6])
	u[6] = 0x80 | b[6]>>4
	u[7] = b[6]<<4 | b[7]>>4
	low := uint64(b[7]&0xf)<<58 | uint64(b[8])<<50 | uint64(b[9])<<42 | binary.BigEndian.Uint64(r[:])>>22
	binary.BigEndian.PutUint64(u[8:], 0b10<<62|low)
	return ID(fmt.Sprintf("%x-%x-%x-%x-%x", u[0:4], u[4:6], u[6:8], u[8:10], u[10:16])), nil
}

// ParseID takes s if it is an id in its one written form.
func ParseID(s string) (ID, bool) {
	_, ok := idBytes(s)
	return ID(s), ok
}

// Prefix returns the prefix that the id was made from. The id must come from NewID or ParseID.
func (id ID) Prefix() Prefix {
	u, _ := idBytes(string(id))
	low := binary.BigEndian.Uint64(u[8:])
	var b [prefixBytes]byte
	copy(b[:6], u[:6])
	b[6] = u[6]<<4 | u[7]>>4
	b[7] = u[7]<<4 | byte(low>>58)&0xf
	b[8] = byte(low >> 50)
	b[9] = byte(low >> 42)
	return Prefix(base32hex.EncodeToString(b[:]))
}

func idBytes(s string) (u [16]byte, ok bool) {
	if len(s) != 36 || s[8] != '-' || s[13] != '-' || s[18] != '-' || s[23] != '-' {
		return u, false
	}
	digits := s[:8] + s[9:13] + s[14:18] + s[19:23] + s[24:]
	for i := range len(digits) {
		if c := digits[i]; c >= 'A' && c <= 'F' {
			return u, false
		}
	}
	if _, err := hex.Decode(u[:], []byte(digits)); err != nil {
		return u, false
	}
	return u, u[6]>>4 == 8 && u[8]>>6 == 0b10
}
