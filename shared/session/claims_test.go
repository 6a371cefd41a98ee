package session_test

import (
	"errors"
	"strings"
	"testing"

	"latchkey/shared/pat"
)

func TestClaims(t *testing.T) {
	k1 := newKey(t, "k1")
	signer := newSigner(k1)
	null := func(name string) string {
		return strings.Replace(string(mustJSON(t, with(goodClaims(), name, "@"))), `"@"`, "null", 1)
	}
	change := func(name string, value any) string { return string(mustJSON(t, with(goodClaims(), name, value))) }
	good := change("", nil)
	now := noon.Unix()
	source := func(kind, id string) any { return map[string]any{"type": kind, "id": id} }
	const hubClaim = "https://hub.docker.com"
	uuid := pat.Tag("k3v9b2mq").UUID()
	cases := []struct {
		name, payload string
		good          bool
	}{
		{"as issued", good, true},
		{"without scope: all", change("scope", nil), true},
		{"issued 60 s ahead", change("iat", now+60), true},
		{"issued 61 s ahead", change("iat", now+61), false},
		{"issued at no time", change("iat", nil), false},
		{"issued before 1970", change("iat", -1), false},
		{"issued at a text", change("iat", "1772366400"), false},
		{"issued at a fraction", change("iat", 1772366400.5), false},
		{"one second left", change("exp", now+1), true},
		{"expired this second", with2(t, goodClaims(), "iat", now-10, "exp", now), false},
		{"expired long ago", with2(t, goodClaims(), "iat", now-7200, "exp", now-3600), false},
		{"expires before it was issued", with2(t, goodClaims(), "iat", now+30, "exp", now+20), false},
		{"never expires", change("exp", nil), false},
		{"expires beyond 64 bits", change("exp", 1e30), false},
		{"another issuer", change("iss", "https://evil.example.com"), false},
		{"issuer with a slash more", change("iss", issuer+"/"), false},
		{"no issuer", change("iss", nil), false},
		{"another audience", change("aud", "https://evil.example.com"), false},
		{"a list of audiences", change("aud", []string{issuer}), false},
		{"no audience", change("aud", nil), false},
		{"no subject", change("sub", nil), false},
		{"an empty subject", change("sub", ""), false},
		{"a subject that is no owner", change("sub", "alice"), false},
		{"no id", change("jti", nil), false},
		{"no epoch", change("epoch", nil), false},
		{"an epoch of null", null("epoch"), false},
		{"an empty scope", change("scope", ""), false},
		{"a scope of null", null("scope"), false},
		{"a scope of blanks", change("scope", " "), false},
		{"a scope with two blanks", change("scope", "a:b  c:d"), false},
		{"a scope that is a list", change("scope", []string{"a:b"}), false},
		{"a malformed scope", change("scope", "everything"), false},
		{"got with a token", change("source", source("pat", tokenID)), true},
		{"got with a token, without scope", string(mustJSON(t, with(with(goodClaims(), "scope", nil), "source", source("pat", tokenID)))), false},
		{"got with something else", change("source", source("oat", tokenID)), false},
		{"got with a token that is none", change("source", source("pat", "x")), false},
		{"got with a token and more", change("source", map[string]any{"type": "pat", "id": tokenID, "more": 1}), false},
		{"a source of null", null("source"), false},
		{"a source that is a list", change("source", []string{tokenID}), false},
		{"Docker Hub's", change(hubClaim, map[string]any{"username": "alice", "uuid": uuid}), true},
		{"Docker Hub's, of another name", change(hubClaim, map[string]any{"username": "bob", "uuid": uuid}), false},
		{"Docker Hub's, of another issuer's subject", string(mustJSON(t, with(with(goodClaims(), "sub", "oidc#0123456789abcdef#alice"), hubClaim,
			map[string]any{"username": "alice", "uuid": uuid}))), false},
		{"Docker Hub's, of no one", change(hubClaim, map[string]any{"username": "alice", "uuid": tokenID}), false},
		{"Docker Hub's, of null", null(hubClaim), false},
		{"Docker Hub's, and more", change(hubClaim, map[string]any{"username": "alice", "uuid": uuid, "email": "x"}), false},
		{"a claim that we do not know", change("cnf", map[string]string{"jkt": "x"}), false},
		{"a name in other case", strings.Replace(good, `"sub"`, `"SUB"`, 1), false},
		{"a repeated name", strings.Replace(good, `{`, `{"sub":"user#admin",`, 1), false},
		{"a repeated name, escaped", strings.Replace(good, `{`, `{"s\u0075b":"user#admin",`, 1), false},
		{"text after the end", good + "{}", false},
		{"a list", "[]", false},
		{"null", "null", false},
		{"nothing", "", false},
		{"not UTF-8", strings.Replace(good, "0f1e2d", "\xff", 1), false},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			jwt := signRaw(t, k1, mustJSON(t, goodHeader()), []byte(c.payload))
			_, err := signer.Read(t.Context(), pat.NewSecret(jwt), noon)
			if c.good && err != nil || !c.good && !errors.Is(err, pat.ErrBadJWT) {
				t.Errorf("%v, good: %t", err, c.good)
			}
		})
	}
}
