package quay

import (
	"strings"
	"time"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// product is Quay's rules. Its own tokens are credentials for a registry, not for this API.
var product = pat.Product{Name: pat.Quay, Shape: pat.ShapeQuay, Takes: map[pat.ProductName]pat.Form{pat.Native: pat.AsBearer},
	Secludes: true, Forgets: true, ForgetsExpired: 24 * time.Hour,
	Lasts: true, Mute: true, Nameless: true, AnyName: 255, Reveals: true}

// scopeApp is what its tokens are good for: all that an application does as its user. Clients neither choose nor see it.
const scopeApp pat.Scope = "quay:app"

// credential reads the header that Quay's clients send: Bearer, in any case, and one word more.
func credential(r *dialect.Request) (pat.Credential, error) {
	scheme, value, err := r.Authorization()
	if err != nil {
		return pat.Credential{}, err
	}
	c := pat.Credential{Product: product, Source: r.Source, Needs: pat.ScopeUserAdmin,
		Grants: []pat.Scope{pat.ScopeTokensWrite, scopeApp}}
	if value = strings.Trim(value, " "); scheme == "bearer" && !strings.Contains(value, " ") {
		c.Scheme, c.Secret = pat.SchemeBearer, pat.NewSecret(value)
	}
	return c, nil
}
