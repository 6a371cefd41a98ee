package dockerhub

import (
	"cmp"
	"errors"
	"net/http"
	"strconv"
	"strings"
	"time"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// fault answers errors. It tells the time when a client may come back.
type fault struct{ now func() time.Time }

// answer is a status, and the message where it is not the error's own; the detail is.
type answer struct {
	status  int
	message string
}

// answers is total: a test holds it against pat.Codes. Clients look for some of these words.
var answers = map[pat.Code]answer{
	pat.CodeUnreadable:        {http.StatusBadRequest, ""},
	pat.CodeInvalid:           {http.StatusBadRequest, ""},
	pat.CodeUnauthenticated:   {http.StatusUnauthorized, "unauthorized"},
	pat.CodeForbidden:         {http.StatusForbidden, "forbidden"},
	pat.CodeExchanged:         {http.StatusForbidden, "token issued from personal access token is not allowed"},
	pat.CodeInsufficientScope: {http.StatusForbidden, "forbidden"},
	pat.CodeNotFound:          {http.StatusNotFound, "access token not found"},
	pat.CodeConflict:          {http.StatusConflict, ""},
	pat.CodeLimitReached:      {http.StatusConflict, ""},
	pat.CodePrecondition:      {http.StatusConflict, ""}, // this and the next, only another API can cause
	pat.CodeIdempotencyReused: {http.StatusConflict, ""},
	pat.CodeRateLimited:       {http.StatusTooManyRequests, ""},
	pat.CodeUnavailable:       {http.StatusServiceUnavailable, ""},
	pat.CodeInternal:          {http.StatusInternalServerError, ""},
	codeNoRoute:               {http.StatusNotFound, "not found"},
	codeMethod:                {http.StatusMethodNotAllowed, "method not allowed"},
	codeTooLarge:              {http.StatusRequestEntityTooLarge, "body too large"},
	codeMediaType:             {http.StatusBadRequest, ""},
}

// The codes of what HTTP itself refuses.
const (
	codeNoRoute   pat.Code = "no_such_path"
	codeMethod    pat.Code = "method_not_allowed"
	codeTooLarge  pat.Code = "too_large"
	codeMediaType pat.Code = "unsupported_media_type"
)

// answer answers an error in the product's words. But for 400, it is an object of texts alone: the command line shows
// no other.
func (f fault) answer(_ *dialect.Request, err error) dialect.Response {
	e := refusal(err)
	a := answers[e.Code]
	_, loggingIn := errors.AsType[errLogin](err)
	var body any
	switch {
	case a.status == http.StatusBadRequest:
		body = invalid{fieldTexts(e.Fields), e.Message}
	case loggingIn && a.status == http.StatusUnauthorized:
		body = problem{Detail: e.Message}
	case e.Code == pat.CodeNotFound:
		body = problem{a.message, a.message}
	default:
		body = problem{detail(e), cmp.Or(a.message, e.Message)}
	}
	res, err := respond(a.status, body)
	if err != nil { // cannot happen: a problem is made of plain text
		return dialect.Response{Status: http.StatusInternalServerError, Header: http.Header{}}
	}
	f.head(res.Header, a.status, e)
	return res
}

// head sets what an error's answer says beside its body.
func (f fault) head(header http.Header, status int, e *pat.Error) {
	if status == http.StatusUnauthorized || status == http.StatusForbidden {
		header.Set("WWW-Authenticate", `Bearer realm="latchkey"`)
	}
	if e.RetryAfter > 0 {
		wait := int64((e.RetryAfter + time.Second - 1) / time.Second)
		header.Set("Retry-After", strconv.FormatInt(wait, 10))
		if status == http.StatusTooManyRequests {
			header.Set("X-Retry-After", strconv.FormatInt(f.now().Add(e.RetryAfter+time.Second-1).Unix(), 10))
		}
	}
	if method, ok := errors.AsType[*dialect.MethodError](e.Err); ok {
		header.Set("Allow", strings.Join(method.Allow, ", "))
	}
}

// refusal turns what the pipe refuses into the same kind of error as what the service refuses.
func refusal(err error) *pat.Error {
	if _, ok := errors.AsType[*dialect.MethodError](err); ok {
		return &pat.Error{Code: codeMethod, Message: "this path has other methods", Err: err}
	}
	switch {
	case errors.Is(err, dialect.ErrNoRoute):
		return &pat.Error{Code: codeNoRoute, Message: "there is nothing at this path"}
	case errors.Is(err, dialect.ErrTooLarge):
		return &pat.Error{Code: codeTooLarge, Message: "the body is larger than is taken here"}
	case errors.Is(err, dialect.ErrMediaType):
		return &pat.Error{Code: codeMediaType, Message: "the body must be application/json in UTF-8"}
	}
	return pat.AsError(err)
}
