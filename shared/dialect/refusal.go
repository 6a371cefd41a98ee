package dialect

import (
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"latchkey/shared/pat"
)

// The codes of what HTTP itself refuses, which stand beside those of pat in each dialect's table of answers.
const (
	CodeNoRoute   pat.Code = "no_such_path"
	CodeMethod    pat.Code = "method_not_allowed"
	CodeTooLarge  pat.Code = "too_large"
	CodeMediaType pat.Code = "unsupported_media_type"
)

// Codes returns every code that a table of answers has.
func Codes() []pat.Code {
	return append(pat.Codes(), CodeNoRoute, CodeMethod, CodeTooLarge, CodeMediaType)
}

// Refusal turns what the pipe refuses into the same kind of error as what the service refuses.
func Refusal(err error) *pat.Error {
	if _, ok := errors.AsType[*MethodError](err); ok {
		return &pat.Error{Code: CodeMethod, Message: "this path has other methods", Err: err}
	}
	switch {
	case errors.Is(err, ErrNoRoute):
		return &pat.Error{Code: CodeNoRoute, Message: "there is nothing at this path"}
	case errors.Is(err, ErrTooLarge):
		return &pat.Error{Code: CodeTooLarge, Message: "the body is larger than is taken here"}
	case errors.Is(err, ErrMediaType):
		return &pat.Error{Code: CodeMediaType, Message: "the body must be application/json in UTF-8"}
	}
	return pat.AsError(err)
}

// Advise sets what HTTP says beside any refusal: how long to wait (Retry-After, in whole seconds, rounded up) and which
// methods there are (Allow).
func Advise(header http.Header, e *pat.Error) {
	if e.RetryAfter > 0 {
		header.Set("Retry-After", strconv.FormatInt(int64((e.RetryAfter+time.Second-1)/time.Second), 10))
	}
	if method, ok := errors.AsType[*MethodError](e.Err); ok {
		header.Set("Allow", strings.Join(method.Allow, ", "))
	}
}
