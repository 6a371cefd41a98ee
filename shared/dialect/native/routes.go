// Package native is Latchkey's own API under /v1: strict JSON in, RFC 9457 problems out. Its published
// description is openapi.json, which a test holds equal to the routes.
package native

import (
	"context"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// New returns the dialect, and with it its routes.
func New(svc *pat.Service) (*dialect.Dialect, []dialect.Route) {
	d := &dialect.Dialect{Name: "native", Prefix: "/", Authenticate: svc.Authenticate, Credential: credential, Fault: fault}
	v := view{svc}
	ready := func(ctx context.Context, _ dialect.Nothing) (dialect.Nothing, error) {
		return dialect.Nothing{}, svc.Ready(ctx)
	}

	gate := d.By(forwarded)
	gate.Fault = gateFault

	return d, []dialect.Route{
		dialect.Public(d, pat.OpSession, "POST /v1/sessions", decodeLogin, svc.Login, encodeSession),
		dialect.Authed(d, pat.OpSession, "DELETE /v1/sessions", decodeNothing, dialect.Silent(svc.Logout), encodeNothing),

		dialect.Authed(d, pat.OpCreate, "POST /v1/tokens", decodeCreate, svc.Create, v.created),
		dialect.Authed(d, pat.OpList, "GET /v1/tokens", decodeList, svc.List, v.list),
		dialect.Authed(d, pat.OpGet, "GET /v1/tokens/{id}", decodeID, svc.Get, v.token),
		dialect.Authed(d, pat.OpPatch, "PATCH /v1/tokens/{id}", decodePatch, svc.Patch, v.token),
		dialect.Authed(d, pat.OpDelete, "DELETE /v1/tokens/{id}", decodeDelete, dialect.Silent(svc.Delete), encodeNothing),
		dialect.Public(d, pat.OpVerify, "POST /v1/tokens/verify", decodeVerify, svc.Verify, v.verdict),
		dialect.Authed(gate, pat.OpVerify, "GET /v1/auth", decodeAuthorize, svc.Authorize, encodeAuthorized),

		dialect.Authed(d, pat.OpGet, "GET /v1/self", decodeNothing, svc.Self, v.token),
		dialect.Authed(d, pat.OpDelete, "DELETE /v1/self", decodeNothing, dialect.Silent(svc.DeleteSelf), encodeNothing),

		dialect.Authed(d, pat.OpUser, "POST /v1/users", decodeCreateUser, svc.CreateUser, encodeCreatedUser),
		dialect.Authed(d, pat.OpUser, "GET /v1/users", decodeListUsers, svc.ListUsers, encodeUsers),
		dialect.Authed(d, pat.OpUser, "GET /v1/users/{name}", decodeUserName, svc.GetUser, encodeUser),
		dialect.Authed(d, pat.OpUser, "PATCH /v1/users/{name}", decodePatchUser, svc.PatchUser, encodeUser),
		dialect.Authed(d, pat.OpUser, "DELETE /v1/users/{name}", decodeUserName, dialect.Silent(svc.DeleteUser), encodeNothing),

		dialect.Public(d, pat.OpGet, "GET /healthz", dialect.NoInput, ready, encodeHealth),
		dialect.Public(d, pat.OpGet, "GET /openapi.json", dialect.NoInput, openAPI, encodeOpenAPI),
	}
}
