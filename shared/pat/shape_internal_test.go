package pat

import (
	"errors"
	"io"
	"strings"
	"testing"
)

// everyByte is a reader of all bytes in turn, each as often as any other.
type everyByte struct{ next byte }

func (r *everyByte) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = r.next
		r.next++
	}
	return len(p), nil
}

func TestEvenRandomnessDrawsEveryCharacterEquallyOften(t *testing.T) {
	for _, c := range []struct {
		name, alphabet string
		rounds         int
	}{
		{"base62", base62, 4},
		{"base36", base36, 7},
		{"two characters", "ab", 128},
		{"three characters", "abc", 85},
	} {
		t.Run(c.name, func(t *testing.T) {
			text, err := draw(c.alphabet, 3*c.rounds*len(c.alphabet), &everyByte{}) // what 3 times 256 bytes give
			if err != nil {
				t.Fatal(err)
			}
			for _, r := range c.alphabet {
				if n := strings.Count(text, string(r)); n != 3*c.rounds {
					t.Errorf("%q was drawn %d times, want %d", r, n, 3*c.rounds)
				}
			}
		})
	}
}

func TestDrawingWithoutRandomnessIsAnError(t *testing.T) {
	text, err := draw(base62, 43, strings.NewReader("too short"))
	if text != "" || !errors.Is(err, io.ErrUnexpectedEOF) {
		t.Errorf("got %q, %v", text, err)
	}
}

func TestTheAlphabetsAreWhatTheyAreCalled(t *testing.T) {
	for n, alphabet := range map[int]string{36: base36, 62: base62} {
		seen := map[rune]bool{}
		for _, r := range alphabet {
			seen[r] = true
		}
		if len(alphabet) != n || len(seen) != n {
			t.Errorf("base%d has %d characters, %d of them different", n, len(alphabet), len(seen))
		}
	}
}

func TestFixedWidthsHoldWhatTheyMust(t *testing.T) {
	for _, c := range []struct {
		name     string
		alphabet string
		width    int
		greatest uint64
	}{
		{"the tag in base62", base62, tag62, 1<<40 - 1},
		{"the tag in base36", base36, tag36, 1<<40 - 1},
		{"the crc in base62", base62, crc62, 1<<32 - 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			var back uint64
			for _, r := range encode(c.greatest, c.alphabet, c.width) {
				back = back*uint64(len(c.alphabet)) + uint64(strings.IndexRune(c.alphabet, r))
			}
			if back != c.greatest {
				t.Errorf("%d came back as %d", c.greatest, back)
			}
			if got := encode(0, c.alphabet, c.width); got != strings.Repeat(c.alphabet[:1], c.width) {
				t.Errorf("zero is written %q", got)
			}
		})
	}
}
