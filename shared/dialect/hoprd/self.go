package hoprd

import (
	"context"
	"net/http"
	"slices"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// shown is a token with its string, which its holder has just said himself.
type shown struct {
	pat.Token
	secret pat.Secret
}

// errNoToken answers the superuser, who comes with no stored token.
var errNoToken = &pat.Error{Code: pat.CodeNotFound, Message: "the caller came with no stored token"}

// self returns the token that the caller came with, which is one of those that he showed.
func self(svc *pat.Service) func(context.Context, pat.Caller, []pat.Secret) (shown, error) {
	return func(ctx context.Context, c pat.Caller, keys []pat.Secret) (shown, error) {
		if _, ok := c.Token(); !ok {
			return shown{}, errNoToken
		}
		token, err := svc.Self(ctx, c, dialect.Nothing{})
		if err != nil {
			return shown{}, err
		}
		i := slices.IndexFunc(keys, func(key pat.Secret) bool { return key.Hash().Equal(token.Hash) })
		if i < 0 {
			return shown{}, errNoToken
		}
		return shown{token, keys[i]}, nil
	}
}

type tokenView struct {
	ID           string           `json:"id"` // the token itself: this API knows it by nothing else
	Description  string           `json:"description"`
	ValidUntil   int64            `json:"valid_until,omitzero"` // seconds: clients hold it in 32 bits
	Capabilities []capabilityView `json:"capabilities"`
}

type capabilityView struct {
	Endpoint string      `json:"endpoint"`
	Limits   []limitView `json:"limits,omitempty"`
}

type limitView struct {
	Type       string         `json:"type"`
	Conditions conditionsView `json:"conditions"`
	Used       int64          `json:"used,omitzero"`
}

type conditionsView struct {
	Max int64 `json:"max"`
}

func encodeSelf(t shown) (dialect.Response, error) {
	own, err := capabilitiesOf(t.Token)
	if err != nil {
		return dialect.Response{}, err
	}
	out := tokenView{ID: t.secret.Reveal(), Description: t.Description, Capabilities: make([]capabilityView, len(own))}
	if !t.ExpiresAt.IsZero() {
		out.ValidUntil = min(t.ExpiresAt.Unix(), lastSecond) // an end that the policy or another API has set can be later
	}
	for i, c := range own {
		out.Capabilities[i] = c.view(t.Usage.Calls[scopeOf(c.Operation)])
	}
	return dialect.JSON(http.StatusOK, out)
}

// view shows a capability. All limits of an operation count the same calls.
func (c capability) view(used int64) capabilityView {
	out := capabilityView{Endpoint: c.Operation}
	for _, limit := range c.Limits {
		out.Limits = append(out.Limits, limitView{Type: "calls", Conditions: conditionsView{limit}, Used: used})
	}
	return out
}

func encodeCreated(made pat.CreateResult) (dialect.Response, error) {
	return dialect.JSON(http.StatusCreated, struct {
		Token string `json:"token"`
	}{made.Secret.Reveal()})
}

func encodeDeleted(dialect.Nothing) (dialect.Response, error) {
	return dialect.Empty(http.StatusNoContent), nil
}
