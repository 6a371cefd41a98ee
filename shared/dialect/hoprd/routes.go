// Package hoprd speaks the token API of a HOPRd node under /api/v3: tokens whose scopes are the node's operations, each
// with limits of calls, and which are known by nothing but their own string. Its callers show a token by itself, or the
// superuser's.
package hoprd

import (
	"slices"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// New returns the dialect, and with it its routes. A call counts once the caller is known, whatever then comes of it.
func New(svc *pat.Service) (*dialect.Dialect, []dialect.Route) {
	d := &dialect.Dialect{Name: "hoprd", Prefix: "/api/v3/", Authenticate: svc.Authenticate, Fault: fault, Finish: openToAll}
	creates := d.By(credential("tokensCreate", pat.ScopeTokensWrite))
	reads := d.By(credential("tokensGetToken", pat.ScopeTokensRead))
	deletes := d.By(credential("tokensDelete", pat.ScopeTokensWrite))

	return d, slices.Concat(
		both(dialect.Authed(creates, pat.OpCreate, "POST /api/v3/tokens", decodeCreate, create(svc), encodeCreated)),
		both(dialect.Authed(reads, pat.OpGet, "GET /api/v3/token", decodeSelf, self(svc), encodeSelf)),
		[]dialect.Route{
			dialect.Authed(deletes, pat.OpDelete, "DELETE /api/v3/tokens/{id}", decodeDelete, dialect.Silent(svc.RevokeSecret), encodeDeleted),
		},
	)
}

// both is a route and the same with a slash at the end: the clients use the one, the product's own tests the other.
func both(r dialect.Route) []dialect.Route {
	slashed := r
	slashed.Pattern += "/"
	return []dialect.Route{r, slashed}
}
