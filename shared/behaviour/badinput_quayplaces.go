package behaviour

import (
	"slices"
	"strings"
)

func quayRoutes(g *ground) []route {
	one := quayTokens + "/" + g.quayID
	return []route{
		{"GET", quayTokens, quayTokens, false}, {"POST", quayTokens, quayTokens, false},
		{"GET", quayTokens + "/ID", one, false}, {"DELETE", quayTokens + "/ID", one, false},
		{"GET", "/api/v1/error/not_found", "/api/v1/error/not_found", true},
	}
}

// quayCallers prove nothing, or not enough.
func quayCallers(g *ground) []badRequest {
	const none, unreadable = "401 unauthenticated", "400 invalid"
	var table []badRequest
	for _, r := range quayRoutes(g) {
		if r.open {
			continue
		}
		try := func(name, want string, header ...string) *badRequest {
			table = append(table, badRequest{name: "quay: " + r.method + " " + r.name + " " + name, method: r.method, path: r.path,
				header: append(header, "Content-Type: text/nonsense"), body: `{"nonsense`, want: want,
				secrets: []string{g.quayToken, g.hubToken, g.token}})
			return &table[len(table)-1]
		}
		bearer := "Authorization: Bearer "
		try("without a credential", none)
		try("with an empty one", none, "Authorization:")
		try("with a scheme alone", none, "Authorization: Bearer")
		try("with three words", none, bearer+g.owner+" x")
		try("with a tab", none, "Authorization: Bearer\t"+g.owner)
		try("with no scheme", none, "Authorization: "+g.owner)
		try("with another scheme", none, "Authorization: Token "+g.owner)
		try("with a session as a JWT", none, "Authorization: JWT "+g.owner)
		try("with a bad session", none, bearer+g.owner+"x")
		try("with a session that was got with a token", "403 insufficient_scope", bearer+g.exchanged)
		try("with a cookie", none, "Cookie: session="+g.owner, "X-CSRF-Token: x")
		try("with its own token", none, bearer+g.quayToken)
		try("with its own token as an application's password", none, basic("$app", g.quayToken))
		try("with its own token as its owner's password", none, basic(g.ownerName, g.quayToken))
		try("with a token of Docker Hub's", none, bearer+g.hubToken)
		try("with a native token of little scope", "403 insufficient_scope", bearer+g.token)
		try("with a native token that reads", "403 insufficient_scope", bearer+g.reader)
		try("with a native token in Basic", none, basic(g.ownerName, g.token))
		try("with a native token of another address", none, bearer+g.elsewhere)
		try("with a password", none, basic(g.ownerName, password))
		try("with a native token that is none", none, bearer+"pat_not-a-token-of-ours")
		try("with two credentials", unreadable, bearer+g.owner, bearer+g.other).loose = JoinedHeaders
		try("with two on one line", unreadable, bearer+g.owner+", Bearer "+g.other).loose = JoinedHeaders
		try("with thirteen thousand letters", unreadable, bearer+strings.Repeat("a", 13000)).loose = OwnHTTP
	}
	for _, r := range routes(g) {
		if !r.open {
			table = append(table, badRequest{name: r.method + " " + r.name + " with a token of Quay's", method: r.method,
				path: r.path, as: g.quayToken, want: none})
		}
	}
	for _, r := range hubRoutes(g) {
		if !r.open {
			table = append(table, badRequest{name: r.method + " " + r.name + " with a token of Quay's", method: r.method,
				path: r.path, as: g.quayToken, want: none})
		}
	}
	return table
}

// quayPlaces are paths and methods that are none, and tokens that are not there.
func quayPlaces(g *ground) []badRequest {
	names := strings.NewReplacer(g.id, "ID of a native token", g.hubID, "ID of Docker Hub's", g.otherQuayID, "ID of another's", g.quayID, "ID",
		strings.ToUpper(g.quayID), "ID in capitals", strings.ReplaceAll(g.quayID, "-", ""), "ID without hyphens", g.quayToken, "SECRET")
	var table []badRequest
	ask := func(method, path, want string) *badRequest {
		table = append(table, badRequest{name: "quay: " + method + " " + names.Replace(path), method: method, path: path, as: g.owner, want: want})
		return &table[len(table)-1]
	}
	for _, path := range []string{"/api/v1/", "/api/v1/user", "/api/v1/user/", "/api/v1/user/apptokens", "/api/v1/User/apptoken",
		quayTokens + "/", quayTokens + "/" + g.quayID + "/", quayTokens + "/x/y", "/api/v1/superuser/apptokens", "/api/v1/superuser/apptokens/x",
		"/api/v1/error", "/api/v1/error/", "/api/v1/error/nothing", "/api/v1/error/NOT_FOUND", "/api/v1/error/not_found/x",
		"/api/v1/error/" + g.quayToken, "/api/v1/signin", "/api/v1/user/apptoken;x=1", "/api/v1/repository", "/api/v1/discovery"} {
		ask("GET", path, "404 no_such_path")
	}
	for _, path := range []string{"/api/v1//nothing", "/api/v1/./user/apptoken", "/api/v1/user/../user/apptoken", "/api/v1/user%2Fapptoken",
		quayTokens + "/..", quayTokens + "/%2e%2e", "/api/v1/error/%2e%2e"} {
		ask("GET", path, "404 no_such_path").loose = DecodedPaths
	}
	for _, id := range []string{"x", "0", "-1", "null", "*", "$app", g.id, g.hubID, g.otherQuayID, g.quayID + "x", g.quayID[:35],
		strings.ToUpper(g.quayID), strings.ReplaceAll(g.quayID, "-", ""), "urn:uuid:" + g.quayID, other(g.quayID, 35), g.quayToken,
		"00000000-0000-8000-8000-000000000000", strings.Repeat("a", 5000), "%00", "%20", "%FF", "%C3%A9", g.quayID + "%00", g.quayID + "%20",
		"a%2Fb", g.quayID + "%2F", "%25"} {
		for _, method := range []string{"GET", "DELETE"} {
			if bad := ask(method, quayTokens+"/"+id, "404 not_found"); strings.Contains(id, "%") {
				bad.loose = DecodedPaths
			}
		}
	}
	has := map[string][]string{}
	for _, r := range quayRoutes(g) {
		has[r.path] = append(has[r.path], r.method)
	}
	for path, methods := range has {
		allow := slices.Sorted(slices.Values(append([]string{"OPTIONS"}, methods...)))
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "TRACE", "FOO", "get"} {
			if slices.Contains(methods, method) {
				continue
			}
			bad := ask(method, path, "405 method_not_allowed")
			bad.allow = strings.Join(allow, ", ")
			if slices.Contains([]string{"TRACE", "FOO", "get"}, method) {
				bad.loose = OwnHTTP
			}
		}
	}
	return sorted(table)
}
