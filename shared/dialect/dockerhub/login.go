package dockerhub

import (
	"context"
	"crypto/rand"
	"net/http"
	"time"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// shortSession is how long a JWT of /v2/auth/token lasts.
const shortSession = 10 * time.Minute

// loginRequest asks for a session, and perhaps for a refresh token beside it.
type loginRequest struct {
	pat.LoginRequest
	refresh bool
}

type loginResult struct {
	pat.LoginResult
	refresh bool
}

// errLogin is why nobody was logged in. Its answer has a form of its own.
type errLogin struct{ error }

func (e errLogin) Unwrap() error { return e.error }

func login(svc *pat.Service) func(context.Context, loginRequest) (loginResult, error) {
	return func(ctx context.Context, req loginRequest) (loginResult, error) {
		result, err := svc.Login(ctx, req.LoginRequest)
		if err != nil {
			return loginResult{}, errLogin{err}
		}
		return loginResult{result, req.refresh}, nil
	}
}

// secondFactor refuses everybody: no account has a second factor, so no log-in ever asks for one.
func secondFactor(context.Context, dialect.Nothing) (loginResult, error) {
	return loginResult{}, errLogin{&pat.Error{Code: pat.CodeUnauthenticated, Message: "this log-in has not asked for a second factor"}}
}

func encodeLogin(in loginResult) (dialect.Response, error) {
	out := struct {
		Token   string `json:"token"`
		Refresh string `json:"refresh_token,omitzero"`
	}{Token: in.Secret.Reveal()}
	if in.refresh {
		// Clients only store it, and would fail without it. No route takes it: it is good for nothing.
		out.Refresh = rand.Text()
	}
	return dialect.JSON(http.StatusOK, out)
}

func encodeAuthToken(in loginResult) (dialect.Response, error) {
	return dialect.JSON(http.StatusOK, struct {
		AccessToken string `json:"access_token"`
	}{in.Secret.Reveal()})
}
