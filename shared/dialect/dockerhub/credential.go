package dockerhub

import (
	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// credential reads the JWT of a log-in, after Bearer or the JWT of older clients.
func credential(r *dialect.Request) (pat.Credential, error) {
	scheme, value, err := r.Authorization()
	if err != nil {
		return pat.Credential{}, err
	}
	c := pat.Credential{Product: pat.DockerHub, Source: r.Source}
	if scheme == "bearer" || scheme == "jwt" {
		c.Scheme, c.Secret = pat.SchemeBearer, pat.NewSecret(value)
	}
	return c, nil
}
