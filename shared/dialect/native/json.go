package native

import "latchkey/shared/dialect"

const jsonType = "application/json"

// decodeJSON reads the body of a request without a query into v, strictly, with null for none but the members named. It
// returns the body too.
func decodeJSON(r *dialect.Request, v any, nullable []string, mediaTypes ...string) ([]byte, error) {
	if err := noQuery(r); err != nil {
		return nil, err
	}
	body, err := r.JSONBody(append(mediaTypes, jsonType)...)
	if err != nil {
		return nil, err
	}
	return body, dialect.StrictJSON(body, v, nullable...)
}
