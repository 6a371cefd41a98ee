package pat_test

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"math/big"
	"regexp"
	"strings"
	"testing"

	"latchkey/shared/pat"
)

const (
	base36 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
	base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
)

// shapeCase says of a shape what only its documentation says: how long its ends are and how they are written.
type shapeCase struct {
	name     string
	shape    pat.Shape
	golden   string // for testPrefix, tagKey(1), brand "acme", and randomness that counts from 0
	alphabet string
	tag, crc int
	form     *regexp.Regexp
}

const testPrefix = pat.Prefix("k3v9b2mq14c7p0t8")

var shapeCases = []shapeCase{
	{"native", pat.ShapeNative,
		"acme_k3v9b2mq14c7p0t8-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefgDrtZL3P02Skao", base62, 7, 6,
		regexp.MustCompile(`^acme_[0-9a-v]{16}-[0-9A-Za-z]{56}$`)},
	{"Authlance", pat.ShapeAuthlance,
		"pat_k3v9b2mq14c7p0t8-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefgCwC4MRx43lvR9", base62, 7, 6,
		regexp.MustCompile(`^pat_[0-9a-v]{16}-[0-9A-Za-z]{56}$`)},
	{"Docker Hub", pat.ShapeDockerHub,
		"dckr_pat_k3v9b2mq14c7p0t80123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg8EhxTpd1hIFnn", base62, 7, 6,
		regexp.MustCompile(`^dckr_pat_[0-9a-v]{16}[0-9A-Za-z]{56}$`)},
	{"Quay", pat.ShapeQuay,
		"K3V9B2MQ14C7P0T8ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789ABCDEFGHIJKLMNOPQRSTUVWXI08XC89G", base36, 8, 0,
		regexp.MustCompile(`^[0-9A-Z]{120}$`)},
	{"HOPRd", pat.ShapeHOPRd,
		"k3v9b2mq14c7p0t80123456789ABCDEFGHIJKLMN1Ptg9r8", base62, 7, 0,
		regexp.MustCompile(`^[0-9a-v]{16}[0-9A-Za-z]{31}$`)},
}

// tagKey returns a key of 32 bytes, all n.
func tagKey(n byte) []byte { return bytes.Repeat([]byte{n}, 32) }

func newStrings(keys ...[]byte) pat.Strings { return pat.NewStrings("acme", keys) }

func mint(t testing.TB, s pat.Strings, shape pat.Shape, p pat.Prefix) string {
	t.Helper()
	secret, err := s.Mint(shape, p, &counting{})
	if err != nil {
		t.Fatal(err)
	}
	return secret.Reveal()
}

func parses(s pat.Strings, text string) bool {
	_, err := s.Parse(pat.NewSecret(text))
	return err == nil
}

// split cuts a token string before its tag and before its crc.
func (c shapeCase) split(text string) (body, tag, crc string) {
	crcAt := len(text) - c.crc
	tagAt := crcAt - c.tag
	return text[:tagAt], text[tagAt:crcAt], text[crcAt:]
}

// tagOf is the tag of a body, worked out apart from the code under test.
func (c shapeCase) tagOf(key []byte, body string) string {
	mac := hmac.New(sha256.New, key)
	mac.Write([]byte(body))
	return digits(new(big.Int).SetBytes(mac.Sum(nil)[:5]), c.alphabet, c.tag)
}

// crcOf is the CRC-32 of a text, bit by bit.
func (c shapeCase) crcOf(text string) string {
	if c.crc == 0 {
		return ""
	}
	sum := ^uint32(0)
	for _, b := range []byte(text) {
		sum ^= uint32(b)
		for range 8 {
			low := sum & 1
			sum >>= 1
			if low == 1 {
				sum ^= 0xedb88320
			}
		}
	}
	return digits(new(big.Int).SetUint64(uint64(^sum)), base62, c.crc)
}

// digits writes n in the base of the alphabet, filled up with its zero.
func digits(n *big.Int, alphabet string, width int) string {
	const written = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ" // by math/big
	text := strings.Map(func(r rune) rune { return rune(alphabet[strings.IndexRune(written, r)]) }, n.Text(len(alphabet)))
	return strings.Repeat(alphabet[:1], width-len(text)) + text
}

func TestATokenStringIsWrittenAsItWasOnTheFirstDay(t *testing.T) {
	for _, c := range shapeCases {
		t.Run(c.name, func(t *testing.T) {
			got := mint(t, newStrings(tagKey(1)), c.shape, testPrefix)
			if got != c.golden {
				t.Errorf("minted  %s\nwas once %s", got, c.golden)
			}
			if !c.form.MatchString(got) {
				t.Errorf("%s is not of the form %s", got, c.form)
			}
			body, tag, crc := c.split(got)
			if want := c.tagOf(tagKey(1), body); tag != want {
				t.Errorf("tag %s, want %s", tag, want)
			}
			if want := c.crcOf(body + tag); crc != want {
				t.Errorf("crc %s, want %s", crc, want)
			}
		})
	}
}

func TestATokenStringLeadsToItsRecord(t *testing.T) {
	s := newStrings(tagKey(1))
	for _, c := range shapeCases {
		t.Run(c.name, func(t *testing.T) {
			got, err := s.Parse(pat.NewSecret(mint(t, s, c.shape, testPrefix)))
			if err != nil || got != testPrefix {
				t.Errorf("got %q, %v; want %q", got, err, testPrefix)
			}
		})
	}
}

func TestEveryMutationOfOneCharacterIsRefused(t *testing.T) {
	s := newStrings(tagKey(1))
	for _, c := range shapeCases {
		t.Run(c.name, func(t *testing.T) {
			good := mint(t, s, c.shape, testPrefix)
			for i := range len(good) {
				for b := byte(0x20); b < 0x80; b++ {
					if bad := good[:i] + string(b) + good[i+1:]; bad != good && parses(s, bad) {
						t.Errorf("taken with %q at %d: %s", b, i, bad)
					}
				}
			}
		})
	}
}

func TestWhatWasNotMintedIsRefused(t *testing.T) {
	s := newStrings(tagKey(1))
	const other = pat.Prefix("0000000000000000")
	for _, c := range shapeCases {
		good := mint(t, s, c.shape, testPrefix)
		body, tag, _ := c.split(good)
		elsewhere := strings.Replace(body, string(testPrefix), string(other), 1)
		if c.shape == pat.ShapeQuay {
			elsewhere = string(other) + body[pat.PrefixLen:]
		}
		flipped := body[:len(body)-1] + "0"
		forged := map[string]string{
			"cut by one character at the end":             good[:len(good)-1],
			"cut by one character at the start":           good[1:],
			"without its tag and crc":                     body,
			"longer by one character":                     good + "0",
			"longer by one character at the start":        "0" + good,
			"with a newline after it":                     good + "\n",
			"with a space before it":                      " " + good,
			"all in upper case":                           upperOrLower(good, strings.ToUpper, strings.ToLower),
			"twice":                                       good + good,
			"at another address":                          elsewhere + tag + c.crcOf(elsewhere+tag),
			"with another secret and a crc to fit":        flipped + tag + c.crcOf(flipped+tag),
			"tagged under a key of one's own, crc to fit": body + c.tagOf(tagKey(9), body) + c.crcOf(body+c.tagOf(tagKey(9), body)),
			"with a tag of zeros and a crc to fit":        body + strings.Repeat(c.alphabet[:1], c.tag) + c.crcOf(body+strings.Repeat(c.alphabet[:1], c.tag)),
		}
		for name, text := range forged {
			t.Run(c.name+" "+name, func(t *testing.T) {
				if parses(s, text) {
					t.Errorf("taken: %s", text)
				}
			})
		}
	}
}

// upperOrLower folds a text whichever way changes it.
func upperOrLower(text string, upper, lower func(string) string) string {
	if folded := upper(text); folded != text {
		return folded
	}
	return lower(text)
}

func TestAForgedCRCIsRefusedThoughTheTagFits(t *testing.T) {
	s := newStrings(tagKey(1))
	for _, c := range shapeCases {
		if c.crc == 0 {
			continue
		}
		t.Run(c.name, func(t *testing.T) {
			good := mint(t, s, c.shape, testPrefix)
			body, tag, _ := c.split(good)
			if bad := body + tag + "000000"; parses(s, bad) {
				t.Errorf("taken: %s", bad)
			}
		})
	}
}

func TestJunkIsRefused(t *testing.T) {
	s := newStrings(tagKey(1))
	for name, text := range map[string]string{
		"nothing":                   "",
		"a space":                   " ",
		"a lead alone":              "acme_",
		"a separator alone":         "-",
		"zeros of HOPRd's length":   strings.Repeat("0", 47),
		"zeros of Quay's length":    strings.Repeat("0", 120),
		"zeros of native length":    "acme_" + strings.Repeat("0", 73),
		"bytes that are no text":    strings.Repeat("\xff", 120),
		"NUL bytes":                 strings.Repeat("\x00", 47),
		"letters beyond ASCII":      strings.Repeat("é", 60),
		"a JWT":                     "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2ln",
		"a megabyte":                strings.Repeat("acme_", 200_000),
		"a lead, then a separator":  "acme_" + strings.Repeat("-", 73),
		"GitHub's token shape":      "ghp_" + strings.Repeat("a", 36),
		"letters that fold to ours": "acme_" + strings.Repeat("\u212a", 24) + "a", // KELVIN SIGN lowers to k
	} {
		t.Run(name, func(t *testing.T) {
			if parses(s, text) {
				t.Errorf("taken: %q", text)
			}
		})
	}
}

func TestATagThatFitsDoesNotMakeUpForTheFormOfTheRest(t *testing.T) {
	s := newStrings(tagKey(1))
	for _, c := range shapeCases {
		good := mint(t, s, c.shape, testPrefix)
		body, _, _ := c.split(good)
		at := strings.Index(strings.ToLower(body), string(testPrefix))
		for name, bad := range map[string]string{
			"the address has a letter after v": body[:at] + "z" + body[at+1:],
			"the address is in the other case": body[:at] + upperOrLower(body[at:at+16], strings.ToUpper, strings.ToLower) + body[at+16:],
			"the secret has a foreign sign":    body[:len(body)-1] + "!",
			"the secret has a separator":       body[:len(body)-1] + "-",
		} {
			t.Run(c.name+" "+name, func(t *testing.T) {
				bad += c.tagOf(tagKey(1), bad)
				bad += c.crcOf(bad)
				if parses(s, bad) {
					t.Errorf("taken: %s", bad)
				}
			})
		}
	}
}

func TestABrandIsItsOwn(t *testing.T) {
	key := [][]byte{tagKey(1)}
	acme, other, plain := pat.NewStrings("acme", key), pat.NewStrings("other", key), pat.NewStrings("pat", key)
	for _, c := range []struct {
		name  string
		by    pat.Strings
		shape pat.Shape
		to    pat.Strings
		taken bool
	}{
		{"a native token is taken under its brand", acme, pat.ShapeNative, acme, true},
		{"a native token is refused under another brand", other, pat.ShapeNative, acme, false},
		{"a native token of the default brand is Authlance's form and taken anywhere", plain, pat.ShapeNative, acme, true},
		{"a native token of a brand is refused under the default one", acme, pat.ShapeNative, plain, false},
		{"an Authlance token is taken whatever the brand", acme, pat.ShapeAuthlance, other, true},
		{"a Docker Hub token is taken whatever the brand", acme, pat.ShapeDockerHub, other, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			if got := parses(c.to, mint(t, c.by, c.shape, testPrefix)); got != c.taken {
				t.Errorf("taken: %t, want %t", got, c.taken)
			}
		})
	}
}

func TestABrandOfAnyLengthKeepsTheShapesApart(t *testing.T) {
	for n := 1; n <= 32; n++ {
		s := pat.NewStrings(strings.Repeat("d", n), [][]byte{tagKey(1)})
		for _, c := range shapeCases {
			if got, err := s.Parse(pat.NewSecret(mint(t, s, c.shape, testPrefix))); err != nil || got != testPrefix {
				t.Errorf("a brand of %d characters, %s: %q, %v", n, c.name, got, err)
			}
		}
	}
}
