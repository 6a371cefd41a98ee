package gateway

import "strings"

const upperHex = "0123456789ABCDEF"

// escape makes a path fit to stand in a URL. HTTP APIs decode it, and the adapter pastes it into a URL as it is: a stray %
// fails there, a ? or # cuts the path short. What a path may hold stays as it is (RFC 3986 section 3.3), so
// that a plain one is not changed at all. In a path that is still encoded, so do the escapes that it has.
func escape(path string, encoded bool) string {
	return escapeBut(path, func(rest string) int {
		switch c := rest[0]; {
		case isUnreserved(c), strings.IndexByte("/!$&'()*+,;=:@", c) >= 0:
			return 1
		case encoded && c == '%' && len(rest) > 2 && isHex(rest[1]) && isHex(rest[2]):
			return 3
		}
		return 0
	})
}

// escapeQuery keeps a query as the client wrote it, errors and all, so that it is judged as everywhere; only what cannot
// stand in a request line is escaped.
func escapeQuery(query string) string {
	return escapeBut(query, func(rest string) int {
		if c := rest[0]; c > ' ' && c < 0x7f && c != '#' {
			return 1
		}
		return 0
	})
}

// escapeBut escapes each byte of a text but those of which keep says, at the beginning of what is left, how many stay.
func escapeBut(text string, keep func(rest string) int) string {
	var b strings.Builder
	for text != "" {
		n := keep(text)
		if n == 0 {
			b.Write([]byte{'%', upperHex[text[0]>>4], upperHex[text[0]&15]})
			n = 1
		} else {
			b.WriteString(text[:n])
		}
		text = text[n:]
	}
	return b.String()
}

func isUnreserved(c byte) bool {
	return 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' || strings.IndexByte("-._~", c) >= 0
}

func isHex(c byte) bool { return '0' <= c && c <= '9' || 'a' <= c|0x20 && c|0x20 <= 'f' }
