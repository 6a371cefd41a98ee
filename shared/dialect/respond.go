package dialect

import (
	"fmt"
	"net/http"

	"github.com/go-json-experiment/json"
)

// Response is an answer, whole.
type Response struct {
	Status int
	Header http.Header
	Body   []byte
}

// Empty is an answer of a status alone.
func Empty(status int) Response { return Response{Status: status, Header: http.Header{}} }

// JSON makes an answer of a value. An error has a header too, so that it can be returned with more set on it.
func JSON(status int, value any) (Response, error) {
	body, err := json.Marshal(value)
	if err != nil {
		return Response{Header: http.Header{}}, fmt.Errorf("encode an answer: %w", err)
	}
	return Response{Status: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}, nil
}
