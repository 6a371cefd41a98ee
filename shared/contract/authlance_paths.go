package contract

import "strings"

var authlancePaths = []line{
	{says: "four routes: 200, 201, 204 and 200", show: func(g *ground) {
		l := g.lance()
		made := l.make("")
		if len(l.list(l.ann)) != 1 {
			g.Error("it is not listed")
		}
		l.verified(200, made.text("token"))
		g.body(g.ask(204, l.ann, "DELETE "+lancePATs+"/"+made.text("id"), ""), "")
	}},
	{says: "a slash at the end is another path, and no redirect", show: func(g *ground) {
		l := g.lance()
		id := l.make("").text("id")
		for _, route := range []string{"GET " + lancePATs + "/?groupId=" + l.group, "POST " + lancePATs + "/", "DELETE " + lancePATs + "/" + id + "/",
			"POST " + lancePATs + "/verify/"} {
			if a := g.ask(404, l.ann, route, "{}"); a.text("error") == "" {
				g.Errorf("%s: got %s", route, a.body)
			}
		}
	}},
	{says: "verify is no token's id: only POST means it", show: func(g *ground) {
		l := g.lance()
		l.gone(l.ann, "verify")
		g.ask(401, "", "DELETE "+lancePATs+"/verify", "")
		for _, method := range []string{"GET", "PUT", "PATCH"} {
			a := g.ask(405, l.ann, method+" "+lancePATs+"/verify", "{}")
			if a.header.Get("Allow") != "DELETE, OPTIONS, POST" || a.text("error") == "" {
				g.Errorf("%s: %v %s", method, a.header, a.body)
			}
		}
	}},
	{says: "no id is verify", show: func(g *ground) {
		if id := g.lance().make("").text("id"); id == "verify" || strings.Contains(id, "/") {
			g.Errorf("got %s", id)
		}
	}},
	{says: "the client percent-encodes an id", show: func(g *ground) {
		l := g.lance()
		id := l.make("").text("id")
		g.ask(204, l.ann, "DELETE "+lancePATs+"/%"+hexOf(id[0])+id[1:], "")
		for _, other := range []string{"a%20b", "%C3%A9", "a%23b"} {
			g.ask(404, l.ann, "DELETE "+lancePATs+"/"+other, "")
		}
	}},
	{says: "paths are taken as they are", show: func(g *ground) {
		l := g.lance()
		for _, path := range []string{"/authlance/", "/authlance/identity/api/v1/pat", "/authlance/identity/api/v1/PATS?groupId=" + l.group,
			"/authlance/identity/api/v2/pats?groupId=" + l.group, lancePATs + "/x/y"} {
			if a := g.ask(404, l.ann, "GET "+path, ""); a.text("error") == "" {
				g.Errorf("%s: got %s", path, a.body)
			}
		}
	}},
	{says: "the bodies of POST are JSON and say so", show: func(g *ground) {
		l := g.lance()
		for _, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded", "application/json; charset=utf-16"} {
			g.ask(400, l.ann, "POST "+lancePATs, l.wish(""), "Content-Type", kind)
			g.ask(400, "", "POST "+lancePATs+"/verify", `{"token":"x"}`, "Content-Type", kind)
		}
		g.ask(201, l.ann, "POST "+lancePATs, l.wish(""), "Content-Type", "application/json; charset=utf-8")
	}},
	{says: "GET and DELETE have no Content-Type", show: func(g *ground) {
		l := g.lance()
		id := l.make("").text("id")
		g.ask(200, l.ann, "GET "+lancePATs+"?groupId="+l.group, "", "Content-Type", "")
		g.ask(204, l.ann, "DELETE "+lancePATs+"/"+id, "", "Content-Type", "")
	}},
}

func hexOf(b byte) string { return string("0123456789ABCDEF"[b>>4]) + string("0123456789ABCDEF"[b&15]) }

// authlancePages are what browsers ask for whose pages come from elsewhere.
var authlancePages = []line{
	{says: "a preflight is answered 204 with what may be asked", show: func(g *ground) {
		for path, methods := range map[string]string{lancePATs: "GET, OPTIONS, POST", lancePATs + "/x": "DELETE, OPTIONS", lancePATs + "/verify": "DELETE, OPTIONS, POST"} {
			a := g.ask(204, "", "OPTIONS "+path, "", "Content-Type", "", "Origin", "https://app.example",
				"Access-Control-Request-Method", "POST", "Access-Control-Request-Headers", "authorization,content-type")
			for name, want := range map[string]string{"Access-Control-Allow-Origin": "https://app.example", "Access-Control-Allow-Credentials": "true",
				"Access-Control-Allow-Methods": methods, "Access-Control-Allow-Headers": "Authorization, Content-Type", "Vary": "Origin"} {
				if got := a.header.Get(name); got != want {
					g.Errorf("%s: %s is %q, want %q", path, name, got, want)
				}
			}
		}
	}},
	{says: "pages of any origin can read every answer, refusals too", show: func(g *ground) {
		l := g.lance()
		for _, origin := range []string{"https://app.example", "http://localhost:3000", "null"} {
			for route, status := range map[string]int{"GET " + lancePATs + "?groupId=" + l.group: 200, "GET " + lancePATs: 400, "DELETE " + lancePATs + "/x": 404,
				"PUT " + lancePATs: 405, "GET /authlance/nothing": 404, "POST " + lancePATs + "/verify": 400} {
				a := g.ask(status, l.ann, route, "", "Origin", origin)
				if a.header.Get("Access-Control-Allow-Origin") != origin || a.header.Get("Access-Control-Allow-Credentials") != "true" || a.header.Get("Vary") != "Origin" {
					g.Errorf("%s from %s: %v", route, origin, a.header)
				}
			}
		}
	}},
	{says: "without an origin there is nothing to allow", show: func(g *ground) {
		a := g.ask(401, "", "GET "+lancePATs, "")
		if a.header.Get("Access-Control-Allow-Origin") != "" || a.header.Get("Vary") != "Origin" {
			g.Errorf("got %v", a.header)
		}
	}},
	{says: "nothing that a browser sends by itself is a credential", show: func(g *ground) {
		l := g.lance()
		g.remember(l.ann)
		g.ask(401, "", "GET "+lancePATs+"?groupId="+l.group, "", "Cookie", "session="+l.ann+"; token="+l.ann, "Origin", "https://app.example")
	}},
}
