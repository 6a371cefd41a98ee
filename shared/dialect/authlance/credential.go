package authlance

import (
	"time"

	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

const (
	day     = 24 * time.Hour
	maxDays = 1825
)

// product is Authlance's rules: tokens are a group's, ten of them at most, and none of anybody's is a credential for its
// API.
var product = pat.Product{Name: pat.Authlance, Shape: pat.ShapeAuthlance, Secludes: true, Forgets: true,
	Lifetime: 60 * day, MaxLifetime: maxDays * day, Limit: 10}

// credential reads a session after Bearer. By itself, without that word, it is none.
func credential(r *dialect.Request) (pat.Credential, error) {
	scheme, value, err := r.Authorization()
	if err != nil {
		return pat.Credential{}, err
	}
	c := pat.Credential{Product: product, Source: r.Source}
	if scheme == "bearer" {
		c.Scheme, c.Secret = pat.SchemeBearer, pat.NewSecret(value)
	}
	return c, nil
}
