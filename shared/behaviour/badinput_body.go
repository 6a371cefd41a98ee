package behaviour

import "strings"

// mediaTypes are bodies that say that they are something else.
func mediaTypes(g *ground) []badRequest {
	var table []badRequest
	for _, f := range g.forms() {
		body := "{" + strings.TrimSuffix(f.inner(), ",") + "}"
		with := func(name, want string, header ...string) {
			table = append(table, badRequest{name: f.name + ": the type is " + name, method: f.method, path: f.path, as: f.as,
				header: header, body: body, want: want})
		}
		with("missing", "415 unsupported_media_type")
		with("empty", "415 unsupported_media_type", "Content-Type:")
		with("plain text", "415 unsupported_media_type", "Content-Type: text/plain")
		with("a form's", "415 unsupported_media_type", "Content-Type: application/x-www-form-urlencoded")
		with("a form's with files", "415 unsupported_media_type", "Content-Type: multipart/form-data; boundary=x")
		with("nearly right", "415 unsupported_media_type", "Content-Type: application/jsonp")
		with("half of it", "415 unsupported_media_type", "Content-Type: json")
		with("anything", "415 unsupported_media_type", "Content-Type: */*")
		with("two at once", "415 unsupported_media_type", "Content-Type: application/json, text/plain")
		with("in another charset", "415 unsupported_media_type", "Content-Type: application/json; charset=iso-8859-1")
		with("in UTF-16", "415 unsupported_media_type", "Content-Type: application/json; charset=utf-16")
		with("with a parameter twice", "415 unsupported_media_type",
			"Content-Type: application/json; charset=utf-8; charset=utf-16")
		with("with an unknown parameter", "415 unsupported_media_type", "Content-Type: application/json; version=2")
		with("with half a parameter", "415 unsupported_media_type", "Content-Type: application/json; charset")
		with("compressed", "415 unsupported_media_type", "Content-Type: application/json", "Content-Encoding: gzip")
		with("encoded as nothing", "415 unsupported_media_type", "Content-Type: application/json", "Content-Encoding:")
		with("there twice", "400 unreadable", "Content-Type: application/json", "Content-Type: application/json")
		table[len(table)-1].loose = JoinedHeaders
	}
	create := g.form("create")
	patch := create.bad("the type is a merge patch's", create.with("name", `"x"`), "415 unsupported_media_type")
	patch.header = []string{"Content-Type: application/merge-patch+json"}
	return append(table, patch)
}

// sizes are bodies beyond 64 KiB, whether their length is told or not.
func sizes(g *ground) []badRequest {
	const most = 64 << 10
	var table []badRequest
	for _, f := range g.forms() {
		body := "{" + strings.TrimSuffix(f.inner(), ",") + "}"
		table = append(table, f.bad("a byte over 64 KiB", body+strings.Repeat(" ", most+1-len(body)), "413 too_large"))
		chunked := f.bad("a byte over 64 KiB, in chunks", "10001\r\n"+body+strings.Repeat(" ", most+1-len(body))+"\r\n0\r\n\r\n",
			"413 too_large")
		chunked.header = append(chunked.header, "Transfer-Encoding: chunked")
		table = append(table, chunked)
	}
	verify := g.form("verify")
	table = append(table,
		verify.bad("a megabyte", verify.with("token", `"`+strings.Repeat("a", 1<<20)+`"`), "413 too_large"),
		verify.badMember("token", "of sixty thousand letters", `"`+strings.Repeat("a", 60000)+`"`, "200 NOT_FOUND"),
		g.form("create").badMember("name", "of sixty thousand letters", `"`+strings.Repeat("a", 60000)+`"`, "422 invalid /name"),
		g.form("create").badMember("scopes", "of ten thousand", `[`+strings.Repeat(`"a:b",`, 9999)+`"a:b"]`,
			"422 invalid /scopes"),
		g.form("create").badMember("allowedIps", "of ten thousand", `[`+strings.Repeat(`"::",`, 9999)+`"::"]`,
			"422 invalid /allowedIps"),
	)
	return table
}
