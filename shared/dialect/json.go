package dialect

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"latchkey/shared/pat"
)

// maxDepth bounds the nesting of a body.
const maxDepth = 16

// NotAcceptable is the message of a refusal that names fields.
const NotAcceptable = "the request is not acceptable"

// StrictJSON reads a body into v: one value, valid UTF-8, no member unknown, repeated or in other case, and null only
// for the members named by their JSON pointers. What is no such JSON is pat.CodeUnreadable; JSON that does not fit is
// pat.CodeInvalid.
func StrictJSON(body []byte, v any, nullable ...string) error {
	isNull := func(at jsontext.Pointer) bool { return slices.Contains(nullable, string(at)) }
	return readJSON(body, v, isNull, json.RejectUnknownMembers(true))
}

// LenientJSON is StrictJSON for products that pass over members they do not know. A member that is null is for v to
// judge: all of its members must be Optional.
func LenientJSON(body []byte, v any) error {
	return readJSON(body, v, func(at jsontext.Pointer) bool { return at != "" })
}

func readJSON(body []byte, v any, mayBeNull func(jsontext.Pointer) bool, options ...json.Options) error {
	if err := scan(body, mayBeNull); err != nil {
		return err
	}
	if err := json.Unmarshal(body, v, options...); err != nil {
		return unfit(err)
	}
	return nil
}

// scan walks through the body once, before anything is made of it.
func scan(body []byte, mayBeNull func(jsontext.Pointer) bool) error {
	dec := jsontext.NewDecoder(bytes.NewReader(body))
	var fields []pat.FieldError
	for {
		token, err := dec.ReadToken()
		switch {
		case errors.Is(err, io.EOF) && dec.InputOffset() > 0 && dec.StackDepth() == 0:
			if len(fields) > 0 {
				return &pat.Error{Code: pat.CodeInvalid, Message: NotAcceptable, Fields: fields}
			}
			return nil
		case errors.Is(err, jsontext.ErrDuplicateName):
			return Unreadable("a member is there twice")
		case err != nil:
			return Unreadable("the body is not JSON, from byte " + strconv.FormatInt(dec.InputOffset(), 10) + " on")
		case dec.StackDepth() > maxDepth:
			return Unreadable("the body is nested too deeply")
		}
		at := dec.StackPointer()
		if token.Kind() == 'n' && !mayBeNull(at) && len(fields) < pat.MaxScopes {
			fields = append(fields, pat.FieldError{Field: field(at), Detail: "null is no value here"})
		}
	}
}

// Unreadable is the refusal of what cannot be parsed.
func Unreadable(message string) error { return &pat.Error{Code: pat.CodeUnreadable, Message: message} }

// unfit says where a body does not fit, without repeating what was sent.
func unfit(err error) error {
	semantic, ok := errors.AsType[*json.SemanticError](err)
	if !ok {
		return Unreadable("the body is not the JSON that is expected here")
	}
	detail := "not a value of the kind that is expected here"
	if errors.Is(err, json.ErrUnknownName) {
		detail = "there is no such member"
	}
	return &pat.Error{Code: pat.CodeInvalid, Message: NotAcceptable,
		Fields: []pat.FieldError{{Field: field(semantic.JSONPointer), Detail: detail}}}
}

var plainPointer = regexp.MustCompile(`^(/[A-Za-z0-9_]{1,32}){1,4}$`)

// field returns the place without the leading slash, "" where its text could be anything, even a secret.
func field(p jsontext.Pointer) string {
	if !plainPointer.MatchString(string(p)) {
		return ""
	}
	return string(p[1:])
}

// Optional is a member that may be absent, null, or there.
type Optional[T any] struct {
	Set   bool // there, even if null
	Null  bool
	Value T
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (o *Optional[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	o.Set = true
	o.Null = dec.PeekKind() == 'n'
	return json.UnmarshalDecode(dec, &o.Value)
}

// Get returns the value as the service takes it: nil if the member is absent, the zero value if it is null.
func (o Optional[T]) Get() *T {
	if !o.Set {
		return nil
	}
	return &o.Value
}
