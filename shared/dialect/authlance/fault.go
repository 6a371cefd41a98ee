package authlance

import (
	"net/http"
	"strings"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// statuses is total: a test holds it against pat.Codes.
var statuses = map[pat.Code]int{
	pat.CodeUnreadable:        http.StatusBadRequest,
	pat.CodeInvalid:           http.StatusBadRequest,
	pat.CodeUnauthenticated:   http.StatusUnauthorized,
	pat.CodeForbidden:         http.StatusForbidden,
	pat.CodeExchanged:         http.StatusForbidden,
	pat.CodeInsufficientScope: http.StatusForbidden,
	pat.CodeNotFound:          http.StatusNotFound,
	pat.CodeConflict:          http.StatusConflict,
	pat.CodeLimitReached:      http.StatusBadRequest,
	pat.CodePrecondition:      http.StatusConflict, // this and the next, only another API can cause
	pat.CodeIdempotencyReused: http.StatusConflict,
	pat.CodeRateLimited:       http.StatusTooManyRequests,
	pat.CodeUnavailable:       http.StatusServiceUnavailable,
	pat.CodeInternal:          http.StatusInternalServerError,
	dialect.CodeNoRoute:       http.StatusNotFound,
	dialect.CodeMethod:        http.StatusMethodNotAllowed,
	dialect.CodeTooLarge:      http.StatusRequestEntityTooLarge,
	dialect.CodeMediaType:     http.StatusBadRequest,
}

// problem is the body of every error.
type problem struct {
	Error string `json:"error"`
}

// fault answers an error: by its status, and in one sentence.
func fault(_ *dialect.Request, err error) dialect.Response {
	e := dialect.Refusal(err)
	status := statuses[e.Code]
	res, err := dialect.JSON(status, problem{sentence(e)})
	if err != nil { // cannot happen: a problem is made of plain text
		return dialect.Empty(http.StatusInternalServerError)
	}
	if status == http.StatusUnauthorized || status == http.StatusForbidden {
		res.Header.Set("WWW-Authenticate", `Bearer realm="latchkey"`)
	}
	dialect.Advise(res.Header, e)
	return res
}

// sentence is the error in one, with each field that is wrong. Of a list, it names no places.
func sentence(e *pat.Error) string {
	var wrong []string
	for _, f := range e.Fields {
		name, _, _ := strings.Cut(f.Field, "/")
		if name == "expiresAt" { // what the policy says of the days
			name = "expiresInDays"
		}
		text := f.Detail
		if name != "" {
			text = name + ": " + f.Detail
		}
		wrong = append(wrong, text)
	}
	if len(wrong) == 0 {
		return e.Message
	}
	return e.Message + ": " + strings.Join(wrong, "; ")
}
