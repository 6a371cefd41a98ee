package behaviour

import (
	"slices"
	"strings"
)

// hubCallers prove nothing, or not enough.
func hubCallers(g *ground) []badRequest {
	var table []badRequest
	for _, r := range hubRoutes(g) {
		if r.open {
			continue
		}
		for name, c := range map[string]struct{ header, want string }{
			"without a credential":              {"X-Nothing: 1", "401 unauthenticated"},
			"with a bad JWT":                    {"Authorization: JWT " + g.owner + "x", "401 unauthenticated"},
			"with its own token":                {"Authorization: Bearer " + g.hubToken, "401 unauthenticated"},
			"with its own token as a JWT":       {"Authorization: JWT " + g.hubToken, "401 unauthenticated"},
			"with its own token as a password":  {basic(g.ownerName, g.hubToken), "401 unauthenticated"},
			"with a native token":               {"Authorization: Bearer " + g.token, "401 unauthenticated"},
			"with a session got with its token": {"Authorization: Bearer " + g.exchanged, "403 exchanged"},
		} {
			table = append(table, badRequest{name: r.method + " " + r.name + " " + name, method: r.method, path: r.path,
				header: []string{c.header, "Content-Type: text/nonsense"}, body: `{"nonsense`, want: c.want,
				secrets: []string{g.hubToken, g.exchanged}})
		}
	}
	for _, r := range routes(g) {
		if !r.open {
			table = append(table, badRequest{name: r.method + " " + r.name + " with a token of Docker Hub's", method: r.method,
				path: r.path, as: g.hubToken, want: "401 unauthenticated"})
		}
	}
	return sorted(table)
}

// hubPlaces are paths and methods that are none, and tokens that are not there.
func hubPlaces(g *ground) []badRequest {
	names := strings.NewReplacer(g.id, "ID of a native token", g.hubID, "ID", strings.ToUpper(g.hubID), "ID in capitals",
		strings.ReplaceAll(g.hubID, "-", ""), "ID without hyphens")
	var table []badRequest
	ask := func(method, path, want string) *badRequest {
		table = append(table, badRequest{name: method + " " + names.Replace(path), method: method, path: path, as: g.owner, want: want})
		return &table[len(table)-1]
	}
	for _, path := range []string{"/v2/", "/v2/access-token", "/v2/Access-Tokens", "/v2/access-tokens/x/y",
		"/v2/access-tokens/" + g.hubID + "/x", "/v2/users", "/v2/users/login/x", "/v2/auth", "/v2/repositories/",
		"/v2/orgs/acme/access-tokens", "/v2/user"} {
		ask("GET", path, "404 no_such_path")
	}
	for _, id := range []string{"x", "0", g.id, g.hubID + "x", strings.ToUpper(g.hubID), strings.ReplaceAll(g.hubID, "-", ""),
		other(g.hubID, 35), "00000000-0000-8000-8000-000000000000"} {
		for _, family := range []string{hubTokens, hubLegacy} {
			for _, method := range []string{"GET", "PATCH", "DELETE"} {
				bad := ask(method, family+"/"+id, "404 not_found")
				bad.header, bad.body = []string{"Content-Type: application/json"}, "{}"
			}
		}
	}
	has := map[string][]string{}
	for _, r := range hubRoutes(g) {
		has[r.path] = append(has[r.path], r.method)
	}
	for path, methods := range has {
		allow := slices.Sorted(slices.Values(append([]string{"OPTIONS"}, methods...)))
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} {
			if !slices.Contains(methods, method) {
				ask(method, path, "405 method_not_allowed").allow = strings.Join(allow, ", ")
			}
		}
	}
	return sorted(table)
}

func hubRoutes(g *ground) []route {
	var all []route
	add := func(method, name, path string, open bool) {
		all = append(all, route{method, name, path, open}, route{method, name + "/", path + "/", open})
	}
	for _, path := range []string{"/v2/users/login", "/v2/users/2fa-login", "/v2/auth/token"} {
		add("POST", path, path, true)
	}
	for _, family := range []string{hubTokens, hubLegacy} {
		one := family + "/" + g.hubID
		add("POST", family, family, false)
		add("GET", family, family, false)
		for _, method := range []string{"GET", "PATCH", "DELETE"} {
			add(method, family+"/ID", one, false)
		}
	}
	return all
}
