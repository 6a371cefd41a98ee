package dialect

import "latchkey/shared/pat"

// Fields gathers what is wrong with the values of a request. A dialect's own kind of it has this one in it, and ways of its
// own to read values.
type Fields []pat.FieldError

// maxFields bounds what one answer lists, however much is wrong.
const maxFields = 64

// Add notes what is wrong with a field.
func (f *Fields) Add(name, detail string) {
	if len(*f) < maxFields {
		*f = append(*f, pat.FieldError{Field: name, Detail: detail})
	}
}

// Err refuses the request, pat.CodeInvalid; nil if nothing is wrong.
func (f Fields) Err() error {
	if len(f) == 0 {
		return nil
	}
	return &pat.Error{Code: pat.CodeInvalid, Message: NotAcceptable, Fields: f}
}
