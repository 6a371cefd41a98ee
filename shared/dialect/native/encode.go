package native

import (
	"context"
	_ "embed"
	"maps"
	"net/http"
	"slices"
	"strconv"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

func encodeNothing(dialect.Nothing) (dialect.Response, error) {
	return dialect.Empty(http.StatusNoContent), nil
}

// view encodes tokens; it asks the service what only policy and clock can tell.
type view struct{ svc *pat.Service }

type tokenView struct {
	ID              pat.ID      `json:"id"`
	Name            string      `json:"name"`
	Description     string      `json:"description,omitzero"`
	Owner           pat.OwnerID `json:"owner"`
	CreatedBy       pat.OwnerID `json:"createdBy"`
	GroupID         string      `json:"groupId,omitzero"`
	Prefix          pat.Prefix  `json:"prefix"`
	Status          pat.Status  `json:"status"`
	Scopes          []pat.Scope `json:"scopes"`
	EffectiveScopes []pat.Scope `json:"effectiveScopes"`
	CreatedAt       string      `json:"createdAt"`
	UpdatedAt       string      `json:"updatedAt"`
	ExpiresAt       string      `json:"expiresAt,omitzero"`
	NotBefore       string      `json:"notBefore,omitzero"`
	LastUsedAt      string      `json:"lastUsedAt,omitzero"`
	LastUsedIPs     []string    `json:"lastUsedIps,omitempty"`
	AllowedIPs      []string    `json:"allowedIps,omitempty"`
	MaxUses         int64       `json:"maxUses,omitzero"`
	UsesLeft        *int64      `json:"usesLeft,omitzero"`
	Calls           []callsView `json:"calls,omitempty"`
	Version         int64       `json:"version"`
	Token           string      `json:"token,omitzero"` // the secret, in the answer that mints it alone
}

// callsView is how often a token can be used for a scope, and was.
type callsView struct {
	Scope pat.Scope `json:"scope"`
	Max   int64     `json:"max"`
	Used  int64     `json:"used"`
}

func callsOf(t pat.Token) []callsView {
	var all []callsView
	for _, scope := range slices.Sorted(maps.Keys(t.MaxCalls)) {
		all = append(all, callsView{scope, t.MaxCalls[scope], t.Usage.Calls[scope]})
	}
	return all
}

func (v view) of(t pat.Token) tokenView {
	out := tokenView{
		ID: t.ID, Name: t.Name, Description: t.Description, Owner: t.Owner, CreatedBy: t.CreatedBy, GroupID: t.Owner.Group(),
		Prefix: t.Prefix, Status: v.svc.StatusOf(t), Scopes: t.Scopes, EffectiveScopes: v.svc.Effective(t),
		CreatedAt: wireTime(t.CreatedAt), UpdatedAt: wireTime(t.UpdatedAt), ExpiresAt: wireTime(t.ExpiresAt),
		NotBefore: wireTime(t.NotBefore), LastUsedAt: wireTime(t.Usage.LastUsedAt),
		MaxUses: t.MaxUses, UsesLeft: usesLeft(t), Calls: callsOf(t), Version: t.Version,
	}
	for _, ip := range t.Usage.LastUsedIPs {
		out.LastUsedIPs = append(out.LastUsedIPs, ip.String())
	}
	for _, rule := range t.AllowedIPs {
		out.AllowedIPs = append(out.AllowedIPs, rule.String())
	}
	return out
}

func usesLeft(t pat.Token) *int64 {
	left, limited := t.UsesLeft()
	if !limited {
		return nil
	}
	return &left
}

func etag(version int64) string { return `"v` + strconv.FormatInt(version, 10) + `"` }

func (v view) token(t pat.Token) (dialect.Response, error) {
	res, err := dialect.JSON(http.StatusOK, v.of(t))
	res.Header.Set("ETag", etag(t.Version))
	return res, err
}

func (v view) created(made pat.CreateResult) (dialect.Response, error) {
	out := v.of(made.Token)
	out.Token = made.Secret.Reveal()
	res, err := dialect.JSON(http.StatusCreated, out)
	res.Header.Set("ETag", etag(made.Token.Version))
	res.Header.Set("Location", "/v1/tokens/"+string(made.Token.ID))
	if made.Replayed {
		res.Header.Set("Idempotent-Replayed", "true")
	}
	return res, err
}

func (v view) list(page pat.ListResult) (dialect.Response, error) {
	out := struct {
		Tokens     []tokenView `json:"tokens"`
		NextCursor string      `json:"nextCursor,omitzero"`
	}{[]tokenView{}, encodeCursor(tokenCursor, string(page.Next))}
	for _, t := range page.Tokens {
		out.Tokens = append(out.Tokens, v.of(t))
	}
	return dialect.JSON(http.StatusOK, out)
}

type verdictView struct {
	Valid           bool           `json:"valid"`
	Code            pat.VerifyCode `json:"code"`
	TokenID         pat.ID         `json:"tokenId,omitzero"`
	Prefix          pat.Prefix     `json:"prefix,omitzero"`
	Name            *string        `json:"name,omitzero"` // which may be empty
	Owner           pat.OwnerID    `json:"owner,omitzero"`
	GroupID         string         `json:"groupId,omitzero"`
	Scopes          []pat.Scope    `json:"scopes,omitzero"`
	EffectiveScopes []pat.Scope    `json:"effectiveScopes,omitzero"`
	MissingScopes   []pat.Scope    `json:"missingScopes,omitzero"`
	ExpiresAt       string         `json:"expiresAt,omitzero"`
	UsesLeft        *int64         `json:"usesLeft,omitzero"`
}

func (v view) verdict(r pat.VerifyResult) (dialect.Response, error) {
	out := verdictView{Valid: r.Code == pat.VerifyValid, Code: r.Code, MissingScopes: r.Missing}
	if t := r.Token; t != nil {
		out.TokenID, out.Prefix, out.Name, out.Owner, out.GroupID = t.ID, t.Prefix, &t.Name, t.Owner, t.Owner.Group()
		out.Scopes, out.EffectiveScopes = t.Scopes, v.svc.Effective(*t)
		out.ExpiresAt, out.UsesLeft = wireTime(t.ExpiresAt), usesLeft(*t)
	}
	return dialect.JSON(http.StatusOK, out)
}

func encodeSession(in pat.LoginResult) (dialect.Response, error) {
	return dialect.JSON(http.StatusCreated, struct {
		Token     string `json:"token"`
		TokenType string `json:"tokenType"`
		ExpiresAt string `json:"expiresAt"`
	}{in.Secret.Reveal(), "Bearer", wireTime(in.Session.ExpiresAt)})
}

func encodeHealth(dialect.Nothing) (dialect.Response, error) {
	return dialect.JSON(http.StatusOK, struct {
		Status string `json:"status"`
	}{"ok"})
}

//go:embed openapi.json
var openAPIDocument []byte

func openAPI(context.Context, dialect.Nothing) ([]byte, error) { return openAPIDocument, nil }

func encodeOpenAPI(document []byte) (dialect.Response, error) {
	return dialect.Response{Status: http.StatusOK, Header: http.Header{"Content-Type": {jsonType}}, Body: document}, nil
}
