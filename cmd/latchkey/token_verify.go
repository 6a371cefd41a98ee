package main

import (
	"fmt"
	"net/http"
	"time"

	"latchkey/shared/pat"
)

// tokenVerifyCommand asks whether a token is good, as a service would.
type tokenVerifyCommand struct {
	Scope []string `placeholder:"SCOPE" help:"Good for this? Can be given more than once."`
	IP    string   `name:"ip" placeholder:"IP" help:"Good from this address?"`
	Cost  *int64   `placeholder:"N" help:"How many uses it takes of a limited token; 0 only looks. Default: 1."`
	remote
}

// judgement is the API's verdict on a token.
type judgement struct {
	Valid           bool      `json:"valid"`
	Code            string    `json:"code"`
	TokenID         string    `json:"tokenId"`
	Name            string    `json:"name"`
	Owner           string    `json:"owner"`
	Scopes          []string  `json:"scopes"`
	EffectiveScopes []string  `json:"effectiveScopes"`
	MissingScopes   []string  `json:"missingScopes"`
	ExpiresAt       time.Time `json:"expiresAt"`
	UsesLeft        *int64    `json:"usesLeft"`
}

// Run exits with a status of its own if the token is not good. It shows no credential: whoever has a token may
// ask what it is worth.
func (c tokenVerifyCommand) Run(env *environment) error {
	server, err := c.anonymous(env)
	if err != nil {
		return err
	}
	secret, err := c.secret(env)
	if err != nil {
		return err
	}
	body := map[string]any{"token": secret.Reveal()}
	if len(c.Scope) > 0 {
		body["scopes"] = c.Scope
	}
	if c.IP != "" {
		body["ip"] = c.IP
	}
	if c.Cost != nil {
		body["cost"] = *c.Cost
	}
	a, err := server.do(env.ctx, call{method: http.MethodPost, path: "/v1/tokens/verify", body: body})
	if err != nil {
		return err
	}
	var j judgement
	if err := a.decode(&j); err != nil {
		return err
	}
	if j.Code == "" || j.Valid != (j.Code == "VALID") {
		return errStranger
	}
	if err := c.tell(env, a, j); err != nil || j.Valid {
		return err
	}
	return verdict(statusNotValid)
}

// secret reads the token to be verified.
func (c tokenVerifyCommand) secret(env *environment) (pat.Secret, error) {
	if given := envSecret(env, "LATCHKEY_VERIFY_TOKEN"); !given.IsZero() {
		return given, nil
	}
	ask, err := newAsker(env, stdinFlag{})
	if err != nil {
		return pat.Secret{}, err
	}
	return ask.secret("token")
}

func (c tokenVerifyCommand) tell(env *environment, a answer, j judgement) error {
	if c.JSON {
		return showJSON(env.stdout, a.body)
	}
	if _, err := fmt.Fprintln(env.stdout, plain(j.Code)); err != nil {
		return written(err)
	}
	return showFields(env.stdout, [][2]string{
		{"id", j.TokenID}, {"name", j.Name}, {"owner", j.Owner}, {"scopes", words(j.Scopes)},
		{"effective scopes", words(j.EffectiveScopes)}, {"missing scopes", words(j.MissingScopes)},
		{"expires", shortTime(j.ExpiresAt)}, {"uses left", number(j.UsesLeft)},
	}...)
}
