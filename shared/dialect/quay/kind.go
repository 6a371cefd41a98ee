package quay

import (
	"context"
	"net/http"

	"latchkey/shared/dialect"
)

// The kinds of errors. The first four are the product's, whose clients look for them.
const (
	invalidRequest    = "invalid_request"
	invalidToken      = "invalid_token"
	insufficientScope = "insufficient_scope"
	notFound          = "not_found"

	methodNotAllowed = "method_not_allowed"
	requestTooLarge  = "request_too_large"
	tooManyRequests  = "too_many_requests"
	unavailable      = "service_unavailable"
	internalError    = "internal_error"
)

// descriptions say of each kind what anybody may know.
var descriptions = map[string]string{
	invalidRequest:    "The request cannot be read, or what it asks for is not acceptable. The detail says why.",
	invalidToken:      "There is no bearer token, or it is not, or no longer, good.",
	insufficientScope: "The bearer token is good, and may not do this. What this API does needs the scope user:admin.",
	notFound:          "There is nothing at this address, or nothing that the caller may know of.",
	methodNotAllowed:  "The address has other methods, which the header Allow lists.",
	requestTooLarge:   "The body is larger than is taken.",
	tooManyRequests:   "Too much was asked for in a short time. The header Retry-After says how long to wait.",
	unavailable:       "A part that is needed does not answer, and nothing was decided. Try again.",
	internalError:     "Something went wrong on the service's side.",
}

const errorPath = prefix + "error/"

// typeOf is the address at which a kind is explained, on the very host that the client used.
func typeOf(r *dialect.Request, title string) string { return r.BaseURL() + errorPath + title }

// kind is an error's kind, and the address of its explanation.
type kind struct{ title, address string }

func decodeKind(r *dialect.Request) (kind, error) {
	title := r.PathValue("title")
	if _, known := descriptions[title]; !known {
		return kind{}, dialect.ErrNoRoute
	}
	return kind{title, typeOf(r, title)}, nil
}

// explanation is a kind with what is said of it.
type explanation struct {
	Type        string `json:"type"`
	Title       string `json:"title"`
	Description string `json:"description"`
}

func explain(_ context.Context, k kind) (explanation, error) {
	return explanation{k.address, k.title, descriptions[k.title]}, nil
}

func encodeKind(e explanation) (dialect.Response, error) { return dialect.JSON(http.StatusOK, e) }
