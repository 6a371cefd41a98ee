// Package authlance speaks Authlance's API for the personal access tokens of groups, as the client that is generated from
// its description and the web application on that client use it: numbered groups, lists without pages, errors that are one
// sentence, and browsers that come from another origin.
package authlance

import (
	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

const tokens = "/authlance/identity/api/v1/pats"

// New returns the dialect, and with it its routes. The last one takes the word verify for a token's id, which it never
// is: only POST means it.
func New(svc *pat.Service) (*dialect.Dialect, []dialect.Route) {
	d := &dialect.Dialect{Name: "authlance", Prefix: "/authlance/", Authenticate: svc.Authenticate, Credential: credential,
		Fault: fault, Finish: openToPages}

	return d, []dialect.Route{
		dialect.Authed(d, pat.OpList, "GET "+tokens, decodeList, svc.ListWhole, encodeList),
		dialect.Authed(d, pat.OpCreate, "POST "+tokens, decodeCreate, svc.Create, encodeCreated),
		dialect.Authed(d, pat.OpDelete, "DELETE "+tokens+"/{tokenId}", decodeDelete, dialect.Silent(svc.Delete), encodeDeleted),
		dialect.Public(d, pat.OpVerify, "POST "+tokens+"/verify", decodeVerify, verify(svc), encodeVerified),
		dialect.Authed(d, pat.OpDelete, "DELETE "+tokens+"/verify", decodeDelete, dialect.Silent(svc.Delete), encodeDeleted),
	}
}
