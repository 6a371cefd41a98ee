package main

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strings"
)

// address is a server's base URL in one spelling, so that two can be compared: a session is sent only to the
// address that it was made for.
type address string

const defaultAddress address = "http://127.0.0.1:8080"

// errAddress does not repeat the text: it may hold a password.
var errAddress = errors.New("wants a server's address, such as https://tokens.example.com, without user, query or fragment")

// hostForm is a name in ASCII, or an IPv4 address. A name in other letters has such a form too (RFC 5891).
var hostForm = regexp.MustCompile(`^[a-z0-9._-]+$`)

// parseAddress reads a base URL. It may have a path, as behind a gateway's stage.
func parseAddress(text string) (address, error) {
	u, err := url.Parse(strings.TrimSpace(text))
	if err != nil || u.User != nil || u.RawQuery != "" || u.ForceQuery || u.Fragment != "" || u.Hostname() == "" {
		return "", errAddress
	}
	if u.Scheme != "http" && u.Scheme != "https" {
		return "", errAddress
	}
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if ip, err := netip.ParseAddr(host); !hostForm.MatchString(host) && (err != nil || ip.Zone() != "") {
		return "", errAddress
	}
	if port == "80" && u.Scheme == "http" || port == "443" && u.Scheme == "https" {
		port = ""
	}
	switch {
	case port != "":
		host = net.JoinHostPort(host, port)
	case strings.Contains(host, ":"):
		host = "[" + host + "]"
	}
	return address(u.Scheme + "://" + host + strings.TrimRight(u.EscapedPath(), "/")), nil
}

// refuseClear refuses an address to which secrets would go unencrypted over a network.
func (a address) refuseClear() error {
	host, clear := strings.CutPrefix(string(a), "http://")
	if !clear || isLoopback(host) {
		return nil
	}
	return fmt.Errorf("%s is not encrypted, and everyone on the way could read the secrets: use https://, or --insecure if nobody else is on it", a)
}

// isLoopback reports whether the host of an address is this machine. Names other than localhost are not looked
// up: what they mean can change between a check and its use.
func isLoopback(rest string) bool {
	u, err := url.Parse("//" + rest)
	if err != nil {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() == "localhost" || err == nil && ip.Unmap().IsLoopback()
}
