package behaviour

import (
	"fmt"
	"slices"
	"strings"
)

// route is one that there is.
type route struct {
	method, name, path string
	open               bool
}

func (r route) takesBody() bool { return r.method == "POST" || r.method == "PATCH" }

func routes(g *ground) []route {
	token, user := tokensPath+"/"+g.id, "/v1/users/"+g.ownerName
	return []route{
		{"POST", "/v1/sessions", "/v1/sessions", true}, {"DELETE", "/v1/sessions", "/v1/sessions", false},
		{"POST", tokensPath, tokensPath, false}, {"GET", tokensPath, tokensPath, false},
		{"GET", "a token", token, false}, {"PATCH", "a token", token, false}, {"DELETE", "a token", token, false},
		{"POST", "/v1/tokens/verify", "/v1/tokens/verify", true},
		{"GET", "/v1/auth", "/v1/auth", false},
		{"GET", "/v1/self", "/v1/self", false}, {"DELETE", "/v1/self", "/v1/self", false},
		{"POST", "/v1/users", "/v1/users", false}, {"GET", "/v1/users", "/v1/users", false},
		{"GET", "a user", user, false}, {"PATCH", "a user", user, false}, {"DELETE", "a user", user, false},
		{"GET", "/healthz", "/healthz", true}, {"GET", "/openapi.json", "/openapi.json", true},
	}
}

// wrongMethods asks each path by every method that it has not.
func wrongMethods(g *ground) []badRequest {
	has := map[string][]string{}
	names := map[string]string{}
	var paths []string
	for _, r := range routes(g) {
		if has[r.path] == nil {
			paths = append(paths, r.path)
		}
		has[r.path] = append(has[r.path], r.method)
		names[r.path] = r.name
	}
	var table []badRequest
	for _, path := range paths {
		allow := slices.Sorted(slices.Values(append([]string{"OPTIONS"}, has[path]...)))
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "QUERY", "PROPFIND", "FOO",
			"get", "Post"} {
			if slices.Contains(has[path], method) {
				continue
			}
			bad := badRequest{name: method + " " + names[path], method: method, path: path, as: g.owner,
				want: "405 method_not_allowed", allow: strings.Join(allow, ", ")}
			if !slices.Contains([]string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"}, method) {
				bad.loose = OwnHTTP
			}
			table = append(table, bad)
		}
		table = append(table, badRequest{name: "CONNECT " + names[path], method: "CONNECT", path: path, as: g.owner,
			want: "404 no_such_path", loose: OwnHTTP})
	}
	override := badRequest{name: "POST a token with another method in a header", method: "POST", path: tokensPath + "/" + g.id,
		as:     g.owner,
		header: []string{"X-HTTP-Method-Override: DELETE", "X-HTTP-Method: DELETE", "X-Method-Override: DELETE"},
		want:   "405 method_not_allowed"}
	return append(table, override)
}

// badPaths lead nowhere, or to no token.
func badPaths(g *ground) []badRequest {
	var table []badRequest
	get := func(path, want string) *badRequest {
		name := path
		if len(name) > 80 {
			name = fmt.Sprintf("%s… (%d bytes)", name[:40], len(name))
		}
		name = strings.NewReplacer(g.id, "ID", strings.ToUpper(g.id), "ID in capitals", g.otherID, "ID of another", g.prefix,
			"PREFIX").Replace(name)
		table = append(table, badRequest{name: "GET " + name, method: "GET", path: path, as: g.owner, want: want})
		return &table[len(table)-1]
	}
	const nowhere = "404 no_such_path"
	for _, path := range []string{
		"/", "/v1", "/v1/", "/v2/tokens", "/V1/tokens", "/v1/Tokens", "/v1/token", "/v1/tokensx", "/tokens", "/api/v1/tokens",
		"/v1/tokens/", "/v1/users/", "/v1/self/", "/v1/sessions/x",
		"/healthz/", "/health", "/openapi.json/", "/openapi", "/favicon.ico", "/robots.txt", "/.env", "/.git/config",
		"/wp-login.php", "/admin", "/metrics", "/debug/pprof/", "/debug/vars",
		"/v1/tokens/" + g.id + "/", "/v1/tokens/" + g.id + "/rotate/x", "/v1/tokens/verify/", "/v1/tokens/verify/x",
		"/v1/users/" + g.ownerName + "/tokens",
		"/v1%2Ftokens", "/%76%31%2Ftokens", "/v1/tokens%2F" + g.id, "/v1/tokens%00", "/v1/tokens%20", "/v1/tokens;x=1",
		"/v1/tokens&limit=1", "/v1/tokens%3Flimit=1", "/v1/tokens%23",
		"/" + strings.Repeat("a", 10000), "/v1/" + strings.Repeat("a/", 3000), "/\u00e9", "/%C3%A9", "/%FF%FE",
	} {
		if bad := get(path, nowhere); strings.Contains(path, "%") {
			bad.loose = DecodedPaths
		}
	}
	for _, path := range []string{
		"//", "///", "//v1/tokens", "/v1//tokens", "/v1/tokens//", "/v1/tokens//" + g.id, "/v1/tokens/" + g.id + "//",
		"//evil.example/v1/tokens",
		"/.", "/..", "/../", "/./v1/tokens", "/v1/./tokens", "/v1/tokens/.", "/v1/tokens/..", "/v1/tokens/./" + g.id,
		"/v1/x/../tokens", "/v1/tokens/../self", "/../../etc/passwd",
		"/v1/tokens/%2e", "/v1/tokens/%2e%2e", "/v1/tokens/%2E%2E/self", "/v1/tokens/%2e%2e%2fself", "/v1/%2e%2e/healthz",
		"/v1/tokens/..%2Fself", "/v1/tokens/x%2F..%2F" + g.id, "/v1/tokens/%2F%2e%2e",
	} {
		get(path, nowhere).loose = DecodedPaths
	}
	const unknown = "404 not_found"
	for _, id := range []string{
		"x", "0", "-", "null", "undefined", "*", "~", "me", "self", "verify%20", "VERIFY", "%20", "%00", "%FF", "%C3%A9", "a%2Fb",
		g.id + "%2F", "%2F" + g.id, g.id + "%00", g.id + "%20", "%20" + g.id, g.id + ".json", g.id + ";x=1",
		g.id + "," + g.id, strings.ToUpper(g.id), strings.ReplaceAll(g.id, "-", ""), "%7B" + g.id + "%7D", "urn:uuid:" + g.id,
		g.id[:35], g.id + "0", g.otherID, g.prefix, "pat_" + g.prefix,
		"00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff", "80000000-0000-8000-8000-000000000000",
		"80000000-0000-4000-8000-000000000000", "80000000-0000-8000-c000-000000000000",
		g.id[:35] + "g", other(g.id, 35), strings.Repeat("a", 10000), "%25", "%2525", "%3Cscript%3E", "'%20or%201=1--",
		"$%7Bjndi:ldap:%2F%2Fx%7D",
	} {
		if bad := get(tokensPath+"/"+id, unknown); strings.Contains(id, "%") {
			bad.loose = DecodedPaths
		}
	}
	for _, path := range []string{"/v1/tokens/%", "/v1/tokens/%zz", "/v1/tokens/%2", "/%", "/v1/tokens/%u0041"} {
		get(path, "http 400").loose = OwnHTTP
	}
	get("/"+strings.Repeat("a", 40000), "http 431").loose = OwnHTTP
	get("/v1/tokens?cursor="+strings.Repeat("a", 40000), "http 431").loose = OwnHTTP
	return table
}
