package oidc

import (
	"context"
	"fmt"
	"net/http"
	"time"

	coreos "github.com/coreos/go-oidc/v3/oidc"

	"latchkey/shared/pat"
)

// Config names the issuer and what it must say.
type Config struct {
	// Issuer is the issuer's address, exactly as its tokens and its discovery document spell it. It must be
	// https, except on this machine.
	Issuer string
	// Audience is the word for this service that a token's aud must hold.
	Audience string
	// GroupsClaim names the claim with the user's groups; empty: groups are not read.
	GroupsClaim string
	// Client makes the requests to the issuer; nil stands for http.Client's zero value. Its redirect policy
	// is replaced by a stricter one.
	Client *http.Client
}

// Verifier reads the issuer's JWTs. It first speaks to the issuer when it must, and again until it succeeds.
type Verifier struct {
	issuer, audience, groupsClaim string
	keys                          keySet
}

var _ pat.Identities = (*Verifier)(nil)

// New returns a verifier, whether or not the issuer can be reached.
func New(c Config) *Verifier {
	return &Verifier{issuer: c.Issuer, audience: c.Audience, groupsClaim: c.GroupsClaim,
		keys: keySet{fetch: newSource(c.Issuer, c.Client).keys}}
}

// Identify implements pat.Identities.
func (v *Verifier) Identify(ctx context.Context, jwt pat.Secret, now time.Time) (pat.Identity, error) {
	text := jwt.Reveal()
	face, err := read(text)
	if err != nil {
		return pat.Identity{}, err
	}
	if err := face.claims.check(v.issuer, v.audience, now); err != nil {
		return pat.Identity{}, err
	}
	keys, err := v.keys.find(ctx, now, face.header.KeyID, face.header.Algorithm)
	if err != nil {
		return pat.Identity{}, fmt.Errorf("oidc: fetch keys: %w", err)
	}
	verifier := coreos.NewVerifier(v.issuer, &coreos.StaticKeySet{PublicKeys: keys}, &coreos.Config{
		ClientID: v.audience, SupportedSigningAlgs: algorithms(), Now: func() time.Time { return now }})
	if _, err := verifier.Verify(ctx, text); err != nil {
		return pat.Identity{}, bad("no key that verifies it") // the library's words may repeat parts of the token
	}
	return pat.Identity{Issuer: v.issuer, Subject: face.claims.Subject, Groups: groups(face.payload, v.groupsClaim)}, nil
}

// bad says why a JWT is refused, in words that hold nothing of it.
func bad(why string) error { return fmt.Errorf("oidc: %s: %w", why, pat.ErrBadJWT) }
