package native

import (
	"net/http"
	"strings"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// problem is an error's answer (RFC 9457). Type is urn:latchkey:error:<code>, from the closed list of answers.
type problem struct {
	Type   string         `json:"type"`
	Title  string         `json:"title"`
	Status int            `json:"status"`
	Detail string         `json:"detail"`
	Errors []problemField `json:"errors,omitempty"`
}

type problemField struct {
	Detail    string `json:"detail"`
	Pointer   string `json:"pointer,omitzero"`   // JSON pointer into the body (RFC 6901)
	Parameter string `json:"parameter,omitzero"` // of the query
}

type answer struct {
	status int
	title  string
}

// answers is total: a test holds it against pat.Codes.
var answers = map[pat.Code]answer{
	pat.CodeUnreadable:        {http.StatusBadRequest, "Unreadable request"},
	pat.CodeInvalid:           {http.StatusUnprocessableEntity, "Request not acceptable"},
	pat.CodeUnauthenticated:   {http.StatusUnauthorized, "Not authenticated"},
	pat.CodeForbidden:         {http.StatusForbidden, "Not allowed"},
	pat.CodeExchanged:         {http.StatusForbidden, "Not for a session got with a token"},
	pat.CodeInsufficientScope: {http.StatusForbidden, "Scope missing"},
	pat.CodeNotFound:          {http.StatusNotFound, "Not found"},
	pat.CodeConflict:          {http.StatusConflict, "Conflict"},
	pat.CodeLimitReached:      {http.StatusConflict, "Limit reached"},
	pat.CodePrecondition:      {http.StatusPreconditionFailed, "Precondition failed"},
	pat.CodeIdempotencyReused: {http.StatusUnprocessableEntity, "Idempotency key reused"},
	pat.CodeRateLimited:       {http.StatusTooManyRequests, "Too many requests"},
	pat.CodeUnavailable:       {http.StatusServiceUnavailable, "Unavailable"},
	pat.CodeInternal:          {http.StatusInternalServerError, "Internal error"},
	dialect.CodeNoRoute:       {http.StatusNotFound, "No such path"},
	dialect.CodeMethod:        {http.StatusMethodNotAllowed, "Method not allowed"},
	dialect.CodeTooLarge:      {http.StatusRequestEntityTooLarge, "Body too large"},
	dialect.CodeMediaType:     {http.StatusUnsupportedMediaType, "Unsupported media type"},
}

// fault answers an error as a problem.
func fault(r *dialect.Request, err error) dialect.Response {
	e := dialect.Refusal(err)
	a := answers[e.Code]
	p := problem{Type: "urn:latchkey:error:" + string(e.Code), Title: a.title, Status: a.status, Detail: e.Message}
	for _, f := range e.Fields {
		p.Errors = append(p.Errors, place(r, f))
	}
	res, err := dialect.JSON(a.status, p)
	if err != nil { // cannot happen: a problem is made of plain text
		return dialect.Empty(http.StatusInternalServerError)
	}
	res.Header.Set("Content-Type", "application/problem+json")
	if a.status == http.StatusUnauthorized || a.status == http.StatusForbidden {
		res.Header.Set("WWW-Authenticate", challenge(r, e))
	}
	dialect.Advise(res.Header, e)
	return res
}

// place says where a field stands: in the query if there is no body that it could be in.
func place(r *dialect.Request, f pat.FieldError) problemField {
	name, inQuery := strings.CutPrefix(f.Field, "?")
	switch {
	case name == "":
		return problemField{Detail: f.Detail}
	case inQuery || r.Method == http.MethodGet:
		name, _, _ = strings.Cut(name, "/") // of a parameter that may be there often, all have the one name
		return problemField{Detail: f.Detail, Parameter: name}
	}
	return problemField{Detail: f.Detail, Pointer: "/" + name}
}

// challenge is the WWW-Authenticate header (RFC 6750 section 3). It does not offer Basic, which is taken too:
// browsers would ask their users for a password.
func challenge(r *dialect.Request, e *pat.Error) string {
	text := `Bearer realm="latchkey"`
	switch {
	case e.Code == pat.CodeInsufficientScope:
		text += `, error="insufficient_scope", scope="` + string(e.Scope) + `"`
	case e.Code == pat.CodeUnauthenticated && r.Credential.Scheme != pat.SchemeNone:
		text += `, error="invalid_token"`
	}
	return text
}
