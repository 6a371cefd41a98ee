package pat

import (
	"errors"
	"fmt"
	"time"
)

// Code says what kind of refusal an error is. The set is closed: each dialect has a total table from codes
// to its own answers.
type Code string

// The codes.
const (
	CodeUnreadable        Code = "unreadable"          // the request cannot be parsed
	CodeInvalid           Code = "invalid"             // it can be read, and is not acceptable
	CodeUnauthenticated   Code = "unauthenticated"     // no credential, or none that is good
	CodeForbidden         Code = "forbidden"           // the caller may not do this
	CodeExchanged         Code = "exchanged"           // the session was got with a token, and manages nothing
	CodeInsufficientScope Code = "insufficient_scope"  // the caller's credential lacks a scope; Error.Scope names it
	CodeNotFound          Code = "not_found"           // unknown, or another owner's
	CodeConflict          Code = "conflict"            // the state of the record does not allow it
	CodeLimitReached      Code = "limit_reached"       // the owner has as many live tokens as policy allows
	CodePrecondition      Code = "precondition_failed" // the record is not at the version asked for
	CodeIdempotencyReused Code = "idempotency_reused"  // the idempotency key was used with another request
	CodeRateLimited       Code = "rate_limited"        // too many attempts; Error.RetryAfter says how long
	CodeUnavailable       Code = "unavailable"         // a part that is needed does not answer; nothing was decided
	CodeInternal          Code = "internal"            // a fault of ours
)

// Codes returns every code, for tables that must be total.
func Codes() []Code {
	return []Code{CodeUnreadable, CodeInvalid, CodeUnauthenticated, CodeForbidden, CodeExchanged, CodeInsufficientScope,
		CodeNotFound, CodeConflict, CodeLimitReached, CodePrecondition, CodeIdempotencyReused, CodeRateLimited, CodeUnavailable, CodeInternal}
}

// Error is a refusal. Code, Message, Fields, Scope and RetryAfter may be sent to the caller; Err is for the
// log alone. None of them ever holds a secret.
type Error struct {
	Code       Code
	Message    string
	Fields     []FieldError
	Scope      Scope         // with CodeInsufficientScope: the scope that is missing
	RetryAfter time.Duration // with CodeRateLimited and CodeUnavailable, at least a second
	Err        error
}

// FieldError says what is wrong with one field of a request. Field is a name such as "name", or a name and
// an index such as "scopes/3".
type FieldError struct{ Field, Detail string }

func (e *Error) Error() string {
	msg := string(e.Code) + ": " + e.Message
	for _, f := range e.Fields {
		msg += "; " + f.Field + ": " + f.Detail
	}
	if e.Err != nil {
		msg += ": " + e.Err.Error()
	}
	return msg
}

func (e *Error) Unwrap() error { return e.Err }

// AsError returns err as an *Error. Anything foreign becomes CodeInternal, so that a bug is never dressed
// as a caller's fault.
func AsError(err error) *Error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Code: CodeInternal, Message: "something went wrong on our side", Err: err}
}

// CodeOf returns the code of err, CodeInternal if it is not one of ours, "" if there is no error.
func CodeOf(err error) Code {
	if err == nil {
		return ""
	}
	return AsError(err).Code
}

func refuse(code Code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

var errNotFound = refuse(CodeNotFound, "there is no such record")

// unavailable turns an error of the store (or of another part) into "nothing was decided, try again".
// A refusal of ours passes through unchanged.
func unavailable(doing string, err error) error {
	if e, ok := errors.AsType[*Error](err); ok {
		return e
	}
	return &Error{Code: CodeUnavailable, Message: "the service cannot decide this now; try again", RetryAfter: time.Second,
		Err: fmt.Errorf("%s: %w", doing, err)}
}

// problems gathers what is wrong with a request, so that a caller learns all of it at once.
type problems []FieldError

// maxProblems bounds what one answer lists, however much is wrong.
const maxProblems = 64

func (p *problems) add(field, format string, args ...any) {
	if len(*p) < maxProblems {
		*p = append(*p, FieldError{field, fmt.Sprintf(format, args...)})
	}
}

// err returns nil when nothing is wrong.
func (p problems) err() error {
	if len(p) == 0 {
		return nil
	}
	return &Error{Code: CodeInvalid, Message: "the request is not acceptable", Fields: p}
}
