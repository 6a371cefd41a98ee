package dockerhub

import (
	"net/http"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// encodeStatus answers with a status alone.
func encodeStatus(status int) func(dialect.Nothing) (dialect.Response, error) {
	return func(dialect.Nothing) (dialect.Response, error) {
		return dialect.Empty(status), nil
	}
}

func encodeToken(t pat.Token) (dialect.Response, error) {
	out, err := view(t)
	if err != nil {
		return dialect.Response{}, err
	}
	return dialect.JSON(http.StatusOK, out)
}

func encodeCreated(made pat.CreateResult) (dialect.Response, error) {
	out, err := view(made.Token)
	if err != nil {
		return dialect.Response{}, err
	}
	out.Token = made.Secret.Reveal()
	return dialect.JSON(http.StatusCreated, out)
}
