package native

import (
	"crypto/sha256"
	"regexp"
	"strconv"
	"strings"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// replay reads the Idempotency-Key. A comma in it is refused: a gateway joins two such headers with one.
func replay(r *dialect.Request, body []byte) (*pat.Replay, error) {
	key, err := r.Header1("Idempotency-Key")
	if err != nil || len(r.Header.Values("Idempotency-Key")) == 0 {
		return nil, err
	}
	if strings.Contains(key, ",") {
		return nil, &pat.Error{Code: pat.CodeUnreadable, Message: "the Idempotency-Key is one, without a comma"}
	}
	return &pat.Replay{Key: key, Body: sha256.Sum256(body)}, nil
}

var etagForm = regexp.MustCompile(`^(W/)?"[\x21\x23-\x7e]*"$`)

// ifMatch reads If-Match (RFC 9110 section 13.1.1): "*" or a list of entity tags. A weak one never matches.
func ifMatch(r *dialect.Request) (pat.IfMatch, error) {
	values := r.Header.Values("If-Match")
	if len(values) == 0 {
		return nil, nil
	}
	text := strings.Join(values, ",")
	if text == "*" {
		return nil, nil
	}
	match := pat.IfMatch{}
	for tag := range strings.SplitSeq(text, ",") {
		tag = strings.Trim(tag, " \t")
		if !etagForm.MatchString(tag) {
			return nil, dialect.Unreadable("If-Match is * or a list of entity tags in quotes")
		}
		version, ours := strings.CutPrefix(tag, `"v`)
		if n, err := strconv.ParseInt(strings.TrimSuffix(version, `"`), 10, 64); ours && err == nil && tag == etag(n) {
			match = append(match, n)
		}
	}
	return match, nil
}
