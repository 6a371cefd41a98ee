package oidc

import (
	"errors"
	"slices"
	"time"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"latchkey/shared/pat"
)

// maxSkew is how far the issuer's clock may be ahead of ours.
const maxSkew = 60 // seconds

// claims is what every token must or may say. Times are seconds since 1970, perhaps with a fraction (RFC 7519
// section 2).
type claims struct {
	Issuer    string         `json:"iss"`
	Subject   string         `json:"sub"`
	Audience  audience       `json:"aud"`
	Expires   *float64       `json:"exp"`
	NotBefore float64        `json:"nbf"`
	IssuedAt  float64        `json:"iat"`
	Events    jsontext.Value `json:"events"`
}

func (c claims) check(issuer, audience string, at time.Time) error {
	now := float64(at.UnixMilli()) / 1000
	switch {
	case c.Issuer != issuer:
		return bad("another issuer's")
	case audience == "" || !slices.Contains(c.Audience, audience):
		return bad("for another audience")
	case c.Subject == "":
		return bad("no subject")
	case c.Expires == nil || now >= *c.Expires:
		return bad("expired, or without an expiry")
	case c.NotBefore > now+maxSkew:
		return bad("not valid yet")
	case c.IssuedAt > now+maxSkew:
		return bad("issued in the future")
	case c.Events != nil: // a log-out token or another security event (RFC 8417), even if its type does not say so
		return bad("an event")
	}
	return nil
}

// audience is one text or a list of them (RFC 7519 section 4.1.3).
type audience []string

// UnmarshalJSON implements json.Unmarshaler.
func (a *audience) UnmarshalJSON(raw []byte) error {
	words, err := texts(raw)
	*a = words
	return err
}

// groups returns the groups that a payload names, at most as many as a user may be in. They only ever add
// rights, so a claim of another form stands for none and does not keep the user out.
func groups(payload []byte, claim string) []string {
	if claim == "" {
		return nil
	}
	var all map[string]jsontext.Value
	if json.Unmarshal(payload, &all) != nil {
		return nil
	}
	words, err := texts(all[claim])
	if err != nil {
		return nil
	}
	var out []string
	for _, word := range words {
		if word != "" && !slices.Contains(out, word) && len(out) < pat.MaxGroups {
			out = append(out, word)
		}
	}
	return out
}

// texts reads a list of texts, or a single one.
func texts(raw jsontext.Value) ([]string, error) {
	switch raw.Kind() {
	case '"':
		var one string
		err := json.Unmarshal(raw, &one)
		return []string{one}, err
	case '[':
		var many []string
		err := json.Unmarshal(raw, &many)
		return many, err
	}
	return nil, errors.New("neither a text nor a list")
}
