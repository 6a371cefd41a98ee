package dockerhub

import (
	"cmp"
	"errors"
	"net/http"
	"strconv"
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
	dialect.CodeNoRoute:       {http.StatusNotFound, "no such path"}, // "not found" would tell a client that a token is gone
	dialect.CodeMethod:        {http.StatusMethodNotAllowed, "method not allowed"},
	dialect.CodeTooLarge:      {http.StatusRequestEntityTooLarge, "body too large"},
	dialect.CodeMediaType:     {http.StatusBadRequest, ""},
}

// answer answers an error in the product's words. But for 400, it is an object of texts alone: the command line shows
// no other.
func (f fault) answer(_ *dialect.Request, err error) dialect.Response {
	e := dialect.Refusal(err)
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
	res, err := dialect.JSON(a.status, body)
	if err != nil { // cannot happen: a problem is made of plain text
		return dialect.Empty(http.StatusInternalServerError)
	}
	f.head(res.Header, a.status, e)
	return res
}

// head sets what an error's answer says beside its body.
func (f fault) head(header http.Header, status int, e *pat.Error) {
	if status == http.StatusUnauthorized || status == http.StatusForbidden {
		header.Set("WWW-Authenticate", `Bearer realm="latchkey"`)
	}
	if status == http.StatusTooManyRequests {
		header.Set("X-Retry-After", strconv.FormatInt(f.now().Add(e.RetryAfter+time.Second-1).Unix(), 10))
	}
	dialect.Advise(header, e)
}
