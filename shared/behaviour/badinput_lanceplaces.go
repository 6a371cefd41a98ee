package behaviour

import (
	"slices"
	"strings"
)

// lancePlaces are paths and methods that are none, and tokens that are not there.
func lancePlaces(g *ground) []badRequest {
	l := g.lance
	names := strings.NewReplacer(l.id, "ID", l.nativeID, "ID of a native token", l.otherID, "ID of a stranger's", strings.ToUpper(l.id), "ID in capitals",
		strings.ReplaceAll(l.id, "-", ""), "ID without hyphens", l.group, "GROUP", l.prefix, "PREFIX", g.hubID, "ID at Docker Hub", l.token, "TOKEN")
	var table []badRequest
	ask := func(method, path, want string) *badRequest {
		table = append(table, badRequest{name: "lance: " + method + " " + names.Replace(path), method: method, path: path, as: l.admin, want: want})
		return &table[len(table)-1]
	}
	for _, path := range []string{"/authlance/", "/authlance/identity", "/authlance/identity/api/v1", "/authlance/identity/api/v1/", lancePATs + "/", lancePATs + "/verify/",
		lancePATs + "/" + l.id + "/", lancePATs + "/" + l.id + "/verify", lancePATs + "/verify/" + l.id, "/authlance/identity/api/v2/pats", "/authlance/identity/api/v1/pat",
		"/authlance/identity/api/v1/PATs", "/Authlance/identity/api/v1/pats", "/authlance/api/v1/pats", "/authlance/identity/api/v1/pats.json"} {
		want := "404 no_such_path"
		for _, method := range []string{"GET", "POST", "DELETE"} {
			if strings.HasPrefix(path, "/authlance/") {
				ask(method, path, want)
			}
		}
	}
	for _, path := range []string{"/authlance//identity/api/v1/pats", lancePATs + "//" + l.id,
		"/authlance/./identity/api/v1/pats", "/authlance/identity/../identity/api/v1/pats"} {
		ask("GET", path+"?groupId="+l.group, "404 no_such_path").loose = DecodedPaths
	}
	for _, id := range []string{"x", "0", "verify", "Verify", "%76erify", l.nativeID, l.otherID, g.hubID, g.id,
		l.id + "x", l.id[1:], strings.ToUpper(l.id), strings.ReplaceAll(l.id, "-", ""),
		other(l.id, 35), "00000000-0000-8000-8000-000000000000", l.prefix, l.token, "%20", "%25", "%00", "%C3%A9", "%FF",
		strings.Repeat("x", 3000), l.id + "%20", "%20" + l.id, l.id + ";", l.id + ","} {
		bad := ask("DELETE", lancePATs+"/"+id, "404 not_found")
		if strings.Contains(id, "%") {
			bad.loose = DecodedPaths
		}
	}
	ask("DELETE", lancePATs+"/"+l.id+"%2F", "404 not_found").loose = DecodedPaths
	ask("DELETE", lancePATs+"/..%2F"+l.id, "404 no_such_path").loose = DecodedPaths
	for path, methods := range map[string][]string{lancePATs: {"GET", "POST"}, lancePATs + "/" + l.id: {"DELETE"}, lancePATs + "/verify": {"DELETE", "POST"}} {
		allow := strings.Join(slices.Sorted(slices.Values(append([]string{"OPTIONS"}, methods...))), ", ")
		for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} {
			if !slices.Contains(methods, method) {
				ask(method, path, "405 method_not_allowed").allow = allow
			}
		}
	}
	for _, unknown := range []string{"0", "7", uniqueNumber(), l.fullGroup} {
		ask("GET", lancePATs+"?groupId="+unknown, "404 not_found")
		bad := ask("POST", lancePATs+"?groupId="+unknown, "404 not_found")
		bad.header, bad.body = []string{"Content-Type: application/json"}, `{"name":"x","groupId":`+unknown+`}`
	}
	return sorted(table)
}
