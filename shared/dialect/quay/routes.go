// Package quay speaks Quay's API for app-specific tokens under /api/v1, as its web interface and its generated clients use
// it: tokens that choose neither their expiry nor what they may do, a secret that is shown again, dates of RFC 2822.
package quay

import (
	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

const (
	prefix = "/api/v1/"
	tokens = prefix + "user/apptoken"
	one    = tokens + "/{token_uuid}"
)

// New returns the dialect, and with it its routes.
func New(svc *pat.Service) (*dialect.Dialect, []dialect.Route) {
	d := &dialect.Dialect{Name: "quay", Prefix: prefix, Authenticate: svc.Authenticate, Credential: credential,
		Fault: fault, Finish: finish, MergesSlashes: true}

	return d, []dialect.Route{
		dialect.Authed(d, pat.OpList, "GET "+tokens, decodeList, list(svc), encodeList),
		dialect.Authed(d, pat.OpCreate, "POST "+tokens, decodeCreate, svc.Create, encodeCreated),
		dialect.Authed(d, pat.OpGet, "GET "+one, decodeID, svc.Reveal, encodeRevealed),
		dialect.Authed(d, pat.OpDelete, "DELETE "+one, decodeDelete, dialect.Silent(svc.Delete), encodeDeleted),
		dialect.Public(d, pat.OpGet, "GET "+errorPath+"{title}", decodeKind, explain, encodeKind),
	}
}
