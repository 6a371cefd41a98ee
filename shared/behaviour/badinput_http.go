package behaviour

import "strings"

// badHTTP is malformed on the wire. What is no request at all, HTTP itself answers; what begins as one and
// has a broken body reaches us.
func badHTTP(g *ground) []badRequest {
	base := strings.TrimPrefix(g.door.BaseURL, "http://")
	host, prefix := base, ""
	if i := strings.Index(base, "/"); i >= 0 {
		host, prefix = base[:i], base[i:]
	}
	var table []badRequest
	raw := func(name, want string, lines ...string) *badRequest {
		table = append(table, badRequest{name: "wire: " + name, method: "GET", raw: strings.Join(lines, "\r\n"), want: want,
			loose: OwnHTTP})
		return &table[len(table)-1]
	}
	get, end := "GET "+prefix+tokensPath+" HTTP/1.1", "\r\n"
	hostLine, closing, auth := "Host: "+host, "Connection: close", "Authorization: Bearer "+g.owner

	raw("nothing but a line end", "http 400", "", "", end)
	raw("a word", "http 400", "HELLO", end)
	raw("another protocol", "http 400", "SSH-2.0-OpenSSH_9.9", end)
	raw("TLS", "http 400", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03", end)
	raw("no version", "http 400", "GET "+tokensPath, end)
	raw("a version that is none", "http 400", "GET "+tokensPath+" HTTP/x.y", hostLine, end)
	raw("a version to come", "http 505", "GET "+tokensPath+" HTTP/3.0", hostLine, closing, end)
	raw("a blank too many", "http 400", "GET  "+tokensPath+" HTTP/1.1", hostLine, end)
	raw("a blank in the path", "http 400", "GET /v1/to kens HTTP/1.1", hostLine, end)
	raw("a control character in the path", "http 400", "GET /v1/to\x01kens HTTP/1.1", hostLine, end)
	raw("a method that is none", "http 400", "G@T "+tokensPath+" HTTP/1.1", hostLine, end)
	raw("a method with a comma", "http 400", "GET,POST "+tokensPath+" HTTP/1.1", hostLine, end)
	raw("a relative path", "http 400", "GET v1/tokens HTTP/1.1", hostLine, end)
	raw("no host", "http 400", get, closing, end)
	raw("two hosts", "http 400", get, hostLine, "Host: evil.example", closing, end)
	raw("a host that is none", "http 400", get, "Host: a b", closing, end)
	raw("a header without a colon", "http 400", get, hostLine, "Nonsense", closing, end)
	raw("a header without a name", "http 400", get, hostLine, ": x", closing, end)
	raw("a blank before a colon", "http 400", get, hostLine, "Authorization : Bearer "+g.owner, closing, end)
	raw("a header with an accent in its name", "http 400", get, hostLine, "Caf\xc3\xa9: x", closing, end)
	raw("a thousand headers of forty letters", "http 431", get, hostLine,
		strings.TrimSuffix(strings.Repeat("X-Header: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n", 1000), "\r\n"), closing, end)
	raw("an expectation that is none", "http 417", get, hostLine, auth, "Expect: a miracle", closing, end)
	raw("an absolute address of nothing", "404 no_such_path", "GET http://evil.example/v1/nothing HTTP/1.1", hostLine, closing,
		end)
	raw("an absolute address without a credential", "401 unauthenticated", "GET http://"+host+prefix+tokensPath+" HTTP/1.1",
		hostLine, closing, end)
	raw("an upgrade", "401 unauthenticated", get, hostLine, "Connection: Upgrade, close", "Upgrade: websocket",
		"Sec-WebSocket-Key: eA==", "Sec-WebSocket-Version: 13", end)
	raw("a tunnel", "404 no_such_path", "CONNECT evil.example:443 HTTP/1.1", "Host: evil.example:443", closing,
		end).method = "CONNECT"

	post := []string{"POST " + prefix + tokensPath + " HTTP/1.1", hostLine, closing, auth, "Content-Type: application/json"}
	body := func(name, want string, lines ...string) *badRequest {
		bad := raw(name, want, append(append([]string{}, post...), lines...)...)
		bad.method = "POST"
		return bad
	}
	good := `{"name":"made by mistake","scopes":["repo:read"]}`
	body("a length below zero", "http 400", "Content-Length: -1", end+good)
	body("a length that is a word", "http 400", "Content-Length: many", end+good)
	body("a length with a plus", "http 400", "Content-Length: +5", end+good)
	body("a length in hexadecimal", "http 400", "Content-Length: 0x31", end+good)
	body("a length over 64 bits", "http 400", "Content-Length: 99999999999999999999", end+good)
	body("two lengths", "http 400", "Content-Length: 49", "Content-Length: 5", end+good)
	body("two lengths on one line", "http 400", "Content-Length: 49, 5", end+good)
	body("no length", "400 unreadable", end)
	body("a length of zero", "400 unreadable", "Content-Length: 0", end+good)
	body("a length too short", "400 unreadable", "Content-Length: 20", end+good)
	body("a length too long", "400 unreadable", "Content-Length: 5000", end+good).hangUp = true
	body("a length too long, and nothing", "400 unreadable", "Content-Length: 5000", end).hangUp = true
	chunked := "Transfer-Encoding: chunked"
	body("a coding that is none", "http 501", "Transfer-Encoding: rot13", end+good)
	body("a coding compressed", "http 501", "Transfer-Encoding: gzip, chunked", end+good)
	body("two codings", "http 501", chunked, chunked, end+good)
	body("chunks that are none", "400 unreadable", chunked, end+good).hangUp = true
	body("a chunk's length that is none", "400 unreadable", chunked, end+"zz", good, "0", end)
	body("a chunk's length below zero", "400 unreadable", chunked, end+"-5", good, "0", end)
	body("a chunk's length over 64 bits", "400 unreadable", chunked, end+"fffffffffffffffff", good, "0", end)
	body("a chunk longer than told", "400 unreadable", chunked, end+"5", good, "0", end)
	body("a chunk that is cut off", "400 unreadable", chunked, end+"31", good[:20]).hangUp = true
	body("no last chunk", "400 unreadable", chunked, end+"31", good+"\r\n").hangUp = true
	body("a first chunk that is the last", "400 unreadable", chunked, end+"0", end)
	body("a megabyte in small chunks", "413 too_large", chunked, end+strings.Repeat("100\r\n"+strings.Repeat(" ", 256)+"\r\n",
		4096)+"0", end)
	return table
}
