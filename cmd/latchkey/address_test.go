package main

import (
	"net/netip"
	"net/url"
	"strings"
	"testing"
)

func TestAnAddressHasOneSpelling(t *testing.T) {
	for text, want := range map[string]address{
		"https://tokens.example.com":          "https://tokens.example.com",
		"https://tokens.example.com/":         "https://tokens.example.com",
		"HTTPS://Tokens.Example.com:443/":     "https://tokens.example.com",
		"http://localhost:80":                 "http://localhost",
		"http://127.0.0.1:8080//":             "http://127.0.0.1:8080",
		"http://[::1]:8080":                   "http://[::1]:8080",
		"https://[2001:DB8::1]":               "https://[2001:db8::1]",
		"https://example.com/prod/":           "https://example.com/prod",
		"https://example.com/a%2Fb":           "https://example.com/a%2Fb",
		" https://tokens.example.com:8443\n ": "https://tokens.example.com:8443",
	} {
		if got, err := parseAddress(text); err != nil || got != want {
			t.Errorf("parseAddress(%q) = %q, %v; want %q", text, got, err, want)
		}
	}
}

func TestWhatIsNoAddressIsRefusedAndNotRepeated(t *testing.T) {
	for _, text := range []string{
		"", "/", "tokens.example.com", "localhost:8080", "//tokens.example.com", "ftp://tokens.example.com", "https://",
		"https://:8080", "https://admin:hunter2@tokens.example.com", "https://hunter2@tokens.example.com",
		"https://tokens.example.com?key=hunter2", "https://tokens.example.com/?", "https://tokens.example.com#hunter2",
		"https://tokens.example.com:port", "https://tokens.exa mple.com/hunter2", "http://\x1b[31m/hunter2", "https://[::1",
		"http://[fe80::1%25eth0]", "https://bücher.example", "https://a,b", "https://*.example.com",
	} {
		got, err := parseAddress(text)
		if err == nil {
			t.Errorf("parseAddress(%q) = %q", text, got)
		} else if strings.Contains(err.Error(), "hunter2") {
			t.Errorf("parseAddress(%q) repeats a secret: %v", text, err)
		}
	}
}

func TestSecretsDoNotCrossANetworkInTheClear(t *testing.T) {
	for base, safe := range map[address]bool{
		"https://tokens.example.com":  true,
		"https://192.0.2.1":           true,
		"http://localhost":            true,
		"http://localhost:8080/prod":  true,
		"http://127.0.0.1:8080":       true,
		"http://127.9.9.9":            true,
		"http://[::1]:8080":           true,
		"http://[::ffff:127.0.0.1]":   true,
		"http://tokens.example.com":   false,
		"http://192.0.2.1:8080":       false,
		"http://0.0.0.0:8080":         false,
		"http://[2001:db8::1]":        false,
		"http://localhost.example":    false,
		"http://127.0.0.1.example":    false,
		"http://evil.example/127.0.1": false,
		"http://2130706433":           false, // some resolvers take it for 127.0.0.1, others do not
	} {
		if err := base.refuseClear(); (err == nil) != safe {
			t.Errorf("%s: %v", base, err)
		}
	}
}

// FuzzParseAddress holds that an address is a fixed point, and that one which is let through unencrypted is of
// this machine as net/url reads it, which is what the HTTP client goes by.
func FuzzParseAddress(f *testing.F) {
	for _, seed := range []string{"https://tokens.example.com/a/", "http://LOCALHOST:80", "http://[::1%25lo]:1", "http://a@b", "http://127.1"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		base, err := parseAddress(text)
		if err != nil {
			return
		}
		if again, err := parseAddress(string(base)); err != nil || again != base {
			t.Fatalf("%q became %q, which became %q, %v", text, base, again, err)
		}
		u, err := url.Parse(string(base))
		if err != nil {
			t.Fatalf("%q became %q: %v", text, base, err)
		}
		if u.Scheme == "https" || base.refuseClear() != nil || u.Hostname() == "localhost" {
			return
		}
		if ip, err := netip.ParseAddr(u.Hostname()); err != nil || !ip.Unmap().IsLoopback() {
			t.Fatalf("%q would be sent to %q in the clear", text, base)
		}
	})
}
