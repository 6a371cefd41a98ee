package pat

import (
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"
)

// Shape is the written form of a token string. This file is the one place that knows the forms: every
// token in every dialect is minted by Strings.Mint and read by Strings.Parse.
//
//	native       <brand>_<prefix>-<43 random base62><tag><crc>
//	Authlance    the same, the brand always "pat"
//	Docker Hub   dckr_pat_<prefix><43 random base62><tag><crc>
//	Quay         <PREFIX><96 random><tag>, 120 of A-Z and 0-9
//	HOPRd        <prefix><24 random base62><tag>
//
// The tag is the first 40 bits of an HMAC-SHA-256 over everything before it, under a key of the service: a
// string that we never made is refused without asking the store. It guards cost, not access. The crc is the
// CRC-32 (IEEE) of everything before it, for scanners outside, which have no key.
type Shape int

// The shapes.
const (
	ShapeNative Shape = iota
	ShapeAuthlance
	ShapeDockerHub
	ShapeQuay
	ShapeHOPRd
)

// layout is a shape as its fields, in their order: lead, prefix, separator, random part, tag, crc.
type layout struct {
	lead      string
	upper     bool // the prefix is written in capitals
	separator string
	alphabet  string
	random    int // characters
	tag       int
	crc       int
}

func (l layout) prefixEnd() int { return len(l.lead) + PrefixLen }
func (l layout) tagStart() int  { return l.prefixEnd() + len(l.separator) + l.random }
func (l layout) length() int    { return l.tagStart() + l.tag + l.crc }

const (
	base36 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

	tag62, tag36, crc62 = 7, 8, 6 // widths that hold 40, 40 and 32 bits
)

// MaxTagKeys bounds the tag keys that a verification tries.
const MaxTagKeys = 4

// errMalformed is the answer to any string that was not minted under a live key.
var errMalformed = errors.New("not a token of ours")

// Strings mints and reads token strings.
type Strings struct {
	keys    [][]byte
	layouts []layout // by Shape
}

// NewStrings takes the brand that leads native tokens, [a-z0-9]{1,32}, and the live tag keys, newest first.
func NewStrings(brand string, keys [][]byte) Strings {
	return Strings{keys: keys[:min(len(keys), MaxTagKeys)], layouts: []layout{
		ShapeNative:    {lead: brand + "_", separator: "-", alphabet: base62, random: 43, tag: tag62, crc: crc62},
		ShapeAuthlance: {lead: "pat_", separator: "-", alphabet: base62, random: 43, tag: tag62, crc: crc62},
		ShapeDockerHub: {lead: "dckr_pat_", alphabet: base62, random: 43, tag: tag62, crc: crc62},
		ShapeQuay:      {upper: true, alphabet: base36, random: 96, tag: tag36},
		ShapeHOPRd:     {alphabet: base62, random: 24, tag: tag62},
	}}
}

// Mint makes a token string for the record at p, tagged with the newest key.
func (s Strings) Mint(shape Shape, p Prefix, rand io.Reader) (Secret, error) {
	if len(s.keys) == 0 {
		return Secret{}, errors.New("mint a token: no tag key")
	}
	l := s.layouts[shape]
	random, err := draw(l.alphabet, l.random, rand)
	if err != nil {
		return Secret{}, err
	}
	address := string(p)
	if l.upper {
		address = strings.ToUpper(address)
	}
	text := l.lead + address + l.separator + random
	text += tagOf(s.keys[0], text, l)
	if l.crc > 0 {
		text += crcOf(text)
	}
	return NewSecret(text), nil
}

// Parse returns the address that a token string carries. A string of any other form, or whose crc or tag
// does not fit, is an error, the same for all. Case matters.
func (s Strings) Parse(secret Secret) (Prefix, error) {
	text := secret.Reveal()
	for _, l := range s.layouts {
		if len(text) == l.length() && strings.HasPrefix(text, l.lead) {
			return s.parse(text, l)
		}
	}
	return "", errMalformed
}

func (s Strings) parse(text string, l layout) (Prefix, error) {
	address, rest := text[len(l.lead):l.prefixEnd()], text[l.prefixEnd():]
	if l.upper {
		lower := strings.ToLower(address)
		if strings.ToUpper(lower) != address {
			return "", errMalformed
		}
		address = lower
	}
	checked := len(text) - l.crc
	switch {
	case !isPrefixText(address),
		!strings.HasPrefix(rest, l.separator),
		strings.Trim(rest[len(l.separator):], l.alphabet) != "",
		l.crc > 0 && crcOf(text[:checked]) != text[checked:],
		!s.tagged(text[:checked], l):
		return "", errMalformed
	}
	return Prefix(address), nil
}

// tagged reports whether the text ends in the tag of what is before it, under any live key.
func (s Strings) tagged(text string, l layout) bool {
	ok := 0
	for _, key := range s.keys {
		ok |= subtle.ConstantTimeCompare([]byte(text[l.tagStart():]), []byte(tagOf(key, text[:l.tagStart()], l)))
	}
	return ok == 1
}

func tagOf(key []byte, text string, l layout) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(text))
	return encode(binary.BigEndian.Uint64(mac.Sum(nil))>>24, l.alphabet, l.tag)
}

func crcOf(text string) string {
	return encode(uint64(crc32.ChecksumIEEE([]byte(text))), base62, crc62)
}

// encode writes n in the alphabet's base, most significant digit first, at a fixed width.
func encode(n uint64, alphabet string, width int) string {
	out := make([]byte, width)
	for i := width - 1; i >= 0; i-- {
		out[i] = alphabet[n%uint64(len(alphabet))]
		n /= uint64(len(alphabet))
	}
	return string(out)
}

// draw returns n characters of the alphabet, each equally likely.
func draw(alphabet string, n int, rand io.Reader) (string, error) {
	limit := 256 - 256%len(alphabet) // bytes from here on would favour the first characters
	out := make([]byte, 0, n)
	var buf [64]byte
	for len(out) < n {
		if _, err := io.ReadFull(rand, buf[:]); err != nil {
			return "", fmt.Errorf("draw a secret: %w", err)
		}
		for _, b := range buf {
			if int(b) < limit && len(out) < n {
				out = append(out, alphabet[int(b)%len(alphabet)])
			}
		}
	}
	return string(out), nil
}
