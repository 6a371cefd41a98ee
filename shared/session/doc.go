// Package session signs and reads Latchkey's own session JWTs (RFC 7519) with the service's ES256 keys.
//
// Only this package writes what it reads, so it reads strictly: one algorithm, one type, one spelling of each
// part, no header or claim that it does not know. Whatever another issuer's key signed is pat.ErrForeign, so
// that OpenID Connect gets its try; whatever names a key of ours and is not wholly right is pat.ErrBadJWT.
//
// A session that reads well is not yet a caller: whether its owner still stands where it did (the epoch) is
// for pat to judge.
package session
