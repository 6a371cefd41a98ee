package quay

import (
	"context"
	"net/http"
	"slices"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// listRequest asks for all tokens, or for those that expire soon; nil: nothing was said of it.
type listRequest struct{ expiring *bool }

// listResult is the list, and what was asked for it.
type listResult struct {
	listRequest
	tokens []pat.Token
}

func list(svc *pat.Service) func(context.Context, pat.Caller, listRequest) (listResult, error) {
	return func(ctx context.Context, c pat.Caller, req listRequest) (listResult, error) {
		tokens, err := svc.ListWhole(ctx, c, pat.WholeRequest{Soon: req.expiring != nil && *req.expiring})
		slices.Reverse(tokens) // oldest first
		return listResult{req, tokens}, err
	}
}

func encodeList(all listResult) (dialect.Response, error) {
	out := struct {
		Tokens       []tokenView `json:"tokens"`
		OnlyExpiring *bool       `json:"only_expiring"`
	}{make([]tokenView, len(all.tokens)), all.expiring}
	for i, t := range all.tokens {
		out.Tokens[i] = view(t)
	}
	return dialect.JSON(http.StatusOK, out)
}
