package hoprd

import (
	"errors"
	"net/http"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// answer is a status and what its body says: a word for clients and, where there is one, a text. Without a word there is
// no body; without a text in the table, it is the error's own message.
type answer struct {
	code   int
	status string
	text   string
}

// The product's words. Clients know these two beside those of a delegation.
const (
	invalidInput   = "INVALID_INPUT"
	unauthorized   = "UNAUTHORIZED" // of 403 too
	unknownFailure = "UNKNOWN_FAILURE"
)

// answers is total: a test holds it against pat.Codes.
var answers = map[pat.Code]answer{
	pat.CodeUnreadable:        {http.StatusBadRequest, invalidInput, ""},
	pat.CodeInvalid:           {http.StatusBadRequest, invalidInput, ""},
	pat.CodeUnauthenticated:   {http.StatusUnauthorized, unauthorized, "authentication failed"},
	pat.CodeForbidden:         {http.StatusForbidden, unauthorized, "authorization failed"},
	pat.CodeExchanged:         {http.StatusForbidden, unauthorized, "authorization failed"},
	pat.CodeInsufficientScope: {http.StatusForbidden, unauthorized, "authorization failed"},
	pat.CodeNotFound:          {http.StatusNotFound, "", ""},
	pat.CodeConflict:          {http.StatusUnprocessableEntity, unknownFailure, ""},
	pat.CodeLimitReached:      {http.StatusUnprocessableEntity, unknownFailure, ""},
	pat.CodePrecondition:      {http.StatusUnprocessableEntity, unknownFailure, ""}, // this and the next, only another API can cause
	pat.CodeIdempotencyReused: {http.StatusUnprocessableEntity, unknownFailure, ""},
	pat.CodeRateLimited:       {http.StatusTooManyRequests, unknownFailure, ""},
	pat.CodeUnavailable:       {http.StatusServiceUnavailable, unknownFailure, ""},
	pat.CodeInternal:          {http.StatusInternalServerError, unknownFailure, ""},
	dialect.CodeNoRoute:       {http.StatusNotFound, "", ""},
	dialect.CodeMethod:        {http.StatusMethodNotAllowed, unknownFailure, ""},
	dialect.CodeTooLarge:      {http.StatusRequestEntityTooLarge, unknownFailure, ""},
	dialect.CodeMediaType:     {http.StatusBadRequest, invalidInput, ""},
}

type problem struct {
	Status string `json:"status"`
	Error  string `json:"error,omitzero"`
}

// fault answers an error in the product's words, of which a 400 has one alone.
func fault(_ *dialect.Request, err error) dialect.Response {
	e := dialect.Refusal(err)
	a := answers[e.Code]
	if a.text == "" && a.code != http.StatusBadRequest {
		a.text = e.Message
	}
	switch {
	case errors.Is(err, errCapabilities):
		a.status = "INVALID_TOKEN_CAPABILITIES"
	case errors.Is(err, errLifetime):
		a.status = "INVALID_TOKEN_LIFETIME"
	}
	res := dialect.Empty(a.code)
	if a.status != "" {
		if res, err = dialect.JSON(a.code, problem{a.status, a.text}); err != nil { // cannot happen: a problem is made of plain text
			return dialect.Empty(http.StatusInternalServerError)
		}
	}
	dialect.Advise(res.Header, e)
	return res
}

// openToAll lets pages of any origin call, and read what is answered: no cookie makes a caller here. Nor does a user name that a
// browser remembers: nothing here asks it for one, and what makes a token must say that it is JSON, for which a browser asks first.
func openToAll(r *dialect.Request, res *dialect.Response) {
	res.Header.Set("Access-Control-Allow-Origin", "*")
	res.Header.Set("Access-Control-Expose-Headers", "*")
	if allow := res.Header.Get("Allow"); r.Method == http.MethodOptions && allow != "" {
		res.Header.Set("Access-Control-Allow-Methods", allow)
		res.Header.Set("Access-Control-Allow-Headers", "*, Authorization") // which the star leaves out
		res.Header.Set("Access-Control-Max-Age", "600")
	}
}
