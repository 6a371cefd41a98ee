package oidc_test

import (
	"errors"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/shared/oidc"
	"latchkey/shared/pat"
)

func TestAlgorithms(t *testing.T) {
	for _, alg := range []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"} {
		t.Run(alg, func(t *testing.T) {
			key := newKey(t, "k1", alg)
			i := newIssuer(t, key)
			got, err := i.verifier().Identify(t.Context(), i.token(t, key), noon)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(pat.Identity{Issuer: i.URL, Subject: "u-7", Groups: []string{"dev"}}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestAnIssuerOverTLS(t *testing.T) {
	key := newKey(t, "k1", "ES256")
	i := newIssuer(t, key)
	i.Server = httptest.NewTLSServer(i)
	t.Cleanup(i.Close)
	v := oidc.New(oidc.Config{Issuer: i.URL, Audience: audience, Client: i.Client()})
	if _, err := v.Identify(t.Context(), i.token(t, key), noon); err != nil {
		t.Error(err)
	}
}

func TestClaims(t *testing.T) {
	key := newKey(t, "k1", "ES256")
	i := newIssuer(t, key)
	good, now := i.claims(), noon.Unix()
	change := func(name string, value any) string { return string(mustJSON(t, with(good, name, value))) }
	lacking := func(name string) string { return string(mustJSON(t, without(good, name))) }
	plain := string(mustJSON(t, good))
	for _, c := range []struct {
		name, payload string
		good          bool
	}{
		{"as it should be", plain, true},
		{"a claim that we do not know", change("email", "a@example.com"), true},
		{"groups kept elsewhere", change("_claim_names", map[string]string{}), true},
		{"another issuer", change("iss", "https://evil.example.com"), false},
		{"the issuer with a slash more", change("iss", i.URL+"/"), false},
		{"the issuer without its scheme", change("iss", strings.TrimPrefix(i.URL, "http://")), false},
		{"no issuer", lacking("iss"), false},
		{"several audiences", change("aud", []string{"other", audience}), true},
		{"another audience", change("aud", "other"), false},
		{"other audiences", change("aud", []string{"other", audience + "2"}), false},
		{"no audiences", change("aud", []string{}), false},
		{"no audience", lacking("aud"), false},
		{"an audience of null", change("aud", nil), false},
		{"an audience among other things", change("aud", []any{audience, 7}), false},
		{"no subject", lacking("sub"), false},
		{"an empty subject", change("sub", ""), false},
		{"a subject that is a number", change("sub", 7), false},
		{"one second left", change("exp", now+1), true},
		{"half a second left", change("exp", float64(now)+0.5), true},
		{"expired this second", change("exp", now), false},
		{"expired long ago", change("exp", now-3600), false},
		{"no expiry", lacking("exp"), false},
		{"an expiry of null", change("exp", nil), false},
		{"an expiry that is a text", change("exp", "9999999999"), false},
		{"an expiry beyond all numbers", strings.Replace(plain, fmt.Sprint(now+600), "1e999", 1), false},
		{"valid in 60 s", change("nbf", now+60), true},
		{"valid in 61 s", change("nbf", now+61), false},
		{"valid since a text", change("nbf", "0"), false},
		{"issued in 60 s", change("iat", now+60), true},
		{"issued in 61 s", change("iat", now+61), false},
		{"not said when issued", lacking("iat"), true},
		{"a log-out token", change("events", map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}}), false},
		{"a repeated claim", strings.Replace(plain, "{", `{"sub":"root",`, 1), false},
		{"a repeated claim that we do not know", strings.Replace(plain, "{", `{"x":1,"x":2,`, 1), false},
		{"a claim in other case", strings.Replace(plain, `"sub"`, `"SUB"`, 1), false},
		{"text after the end", plain + "x", false},
		{"a list", "[]", false},
		{"null", "null", false},
		{"nothing", "", false},
		{"not UTF-8", strings.Replace(plain, "u-7", "\xff", 1), false},
	} {
		t.Run(c.name, func(t *testing.T) {
			before, _ := i.counts()
			_, err := i.verifier().Identify(t.Context(), sign(t, key, []byte(c.payload), nil), noon)
			if c.good && err != nil || !c.good && !errors.Is(err, pat.ErrBadJWT) {
				t.Errorf("%v, good: %t", err, c.good)
			}
			if after, _ := i.counts(); !c.good && after != before {
				t.Errorf("%d requests for a token that is bad on its face", after-before)
			}
		})
	}
}

func TestGroups(t *testing.T) {
	key := newKey(t, "k1", "ES256")
	i := newIssuer(t, key)
	var many []string
	for n := range 100 {
		many = append(many, fmt.Sprint("g", n))
	}
	for _, c := range []struct {
		name, claim string
		value       any
		want        []string
	}{
		{"a list", "groups", []string{"dev", "ops"}, []string{"dev", "ops"}},
		{"a single one", "groups", "dev", []string{"dev"}},
		{"a claim with dots in its name", "https://example.com/groups", []string{"dev"}, []string{"dev"}},
		{"repeated and empty ones", "groups", []string{"dev", "", "dev"}, []string{"dev"}},
		{"an empty list", "groups", []string{}, nil},
		{"null", "groups", nil, nil},
		{"numbers", "groups", []int{1, 2}, nil},
		{"a mixture", "groups", []any{"dev", 2}, nil},
		{"an object", "groups", map[string]any{"dev": true}, nil},
		{"more than a user may have", "groups", many, many[:pat.MaxGroups]},
		{"another claim", "roles", nil, nil},
		{"none is configured", "", nil, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			v := oidc.New(oidc.Config{Issuer: i.URL, Audience: audience, GroupsClaim: c.claim})
			claims := i.claims()
			if c.claim != "" && c.claim != "roles" {
				claims = with(claims, c.claim, c.value)
			}
			got, err := v.Identify(t.Context(), sign(t, key, mustJSON(t, claims), nil), noon)
			if err != nil || !slices.Equal(got.Groups, c.want) {
				t.Errorf("%q, %v, want %q", got.Groups, err, c.want)
			}
		})
	}
}

func TestWithoutAnAudienceNothingIsTaken(t *testing.T) {
	key := newKey(t, "k1", "ES256")
	i := newIssuer(t, key)
	v := oidc.New(oidc.Config{Issuer: i.URL})
	for _, aud := range []any{"", []string{""}, []string{}} {
		jwt := sign(t, key, mustJSON(t, with(i.claims(), "aud", aud)), nil)
		if _, err := v.Identify(t.Context(), jwt, noon); !errors.Is(err, pat.ErrBadJWT) {
			t.Errorf("%v: %v", aud, err)
		}
	}
	if requests, _ := i.counts(); requests != 0 {
		t.Errorf("%d requests", requests)
	}
}

func TestAGoodTokenIsNotRememberedPastItsExpiry(t *testing.T) {
	key := newKey(t, "k1", "ES256")
	i := newIssuer(t, key)
	v, jwt := i.verifier(), i.token(t, key)
	if _, err := v.Identify(t.Context(), jwt, noon); err != nil {
		t.Fatal(err)
	}
	if _, err := v.Identify(t.Context(), jwt, noon.Add(600e9)); !errors.Is(err, pat.ErrBadJWT) {
		t.Error(err)
	}
}
