package contract

import (
	"maps"
	"net/http"
	"strings"
	"testing"
)

func TestAnAnswerIsSound(t *testing.T) {
	good := http.Header{"Cache-Control": {"no-store"}, "X-Content-Type-Options": {"nosniff"}, "X-Request-Id": {"0123456789"},
		"Content-Type": {"application/json"}}
	for name, c := range map[string]struct {
		code       int
		path, body string
		header     [2]string // one that is otherwise
		want       string    // in the error, "" for none
	}{
		"a good one":                {200, "/v2/x", "{}", [2]string{}, ""},
		"one without a body":        {204, "/v2/x", "", [2]string{}, ""},
		"an own problem":            {404, "/v1/x", "{}", [2]string{"Content-Type", "application/problem+json"}, ""},
		"another product's problem": {404, "/api/v1/x", "{}", [2]string{"Content-Type", "application/problem+json"}, "type"},
		"a redirect":                {301, "/v2/x", "", [2]string{"Location", "/v2/y"}, "redirect"},
		"a server's error":          {500, "/v2/x", "{}", [2]string{}, "server"},
		"one to be cached":          {200, "/v2/x", "{}", [2]string{"Cache-Control", ""}, "no-store"},
		"one to be sniffed":         {200, "/v2/x", "{}", [2]string{"X-Content-Type-Options", ""}, "nosniff"},
		"one that is not named":     {200, "/v2/x", "{}", [2]string{"X-Request-Id", ""}, "X-Request-Id"},
		"one without a challenge":   {401, "/v2/x", "{}", [2]string{}, "WWW-Authenticate"},
		"a product's without one":   {401, "/api/v1/x", "{}", [2]string{}, ""},
		"a group's without one":     {403, "/authlance/x", "{}", [2]string{}, "WWW-Authenticate"},
		"a node's without one":      {401, "/api/v3/x", "{}", [2]string{}, ""},
		"one with needless words":   {204, "/v2/x", "{}", [2]string{}, "204"},
	} {
		header := maps.Clone(good)
		if c.header[0] != "" {
			header.Set(c.header[0], c.header[1])
		}
		err := answer{code: c.code, header: header, body: c.body}.sound(c.path)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", name, err, c.want)
		}
	}
}

func TestSecretsAreRemembered(t *testing.T) {
	p := &place{secrets: map[string]bool{}}
	p.minted(map[string]any{"token": "minted-plain-0123456789", "deep": []any{map[string]any{"access_token": "minted-deep-0123456789"}}})
	p.minted(map[string]any{"token": map[string]any{"token_code": "minted-wrapped-0123456789", "uuid": "no secret of any kind"}})
	p.sent("/api/v3/tokens/sent-%2Din-path-of-hoprd?x=y", "sent-as-bearer-0123456789", []string{"X-Auth-Token", "sent-as-header-0123456789",
		"Authorization", "Basic c2VudC1hcy1uYW1lLWluLWJhc2ljLTAxMjM0NTY3ODk6c2VudC1hcy1wYXNzd29yZA=="}) // sent-as-name-in-basic-0123456789:sent-as-password
	for _, secret := range []string{
		"minted-plain-0123456789", "minted-deep-0123456789", "minted-wrapped-0123456789", "sent-%2Din-path-of-hoprd",
		"sent--in-path-of-hoprd", "sent-as-bearer-0123456789", "sent-as-header-0123456789",
		"sent-as-name-in-basic-0123456789", "sent-as-password",
	} {
		if !p.secrets[secret] {
			t.Errorf("%s is not remembered", secret)
		}
		delete(p.secrets, secret)
	}
	delete(p.secrets, "c2VudC1hcy1uYW1lLWluLWJhc2ljLTAxMjM0NTY3ODk6c2VudC1hcy1wYXNzd29yZA==")
	if len(p.secrets) > 0 {
		t.Errorf("also %v", p.secrets)
	}
}
