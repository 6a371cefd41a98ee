package authlance

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// fields is dialect.Fields with Authlance's ways of reading values.
type fields struct{ dialect.Fields }

// maxGroup is the highest number that every JavaScript can count to.
const maxGroup = 1<<53 - 1

// group is the group of a number, which is the one with that very name.
func (f *fields) group(n uint64, there bool) string {
	if !there || n > maxGroup {
		f.Add("groupId", "a whole number from 0 to "+strconv.FormatUint(maxGroup, 10))
		return ""
	}
	return strconv.FormatUint(n, 10)
}

// groupText is the group of a number that is written as a text, in its one way.
func (f *fields) groupText(text string) string {
	n, err := strconv.ParseUint(text, 10, 64)
	return f.group(n, err == nil && strconv.FormatUint(n, 10) == text)
}

// groupNumber is the number of the group that owns a token. Tokens of this product are of such groups alone.
func groupNumber(t pat.Token) (uint64, error) { return strconv.ParseUint(t.Owner.Group(), 10, 64) }

// lifetime is so many days.
func (f *fields) lifetime(days uint64) time.Duration {
	if days < 1 || days > maxDays {
		f.Add("expiresInDays", "a whole number from 1 to "+strconv.Itoa(maxDays))
		return 0
	}
	return time.Duration(days) * day
}

const (
	own         = string(pat.Authlance) + ":" // before the product's words, where they stand among other products' scopes
	publicScope = "public_scope"
	fullScope   = "full_scope"
)

// scopes takes the product's scopes, each once.
func (f *fields) scopes(texts []string) []pat.Scope {
	if len(texts) > pat.MaxScopes {
		f.Add("scopes", "at most "+strconv.Itoa(pat.MaxScopes))
		return nil
	}
	for _, text := range texts {
		if text != publicScope && text != fullScope {
			f.Add("scopes", "some of "+publicScope+", "+fullScope)
			return nil
		}
	}
	return distinct(texts)
}

// distinct are the scopes of that name, in their order.
func distinct(texts []string) []pat.Scope {
	out := make([]pat.Scope, 0, 2)
	for _, text := range texts {
		if scope := pat.Scope(own + text); !slices.Contains(out, scope) {
			out = append(out, scope)
		}
	}
	return out
}

// names writes scopes in the product's words. Others, which another API has set, stay as they are.
func names(scopes []pat.Scope) []string {
	out := make([]string, len(scopes))
	for i, scope := range scopes {
		out[i] = strings.TrimPrefix(string(scope), own)
	}
	return out
}

// widest is the scope that includes the others, "" if none is the product's.
func widest(scopes []pat.Scope) string {
	for _, name := range []string{fullScope, publicScope} {
		if slices.Contains(scopes, pat.Scope(own+name)) {
			return name
		}
	}
	return ""
}
