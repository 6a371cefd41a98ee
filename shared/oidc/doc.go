// Package oidc reads the JWTs of one other issuer, whose keys it finds by OpenID Connect Discovery 1.0.
//
// A JWT is first judged on its face: form, algorithm, issuer, audience, times. Only one that passes can cost a
// request to the issuer, and the key set sees to it that those are few, whatever strangers send. The signature
// is then checked by go-oidc, whose rules are wider than ours in places: it takes a token at the very second of
// its expiry and five minutes before its nbf, does not look at iat, and lets Google leave the scheme out of its
// name. That is why the face is judged here. Claims kept elsewhere (OpenID Connect Core section 5.6.2) are
// never fetched, so groups that an issuer gives in that way are not seen.
//
// What is wrong with a JWT is pat.ErrBadJWT. What is wrong with the issuer, or between it and us, is any other
// error: nothing was decided.
package oidc
