package behaviour

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strings"
)

func nodeRoutes(g *ground) []route {
	return []route{
		{"POST", nodeTokens, nodeTokens, false}, {"POST", nodeTokens + "/", nodeTokens + "/", false},
		{"GET", nodeSelf, nodeSelf, false}, {"GET", nodeSelf + "/", nodeSelf + "/", false},
		{"DELETE", nodeTokens + "/ID", nodeTokens + "/" + g.nodeToken, false},
	}
}

// nodeUser shows a token as the user name of Basic.
func nodeUser(text string) string {
	return "Authorization: Basic " + base64.StdEncoding.EncodeToString([]byte(text))
}

// nodeCallers show no token, or one that may not.
func nodeCallers(g *ground) []badRequest {
	const none, denied = "401 unauthenticated", "403 forbidden"
	root, weak := g.door.Superuser, g.nodeToken
	nearly := other(weak, len(weak)-20)
	var table []badRequest
	for _, r := range nodeRoutes(g) {
		for name, c := range map[string]struct {
			want   string
			header []string
		}{
			"without a credential":                   {none, nil},
			"with an empty key":                      {none, []string{"X-Auth-Token:"}},
			"with an empty user":                     {none, []string{"Authorization: Basic Og=="}},
			"with both empty":                        {none, []string{"X-Auth-Token:", "Authorization: Basic Og=="}},
			"with nonsense":                          {none, []string{"X-Auth-Token: nonsense"}},
			"with nonsense as the user":              {none, []string{nodeUser("nonsense:")}},
			"with a token that is nearly one":        {none, []string{nodeKey(nearly)}},
			"with a token in capitals":               {none, []string{nodeKey(strings.ToUpper(weak))}},
			"with a token and a letter more":         {none, []string{nodeKey(weak + "x")}},
			"with a token cut off":                   {none, []string{nodeKey(weak[:len(weak)-1])}},
			"with a token encoded twice":             {none, []string{"X-Auth-Token: " + strings.ReplaceAll("%"+hex(weak[0])+weak[1:], "%", "%25")}},
			"with a bad escape":                      {none, []string{"X-Auth-Token: " + weak + "%"}},
			"with a bad escape in Basic":             {none, []string{nodeUser(weak + "%zz:")}},
			"with a key of two thousand letters":     {none, []string{"X-Auth-Token: " + strings.Repeat("x", 2000)}},
			"with a token as a bearer":               {none, []string{"Authorization: Bearer " + weak}},
			"with the superuser's as a bearer":       {none, []string{"Authorization: Bearer " + root}},
			"with the superuser's as a password":     {none, []string{nodeUser("admin:" + url.PathEscape(root))}},
			"with the superuser's and a letter more": {none, []string{nodeKey(root + "x")}},
			"with the superuser's cut off":           {none, []string{nodeKey(root[:len(root)-1])}},
			"with the superuser's not encoded":       {none, []string{"X-Auth-Token: " + root}},
			"with Basic without a colon":             {none, []string{nodeUser(url.PathEscape(root))}},
			"with Basic that is no base64":           {none, []string{"Authorization: Basic ****" + "****"}},
			"with Basic that is not padded":          {none, []string{"Authorization: Basic " + strings.TrimRight(base64.StdEncoding.EncodeToString([]byte(url.PathEscape(root)+"::")), "=") + "A"}},
			"with a token in the query's stead":      {none, []string{"X-Token: " + weak, "X-Api-Key: " + weak, "Cookie: x-auth-token=" + weak}},
			"with a session":                         {none, []string{"Authorization: Bearer " + g.admin}},
			"with a session as a key":                {none, []string{nodeKey(g.admin)}},
			"with a native token":                    {none, []string{nodeKey(g.token)}},
			"with a native token as the user":        {none, []string{nodeUser(g.token + ":")}},
			"with a token of Docker Hub's":           {none, []string{nodeKey(g.hubToken)}},
			"with the administrator's password":      {none, []string{nodeUser("admin:" + g.door.AdminPassword)}},
			"with a token that may not":              {denied, []string{nodeKey(weak)}},
			"with a user that may not":               {denied, []string{nodeUser(weak + ":")}},
			"with a bad key and a user that may not": {denied, []string{"X-Auth-Token: nonsense", nodeUser(weak + ":")}},
			"with a key that may not and a bad user": {denied, []string{nodeKey(weak), nodeUser("nonsense:")}},
			"with a token that is spent":             {denied, []string{nodeKey(g.nodeSpent)}},
		} {
			bad := badRequest{name: r.method + " " + r.name + " " + c.want + " " + name, method: r.method, path: r.path, want: c.want,
				header: append(c.header, "Content-Type: text/nonsense"), secrets: []string{weak, root, g.nodeSpent}}
			if r.method == "POST" {
				bad.body = `{"nonsense`
			}
			table = append(table, bad)
		}
		twice := badRequest{name: r.method + " " + r.name + " with two keys", method: r.method, path: r.path, want: none,
			header: []string{nodeKey(root), nodeKey(root)}}
		table = append(table, twice)
	}
	for _, r := range routes(g) {
		if !r.open {
			for name, header := range map[string]string{"a token of a node's": "Authorization: Bearer " + weak, "a node's superuser": "Authorization: Bearer " + root,
				"a node's token as a key": nodeKey(weak), "a node's token as the user": nodeUser(weak + ":")} {
				table = append(table, badRequest{name: r.method + " " + r.name + " with " + name, method: r.method, path: r.path,
					header: []string{header}, want: none})
			}
		}
	}
	return sorted(table)
}

// nodePlaces are paths and methods that are none, and tokens that are not there.
func nodePlaces(g *ground) []badRequest {
	weak := g.nodeToken
	var table []badRequest
	ask := func(name, method, path, want string) *badRequest {
		table = append(table, badRequest{name: method + " " + name, method: method, path: path, header: []string{nodeKey(g.door.Superuser)}, want: want,
			secrets: []string{weak}})
		return &table[len(table)-1]
	}
	for _, path := range []string{"/api/v3/", "/api/v3/Token", "/api/v3/token/x", "/api/v3/token//", "/api/v3/tokens/x/y", "/api/v3/tokens//", "/api/v3//token",
		"/api/v3/account/balances", "/api/v3/node/version", "/api/v3/../v3/token", "/api/v3/./token", "/api/v3/token/."} {
		ask(path, "GET", path, "404 not_found").loose = DecodedPaths
	}
	for name, id := range map[string]string{
		"nonsense": "nonsense", "a blank": "%20", "a zero byte": "%00", "one character off": other(weak, len(weak)-20), "in capitals": strings.ToUpper(weak),
		"cut off": weak[:len(weak)-1], "a letter more": weak + "x", "bytes that are no text": "%ff%fe",
		"its prefix": weak[:16], "a native token": g.token, "a native id": g.id, "a token of Docker Hub's": g.hubToken, "very long": strings.Repeat("x", 3000),
		"the superuser's": url.PathEscape(g.door.Superuser),
	} {
		ask("a token that is "+name, "DELETE", nodeTokens+"/"+id, "404 not_found").loose = DecodedPaths
	}
	ask("a token with a slash after it", "DELETE", nodeTokens+"/"+weak+"/", "404 not_found").loose = DecodedPaths
	ask("a token within slashes", "DELETE", nodeTokens+"/"+weak+"%2F", "404 not_found").loose = DecodedPaths
	has := map[string][]string{}
	names := map[string]string{}
	for _, r := range nodeRoutes(g) {
		has[r.path] = append(has[r.path], r.method)
		names[r.path] = r.name
	}
	for path, methods := range has {
		allow := slices.Sorted(slices.Values(append([]string{"OPTIONS"}, methods...)))
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} {
			if !slices.Contains(methods, method) {
				ask(names[path], method, path, "405 method_not_allowed").allow = strings.Join(allow, ", ")
			}
		}
	}
	return sorted(table)
}
