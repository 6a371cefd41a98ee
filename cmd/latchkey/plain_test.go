package main

import (
	"strings"
	"testing"
	"unicode"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
	"github.com/google/go-cmp/cmp"
)

func TestNothingFromOutsideSteersTheTerminal(t *testing.T) {
	for text, want := range map[string]string{
		"ci of the shop":       "ci of the shop",
		"Bücher ✓ 日本 🔑":        "Bücher ✓ 日本 🔑",
		"\x1b]0;owned\x07":     `\u001b]0;owned\u0007`,
		"\u009b31mred":         `\u009b31mred`,
		"two\r\nlines\tand":    `two\u000d\nlines\tand`,
		"\u202egnp.exe":        `\u202egnp.exe`,
		"a\u200bb\ufeffc":      `a\u200bb\ufeffc`,
		"\u2028\u2029":         `\u2028\u2029`,
		"tag\U000e0041":        `tag\udb40\udc41`,
		"bad \xff\xc0 bytes":   `bad \xff\xc0 bytes`,
		"the sign \ufffd":      "the sign \ufffd",
		"\x7f\x00":             `\u007f\u0000`,
		"":                     "",
		`already \u001b plain`: `already \u001b plain`,
	} {
		if got := plain(text); got != want {
			t.Errorf("plain(%q) = %q, want %q", text, got, want)
		}
	}
}

// FuzzPlain holds that nothing hidden is left, and that plain text stays as it is.
func FuzzPlain(f *testing.F) {
	f.Add("a\x1b[2Jb\u202e\xff")
	f.Fuzz(func(t *testing.T, text string) {
		got := plain(text)
		if strings.ContainsFunc(got, func(r rune) bool { return hidden(r) || unicode.IsControl(r) }) {
			t.Fatalf("plain(%q) = %q", text, got)
		}
		if again := plain(got); again != got {
			t.Fatalf("plain(%q) = %q, and then %q", text, got, again)
		}
	})
}

// FuzzPlainJSON holds that JSON shown in a terminal is plain, and says what came.
func FuzzPlainJSON(f *testing.F) {
	f.Add([]byte("{\"name\":\"\u009b31m\u202e\U000e0041\",\n\t\"n\":[1,null]}"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if !jsontext.Value(text).IsValid() {
			return
		}
		shown := plainJSON(text)
		if strings.ContainsFunc(shown, func(r rune) bool { return hidden(r) && !strings.ContainsRune("\n\r\t", r) }) {
			t.Fatalf("%q is shown as %q", text, shown)
		}
		var before, after any
		if err := json.Unmarshal(text, &before); err != nil {
			return // a number that no float64 holds
		}
		if err := json.Unmarshal([]byte(shown), &after); err != nil {
			t.Fatalf("%q is shown as %q: %v", text, shown, err)
		}
		if diff := cmp.Diff(before, after); diff != "" {
			t.Fatalf("%q is shown as %q:\n%s", text, shown, diff)
		}
	})
}
