package native

import (
	"net/http"
	"strings"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// forwardAuth takes, for the services that ask here who is calling them, each product's tokens as that product's clients
// show them to such a service: at a registry, Docker Hub's as a password beside its owner's name and Quay's beside $app. HOPRd's
// nodes ask nobody. No other route has these rules: here nothing is managed.
var forwardAuth = pat.Product{Name: pat.Native, Takes: map[pat.ProductName]pat.Form{
	pat.Native:    pat.AsBearer | pat.AsPassword,
	pat.Authlance: pat.AsBearer | pat.AsPassword,
	pat.DockerHub: pat.AsNamed,
	pat.Quay:      pat.AsApp,
}}

func forwarded(r *dialect.Request) (pat.Credential, error) { return shown(r, forwardAuth) }

// gateFault asks for Basic where nothing else was tried: what comes through a proxy is often a registry's client or git, which send
// a password only then, and give up on being offered more than one way.
func gateFault(r *dialect.Request, err error) dialect.Response {
	res := fault(r, err)
	if res.Status == http.StatusUnauthorized && r.Credential.Scheme != pat.SchemeBearer {
		res.Header.Set("WWW-Authenticate", `Basic realm="latchkey", charset="UTF-8"`) // RFC 7617
	}
	return res
}

// decodeAuthorize takes nothing but scopes: ?scope=repo:read&scope=repo:write.
func decodeAuthorize(r *dialect.Request) (pat.AuthorizeRequest, error) {
	q, f, err := parameters(r, []string{"scope"})
	if err != nil {
		return pat.AuthorizeRequest{}, err
	}
	return pat.AuthorizeRequest{Scopes: scopes(q["scope"])}, f.Err()
}

// maxListHeader bounds each of the two lists, so that all headers together stay under 8 KiB: a proxy that asks gives up on more.
const maxListHeader = 3 << 10

// encodeAuthorized says who is calling in headers, which a proxy can hand on. None of them can hold a line end or a blank
// that is not ours: what they are made of is matched against patterns when it is stored.
func encodeAuthorized(a pat.AuthorizeResult) (dialect.Response, error) {
	res := dialect.Empty(http.StatusNoContent)
	set := func(name, value string) {
		if value != "" {
			res.Header.Set("X-Latchkey-"+name, value)
		}
	}
	set("User", userHeader(a.Owner))
	set("Token-Id", string(a.Token))
	var leftOut []string
	for _, list := range []struct{ name, value string }{{"Groups", strings.Join(a.Groups, ",")}, {"Scopes", joined(a.Scopes)}} {
		if len(list.value) > maxListHeader { // half a list would look like a whole one
			leftOut = append(leftOut, strings.ToLower(list.name))
			continue
		}
		set(list.name, list.value)
	}
	set("Left-Out", strings.Join(leftOut, ","))
	return res, nil
}

// userHeader is a local user's plain name, and any other owner's whole id, whose # no name has: another issuer's subject
// never looks like a local user.
func userHeader(id pat.OwnerID) string {
	if id.IsUser() {
		return id.Name()
	}
	return string(id)
}

// joined writes scopes as OAuth does, with blanks between them (RFC 6749 section 3.3).
func joined(scopes []pat.Scope) string {
	texts := make([]string, len(scopes))
	for i, s := range scopes {
		texts[i] = string(s)
	}
	return strings.Join(texts, " ")
}
