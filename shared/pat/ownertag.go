package pat

import (
	"crypto/sha256"
	"fmt"
)

// UUID returns the tag as a UUID of version 8 (RFC 9562 section 5.8), the same each time: its 40 bits, and a digest of
// them, so that no other id of ours is mistaken for one.
func (t Tag) UUID() string {
	sum := sha256.Sum256([]byte("latchkey owner " + string(t)))
	var u [16]byte
	copy(u[tagBytes:], sum[:])
	_, _ = base32hex.Decode(u[:tagBytes], []byte(t)) // a Tag is only made by NewTag, TagOf and a store that got it from them
	u[6] = 0x80 | u[6]&0x0f
	u[8] = 0x80 | u[8]&0x3f
	return fmt.Sprintf("%x-%x-%x-%x-%x", u[0:4], u[4:6], u[6:8], u[8:10], u[10:16])
}

// TagOf returns the tag that a UUID was made of.
func TagOf(uuid string) (Tag, bool) {
	u, ok := idBytes(uuid)
	tag := Tag(base32hex.EncodeToString(u[:tagBytes]))
	return tag, ok && tag.UUID() == uuid
}
