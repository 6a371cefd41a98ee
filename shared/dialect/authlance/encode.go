package authlance

import (
	"net/http"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

func encodeList(all []pat.Token) (dialect.Response, error) {
	out := make([]tokenView, len(all)) // never null
	for i, t := range all {
		var err error
		if out[i], err = view(t); err != nil {
			return dialect.Response{}, err
		}
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

func encodeDeleted(dialect.Nothing) (dialect.Response, error) {
	return dialect.Empty(http.StatusNoContent), nil
}
