package quay

import (
	"cmp"
	"net/http"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// answer is a status, the kind of error, and the detail where it is not the error's own.
type answer struct {
	status int
	title  string
	detail string
}

// answers is total: a test holds it against dialect.Codes. The generated clients decode 400, 401, 403 and 404 alone, so
// what a caller can cause is one of these.
var answers = map[pat.Code]answer{
	pat.CodeUnreadable:        {http.StatusBadRequest, invalidRequest, ""},
	pat.CodeInvalid:           {http.StatusBadRequest, invalidRequest, ""},
	pat.CodeUnauthenticated:   {http.StatusUnauthorized, invalidToken, "Requires authentication"},
	pat.CodeForbidden:         {http.StatusForbidden, insufficientScope, "Unauthorized"},
	pat.CodeExchanged:         {http.StatusForbidden, insufficientScope, "Unauthorized"},
	pat.CodeInsufficientScope: {http.StatusForbidden, insufficientScope, "Unauthorized"},
	pat.CodeNotFound:          {http.StatusNotFound, notFound, "Not Found"},
	pat.CodeConflict:          {http.StatusBadRequest, invalidRequest, ""},
	pat.CodeLimitReached:      {http.StatusBadRequest, invalidRequest, ""},
	pat.CodePrecondition:      {http.StatusBadRequest, invalidRequest, ""}, // this and the next, only another API can cause
	pat.CodeIdempotencyReused: {http.StatusBadRequest, invalidRequest, ""},
	pat.CodeRateLimited:       {http.StatusTooManyRequests, tooManyRequests, ""},
	pat.CodeUnavailable:       {http.StatusServiceUnavailable, unavailable, ""},
	pat.CodeInternal:          {http.StatusInternalServerError, internalError, ""},
	dialect.CodeNoRoute:       {http.StatusNotFound, notFound, ""},
	dialect.CodeMethod:        {http.StatusMethodNotAllowed, methodNotAllowed, ""},
	dialect.CodeTooLarge:      {http.StatusRequestEntityTooLarge, requestTooLarge, ""},
	dialect.CodeMediaType:     {http.StatusBadRequest, invalidRequest, ""},
}

// problem is the body of every error. Each client reads another of its members.
type problem struct {
	Status       int    `json:"status"`
	Title        string `json:"title"`
	ErrorType    string `json:"error_type"`
	Detail       string `json:"detail"`
	ErrorMessage string `json:"error_message"`
	Type         string `json:"type"`
}

// fault answers an error in the product's words. There is no challenge on 401: the product has none.
func fault(r *dialect.Request, err error) dialect.Response {
	e := dialect.Refusal(err)
	a := answers[e.Code]
	detail := cmp.Or(a.detail, explained(e))
	res, err := dialect.JSON(a.status, problem{a.status, a.title, a.title, detail, detail, typeOf(r, a.title)})
	if err != nil { // cannot happen: a problem is made of plain text
		return dialect.Empty(http.StatusInternalServerError)
	}
	dialect.Advise(res.Header, e)
	return res
}

// explained is the error in one text, its fields included.
func explained(e *pat.Error) string {
	text := e.Message
	for _, f := range e.Fields {
		name := f.Field
		if name == "name" {
			name = "title"
		}
		text += "; "
		if name != "" {
			text += name + ": "
		}
		text += f.Detail
	}
	return text
}
