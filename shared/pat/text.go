package pat

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxNameLen        = 100
	maxDescriptionLen = 1000
)

// checkName notes what is wrong with a name: blank, too long, or with characters that a list cannot show.
func checkName(p *problems, name string) {
	blank := !strings.ContainsFunc(name, visible)
	if blank {
		p.add("name", "a name is needed")
		return
	}
	checkText(p, "name", name, maxNameLen, false)
}

func checkDescription(p *problems, description string) {
	checkText(p, "description", description, maxDescriptionLen, true)
}

func checkText(p *problems, field, text string, most int, lines bool) {
	if !utf8.ValidString(text) {
		p.add(field, "not valid UTF-8")
		return
	}
	if utf8.RuneCountInString(text) > most {
		p.add(field, "at most %d characters", most)
	}
	for _, r := range text {
		if hidden(r) && !(lines && (r == '\n' || r == '\t')) {
			p.add(field, "no control characters and none that change the direction of writing (U+%04X)", r)
			return
		}
	}
}

// visible reports whether a person sees anything of r.
func visible(r rune) bool {
	return unicode.IsGraphic(r) && !unicode.IsSpace(r) && !unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r)
}

// hidden reports whether r could make a text look like another one: control characters, line separators,
// and the bidirectional controls of Unicode Standard Annex 9.
func hidden(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' || r == '\ufeff'
}
