package main

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// plain makes a text from outside fit for a terminal: one line, and nothing in it that a terminal would obey or
// that would make it look like another text. Tabs and line ends are written as such, so that tables hold.
func plain(text string) string {
	var b strings.Builder
	for i, r := range text {
		if r == utf8.RuneError {
			if _, size := utf8.DecodeRuneInString(text[i:]); size == 1 {
				fmt.Fprintf(&b, `\x%02x`, text[i])
				continue
			}
		}
		switch {
		case r == '\n':
			b.WriteString(`\n`)
		case r == '\t':
			b.WriteString(`\t`)
		case hidden(r):
			b.WriteString(escape(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// plainJSON escapes what plain would in a valid JSON text, which says the same as before: such characters can
// stand only within its strings, but for the white space that it leaves alone.
func plainJSON(text []byte) string {
	var b strings.Builder
	for _, r := range string(text) {
		if hidden(r) && r != '\n' && r != '\t' && r != '\r' {
			b.WriteString(escape(r))
			continue
		}
		b.WriteRune(r)
	}
	return b.String()
}

// hidden reports whether r steers a terminal, or the direction of writing, or cannot be seen at all.
func hidden(r rune) bool {
	return !unicode.IsGraphic(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' || r == '\ufeff'
}

// escape writes r as JSON would, which people and programs can both read.
func escape(r rune) string {
	if r > 0xffff {
		r -= 0x10000
		return fmt.Sprintf(`\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
	}
	return fmt.Sprintf(`\u%04x`, r)
}
