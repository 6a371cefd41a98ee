package native

import (
	"encoding/base64"
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// fields is dialect.Fields with the native API's ways of reading values.
type fields struct{ dialect.Fields }

// instant reads a time.
func (f *fields) instant(name, text string) time.Time {
	at, ok := dialect.ParseTime(text)
	if !ok {
		f.Add(name, "a time of RFC 3339, such as 2030-01-31T12:00:00Z")
	}
	return at
}

const timeLayout = "2006-01-02T15:04:05.000Z"

func wireTime(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(timeLayout)
}

// networks reads addresses and networks; an address is the network of itself alone.
func (f *fields) networks(name string, texts []string) []netip.Prefix {
	var out []netip.Prefix
	for i, text := range texts {
		rule, err := netip.ParsePrefix(text)
		if !strings.Contains(text, "/") {
			var addr netip.Addr
			if addr, err = netip.ParseAddr(text); err == nil {
				rule = netip.PrefixFrom(addr.Unmap(), addr.Unmap().BitLen())
				if addr.Zone() != "" {
					rule = netip.Prefix{}
				}
			}
		}
		if err != nil || !rule.IsValid() {
			f.Add(name+"/"+strconv.Itoa(i), "an address or a network, such as 192.0.2.7 or 192.0.2.0/24")
		}
		out = append(out, rule)
	}
	return out
}

func scopes(texts []string) []pat.Scope {
	out := make([]pat.Scope, len(texts))
	for i, text := range texts {
		out[i] = pat.Scope(text)
	}
	return out
}

// query reads the query's parameters: only those named, each once.
func query(r *dialect.Request, names ...string) (url.Values, error) {
	values, f, err := parameters(r, names)
	if err != nil {
		return nil, err
	}
	for _, name := range names {
		if len(values[name]) > 1 {
			f.Add("?"+name, "this parameter is there more than once")
		}
	}
	return values, f.Err()
}

// parameters reads the query's parameters: only those named, each as often as it may be, and with a value.
func parameters(r *dialect.Request, names []string) (url.Values, fields, error) {
	values, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return nil, fields{}, dialect.Unreadable("the query cannot be read")
	}
	var f fields
	for _, name := range names {
		if slices.Contains(values[name], "") {
			f.Add("?"+name, "this parameter has no value")
		}
	}
	for name := range values {
		if !slices.Contains(names, name) {
			takes := "there is no query here"
			if len(names) > 0 {
				takes = "the query takes only " + strings.Join(names, ", ")
			}
			f.Add("", takes)
			break // it could be a secret, so it is not named; once is enough
		}
	}
	return values, f, nil
}

// noQuery refuses any query: what we would pass over, such as ?dryRun=true, a client would believe in.
func noQuery(r *dialect.Request) error {
	_, err := query(r)
	return err
}

var decimal = regexp.MustCompile(`^[1-9][0-9]{0,8}$`)

// limit reads the size of a page; 0 when none is asked for.
func (f *fields) limit(text string) int {
	if text == "" {
		return 0
	}
	n, err := strconv.Atoi(text)
	if !decimal.MatchString(text) || err != nil {
		f.Add("?limit", "a whole number from 1 on")
	}
	return n
}

// A cursor is opaque to its holder: the kind of listing, and the last item's place in it.
const (
	tokenCursor = "t"
	userCursor  = "u"
)

func encodeCursor(kind, place string) string {
	if place == "" {
		return ""
	}
	return base64.RawURLEncoding.EncodeToString([]byte(kind + place))
}

// cursor reads one; "" when there is none or it is refused.
func (f *fields) cursor(kind, text string) string {
	plain, err := base64.RawURLEncoding.Strict().DecodeString(text)
	place := strings.TrimPrefix(string(plain), kind)
	if err != nil || encodeCursor(kind, place) != text { // one spelling alone: the decoder passes over line ends
		f.Add("?cursor", "not a cursor of this listing")
		return ""
	}
	return place
}
