package session

import (
	"errors"
	"strings"
	"time"

	"github.com/go-json-experiment/json"

	"latchkey/shared/pat"
)

// maxSkew is how far in the future a session may have been issued, by the clock of another of our machines.
const maxSkew = time.Minute

// claims is the payload. Its times are NumericDates (RFC 7519 section 2), always in whole seconds.
type claims struct {
	Issuer   string `json:"iss"`
	Audience string `json:"aud"`
	Subject  string `json:"sub"`
	IssuedAt int64  `json:"iat"`
	Expires  int64  `json:"exp"`
	ID       string `json:"jti"`
	Epoch    *int64 `json:"epoch"` // a pointer, because zero is an epoch and absence is none
	Scope    scopes `json:"scope,omitzero"`
	extras
}

func encodeClaims(s pat.Session, issuer string) ([]byte, error) {
	c := claims{Issuer: issuer, Audience: issuer, Subject: string(s.Owner), IssuedAt: s.IssuedAt.Unix(),
		Expires: s.ExpiresAt.Unix(), ID: s.ID, Epoch: &s.Epoch, Scope: s.Scopes, extras: newExtras(s)}
	if err := c.check(issuer, s.IssuedAt); err != nil {
		return nil, err
	}
	return json.Marshal(c)
}

// decodeClaims takes what our key signed. A claim that we do not know is refused, because it may be one that
// restricts; so is one that is there twice, which the decoder sees to.
func decodeClaims(payload []byte, issuer string, now time.Time) (pat.Session, error) {
	var c claims
	if err := json.Unmarshal(payload, &c, json.RejectUnknownMembers(true)); err != nil {
		return pat.Session{}, bad("malformed claims")
	}
	if err := c.check(issuer, now); err != nil {
		return pat.Session{}, bad(err.Error())
	}
	session := pat.Session{ID: c.ID, Owner: pat.OwnerID(c.Subject), Epoch: *c.Epoch, Scopes: c.Scope,
		IssuedAt: time.Unix(c.IssuedAt, 0).UTC(), ExpiresAt: time.Unix(c.Expires, 0).UTC()}
	c.extras.read(&session)
	return session, nil
}

// check says what is wrong with the claims, in words that hold none of them.
func (c claims) check(issuer string, now time.Time) error {
	_, isOwner := pat.ParseOwnerID(c.Subject)
	switch {
	case c.Issuer != issuer:
		return errors.New("another issuer's")
	case c.Audience != issuer:
		return errors.New("for another audience")
	case !isOwner:
		return errors.New("no owner")
	case c.ID == "":
		return errors.New("no id")
	case c.Epoch == nil:
		return errors.New("no epoch")
	case !c.Scope.valid():
		return errors.New("malformed scope")
	case c.IssuedAt <= 0 || c.IssuedAt > now.Add(maxSkew).Unix():
		return errors.New("issued in the future, or never")
	case c.Expires <= c.IssuedAt || now.Unix() >= c.Expires:
		return errors.New("expired")
	}
	return c.extras.check(c)
}

// scopes is the claim "scope": words with single spaces between (RFC 8693 section 4.2). Its absence stands
// for all that the user may do, so nothing else may ever be read as absence: not null and not an empty text.
type scopes []pat.Scope

func (s scopes) valid() bool {
	for _, scope := range s {
		if !scope.Valid() {
			return false
		}
	}
	return len(s) <= pat.MaxScopes
}

// IsZero reports whether the claim is left out.
func (s scopes) IsZero() bool { return len(s) == 0 }

// MarshalJSON implements json.Marshaler.
func (s scopes) MarshalJSON() ([]byte, error) {
	words := make([]string, len(s))
	for i, scope := range s {
		words[i] = string(scope)
	}
	return json.Marshal(strings.Join(words, " "))
}

// UnmarshalJSON implements json.Unmarshaler. What is no list of words becomes a list that is not valid.
func (s *scopes) UnmarshalJSON(raw []byte) error {
	var text string
	if err := json.Unmarshal(raw, &text); err != nil {
		return err
	}
	*s = nil
	for word := range strings.SplitSeq(text, " ") {
		*s = append(*s, pat.Scope(word))
	}
	return nil
}
