package authlance

import (
	"context"
	"net/http"
	"strings"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// decodeVerify takes the token from the body, and only if there is none, from the header: the web application sends its
// session there with every request.
func decodeVerify(r *dialect.Request) (pat.VerifyRequest, error) {
	made := product.Name
	req := pat.VerifyRequest{IP: r.Source.IP, Cost: 1, Made: &made}
	body, err := r.ReadBody()
	if err != nil {
		return req, err
	}
	var in struct {
		Token dialect.Optional[string] `json:"token"`
	}
	if len(body) > 0 { // some callers send none, of whatever type
		if err := decodeJSON(r, &in); err != nil {
			return req, err
		}
	}
	req.Token = pat.NewSecret(in.Token.Value)
	if !in.Token.Set {
		req.Token, err = inHeader(r)
	}
	return req, err
}

// inHeader returns the token of the header. Whatever else stands there means nothing.
func inHeader(r *dialect.Request) (pat.Secret, error) {
	scheme, value, err := r.Authorization()
	if err != nil || scheme != "bearer" || !strings.HasPrefix(value, "pat_") {
		return pat.Secret{}, dialect.Unreadable("a token is needed, in the body or after Bearer")
	}
	return pat.NewSecret(value), nil
}

// errNotGood is all that is said of a token that is not good, whatever is wrong with it.
var errNotGood = &pat.Error{Code: pat.CodeUnauthenticated, Message: "the token is not good"}

func verify(svc *pat.Service) func(context.Context, pat.VerifyRequest) (pat.VerifyResult, error) {
	return func(ctx context.Context, req pat.VerifyRequest) (pat.VerifyResult, error) {
		result, err := svc.Verify(ctx, req)
		if err == nil && result.Code != pat.VerifyValid {
			return pat.VerifyResult{}, errNotGood
		}
		return result, err
	}
}

// encodeVerified shows the token at this use of it, which may not have been noted: that happens once a minute.
func encodeVerified(result pat.VerifyResult) (dialect.Response, error) {
	t := *result.Token
	t.Usage.LastUsedAt = result.At
	out, err := about(t)
	if err != nil {
		return dialect.Response{}, err
	}
	return dialect.JSON(http.StatusOK, struct {
		TokenID pat.ID `json:"tokenId"`
		facts
	}{t.ID, out})
}
