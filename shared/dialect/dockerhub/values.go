package dockerhub

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// fields is dialect.Fields with Docker Hub's ways of reading values.
type fields struct{ dialect.Fields }

// notNull refuses a member that is null where something is needed.
func (f *fields) notNull(name string, null bool) {
	if null {
		f.Add(name, "needed")
	}
}

// instant reads a time.
func (f *fields) instant(name, text string) time.Time {
	at, ok := dialect.ParseTime(text)
	if !ok {
		f.Add(name, "a time of RFC 3339, such as 2030-01-31T12:00:00Z")
	}
	return at
}

// validScopes are all that the product has. What they imply is the policy's to say.
var validScopes = []string{"repo:admin", "repo:write", "repo:read", "repo:public_read"}

// scopes takes the product's scopes, in the order sent; the service sees to it that none is there twice.
func (f *fields) scopes(texts []string) []pat.Scope {
	out := make([]pat.Scope, len(texts))
	for i, text := range texts {
		if !slices.Contains(validScopes, text) {
			f.Add("scopes", "some of "+strings.Join(validScopes, ", "))
			return nil
		}
		out[i] = pat.Scope(text)
	}
	return out
}

// query reads the query. Parameters that mean nothing here are passed over.
func query(r *dialect.Request) (url.Values, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, dialect.Unreadable("the query cannot be read")
	}
	return values, nil
}

var decimal = regexp.MustCompile(`^[1-9][0-9]*$`)

// maxNumber is far beyond any page; what is above it is it.
const maxNumber = 1 << 30

// number reads a whole number from 1 on; none is what it is unless asked for.
func (f *fields) number(q url.Values, name string, unasked int) int {
	all := q[name]
	if len(all) == 0 {
		return unasked
	}
	if len(all) > 1 || !decimal.MatchString(all[0]) {
		f.Add(name, "a whole number from 1 on, once")
		return unasked
	}
	n, err := strconv.Atoi(all[0])
	if err != nil { // beyond all bounds
		return maxNumber
	}
	return min(n, maxNumber)
}
