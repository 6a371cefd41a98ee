package dockerhub

import (
	"latchkey/shared/dialect"
	"latchkey/shared/pat"
)

// product is Docker Hub's rules: no token is a credential for its API, but it is one to log in.
var product = pat.Product{Name: pat.DockerHub, Shape: pat.ShapeDockerHub, Exchanges: true,
	Secludes: true, Forgets: true, Lasts: true, Nameless: true}

// credential reads the JWT of a log-in, after Bearer or the JWT of older clients.
func credential(r *dialect.Request) (pat.Credential, error) {
	scheme, value, err := r.Authorization()
	if err != nil {
		return pat.Credential{}, err
	}
	c := pat.Credential{Product: product, Source: r.Source}
	if scheme == "bearer" || scheme == "jwt" {
		c.Scheme, c.Secret = pat.SchemeBearer, pat.NewSecret(value)
	}
	return c, nil
}
