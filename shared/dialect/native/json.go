package native

import (
	"bytes"
	"errors"
	"io"
	"regexp"
	"slices"
	"strconv"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// maxDepth bounds the nesting of a body.
const maxDepth = 16

const jsonType = "application/json"

// decodeJSON reads the body of a request without a query into v: one value, valid UTF-8, no member unknown, repeated or in other case, and
// null only for the members named. What is no such JSON is CodeUnreadable; JSON that does not fit is CodeInvalid.
func decodeJSON(r *dialect.Request, v any, nullable []string, mediaTypes ...string) ([]byte, error) {
	if err := noQuery(r); err != nil {
		return nil, err
	}
	body, err := r.JSONBody(append(mediaTypes, jsonType)...)
	if err != nil {
		return nil, err
	}
	if err := scan(body, nullable); err != nil {
		return nil, err
	}
	if err := json.Unmarshal(body, v, json.RejectUnknownMembers(true)); err != nil {
		return nil, unfit(err)
	}
	return body, nil
}

// scan walks through the body once, before anything is made of it.
func scan(body []byte, nullable []string) error {
	dec := jsontext.NewDecoder(bytes.NewReader(body))
	var fields []pat.FieldError
	for {
		token, err := dec.ReadToken()
		switch {
		case errors.Is(err, io.EOF) && dec.InputOffset() > 0 && dec.StackDepth() == 0:
			if len(fields) > 0 {
				return &pat.Error{Code: pat.CodeInvalid, Message: notAcceptable, Fields: fields}
			}
			return nil
		case errors.Is(err, jsontext.ErrDuplicateName):
			return unreadable("a member is there twice")
		case err != nil:
			return unreadable("the body is not JSON, from byte " + strconv.FormatInt(dec.InputOffset(), 10) + " on")
		case dec.StackDepth() > maxDepth:
			return unreadable("the body is nested too deeply")
		}
		at := dec.StackPointer()
		if token.Kind() == 'n' && !slices.Contains(nullable, string(at)) && len(fields) < pat.MaxScopes {
			fields = append(fields, pat.FieldError{Field: field(at), Detail: "null is no value here"})
		}
	}
}

const notAcceptable = "the request is not acceptable"

func unreadable(message string) error { return &pat.Error{Code: pat.CodeUnreadable, Message: message} }

// unfit says where a body does not fit, without repeating what was sent.
func unfit(err error) error {
	semantic, ok := errors.AsType[*json.SemanticError](err)
	if !ok {
		return unreadable("the body is not the JSON that is expected here")
	}
	detail := "not a value of the kind that is expected here"
	if errors.Is(err, json.ErrUnknownName) {
		detail = "there is no such member"
	}
	return &pat.Error{Code: pat.CodeInvalid, Message: notAcceptable,
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

// optional is a member that may be absent, null, or there.
type optional[T any] struct {
	set   bool // there, even if null
	null  bool
	value T
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (o *optional[T]) UnmarshalJSONFrom(dec *jsontext.Decoder) error {
	o.set = true
	o.null = dec.PeekKind() == 'n'
	return json.UnmarshalDecode(dec, &o.value)
}

// get returns the value as the service takes it: nil if the member is absent, the zero value if it is null.
func (o optional[T]) get() *T {
	if !o.set {
		return nil
	}
	return &o.value
}
