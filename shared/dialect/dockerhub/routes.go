// Package dockerhub speaks Docker Hub's API for personal access tokens under /v2, as its Terraform provider and its
// command line use it: JSON in which unknown members mean nothing, log-ins that give JWTs, lists in numbered pages.
package dockerhub

import (
	"net/http"
	"slices"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// New returns the dialect, and with it its routes.
func New(svc *pat.Service) (*dialect.Dialect, []dialect.Route) {
	d := &dialect.Dialect{Name: "dockerhub", Prefix: "/v2/", Authenticate: svc.Authenticate, Credential: credential,
		Fault: fault{svc.Now}.answer}

	return d, slices.Concat(
		both(dialect.Public(d, pat.OpSession, "POST /v2/users/login", decodeLogin, login(svc), encodeLogin)),
		both(dialect.Public(d, pat.OpSession, "POST /v2/users/2fa-login", decodeSecondFactor, secondFactor, encodeLogin)),
		both(dialect.Public(d, pat.OpSession, "POST /v2/auth/token", decodeAuthToken, login(svc), encodeAuthToken)),
		tokens(d, svc, "/v2/access-tokens", decodeCreate, http.StatusNoContent),
		tokens(d, svc, "/v2/api_tokens", decodeLegacyCreate, http.StatusAccepted),
	)
}

// tokens are the five routes of a token's life. They are there twice: the command line still uses the old paths.
func tokens(d *dialect.Dialect, svc *pat.Service, path string,
	decodeCreate func(*dialect.Request) (pat.CreateRequest, error), deleted int,
) []dialect.Route {
	one := path + "/{uuid}"
	return slices.Concat(
		both(dialect.Authed(d, pat.OpCreate, "POST "+path, decodeCreate, svc.Create, encodeCreated)),
		both(dialect.Authed(d, pat.OpList, "GET "+path, decodeList, list(svc), encodeList)),
		both(dialect.Authed(d, pat.OpGet, "GET "+one, decodeID, svc.Get, encodeToken)),
		both(dialect.Authed(d, pat.OpPatch, "PATCH "+one, decodePatch, svc.Patch, encodeToken)),
		both(dialect.Authed(d, pat.OpDelete, "DELETE "+one, decodeDelete, dialect.Silent(svc.Delete), encodeStatus(deleted))),
	)
}

// both is a route and the same with a slash at the end: clients use either, and a redirect would turn a POST into a GET.
func both(r dialect.Route) []dialect.Route {
	slashed := r
	slashed.Pattern += "/"
	return []dialect.Route{r, slashed}
}
