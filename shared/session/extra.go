package session

import (
	"errors"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"latchkey/shared/pat"
)

// source says what a session was got with, if not with a password.
type source struct {
	Type string `json:"type"`
	ID   string `json:"id"`
}

// sourceToken is the type of a source that is a token.
const sourceToken = "pat"

// hubUser tells Docker Hub's clients who they are.
type hubUser struct {
	Username string `json:"username"`
	UUID     string `json:"uuid"`
}

// extras are the claims that some sessions have and others do not.
type extras struct {
	Source claim[source]  `json:"source,omitzero"`
	Hub    claim[hubUser] `json:"https://hub.docker.com,omitzero"`
}

func newExtras(s pat.Session) extras {
	var e extras
	if s.Token != "" {
		e.Source = claim[source]{true, source{sourceToken, string(s.Token)}}
	}
	if s.Product == pat.DockerHub {
		e.Hub = claim[hubUser]{true, hubUser{s.Owner.Name(), s.Tag.UUID()}}
	}
	return e
}

// read puts into the session what the claims say.
func (e extras) read(s *pat.Session) {
	if e.Source.set {
		s.Token = pat.ID(e.Source.value.ID)
	}
	if e.Hub.set {
		s.Product = pat.DockerHub
		s.Tag, _ = pat.TagOf(e.Hub.value.UUID)
	}
}

func (e extras) check(c claims) error {
	_, isToken := pat.ParseID(e.Source.value.ID)
	_, isTag := pat.TagOf(e.Hub.value.UUID)
	switch {
	case e.Source.set && (e.Source.value.Type != sourceToken || !isToken):
		return errors.New("malformed source")
	case e.Source.set && len(c.Scope) == 0:
		return errors.New("a token's session without scope")
	case e.Hub.set && (pat.UserID(e.Hub.value.Username) != pat.OwnerID(c.Subject) || !isTag): // no other issuer's subject
		return errors.New("malformed user")
	}
	return nil
}

// claim is an object that may be absent and never null: absence can mean more rights, so nothing else is read as absence.
type claim[T any] struct {
	set   bool
	value T
}

// IsZero reports whether the claim is left out.
func (c claim[T]) IsZero() bool { return !c.set }

// MarshalJSONTo implements json.MarshalerTo.
func (c claim[T]) MarshalJSONTo(enc *jsontext.Encoder) error { return json.MarshalEncode(enc, c.value) }

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (c *claim[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	if dec.PeekKind() != '{' {
		return errors.New("not an object")
	}
	c.set = true
	return json.UnmarshalDecode(dec, &c.value)
}
