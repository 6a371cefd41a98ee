package httpapi

import (
	"net/url"
	"strings"
)

// decodePath decodes a path as HTTP APIs were seen to: once; then all from a question mark on is lost; then once
// more, and what cannot be decoded then is refused with 400. So %252F means a slash, %3F ends the path, and %25
// alone is refused. (Captures of the real gateway from 2026, published as vokerhttp/testdata/ingress-paths.json in
// github.com/hotsock/voker; path_test.go has them all.)
func decodePath(escaped string) (string, error) {
	once, err := url.PathUnescape(escaped)
	if err != nil {
		return "", err
	}
	once, _, _ = strings.Cut(once, "?")
	twice, err := url.PathUnescape(once)
	if err != nil {
		return "", err
	}
	return strings.ToValidUTF8(twice, "\uFFFD"), nil
}
