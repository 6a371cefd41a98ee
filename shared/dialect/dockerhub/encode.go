package dockerhub

import (
	"fmt"
	"net/http"

	"github.com/go-json-experiment/json"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// respond makes an answer of a value.
func respond(status int, value any) (dialect.Response, error) {
	body, err := json.Marshal(value)
	if err != nil {
		return dialect.Response{}, fmt.Errorf("encode an answer: %w", err)
	}
	return dialect.Response{Status: status, Header: http.Header{"Content-Type": {"application/json"}}, Body: body}, nil
}

// encodeStatus answers with a status alone.
func encodeStatus(status int) func(dialect.Nothing) (dialect.Response, error) {
	return func(dialect.Nothing) (dialect.Response, error) {
		return dialect.Response{Status: status, Header: http.Header{}}, nil
	}
}

func encodeToken(t pat.Token) (dialect.Response, error) {
	out, err := view(t)
	if err != nil {
		return dialect.Response{}, err
	}
	return respond(http.StatusOK, out)
}

func encodeCreated(made pat.CreateResult) (dialect.Response, error) {
	out, err := view(made.Token)
	if err != nil {
		return dialect.Response{}, err
	}
	out.Token = made.Secret.Reveal()
	return respond(http.StatusCreated, out)
}
