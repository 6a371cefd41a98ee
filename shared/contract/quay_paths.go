package contract

import (
	"strings"

	"latchkey/shared/behaviour"
)

var quayPaths = []line{
	{says: "list, create and get are answered 200, delete 204", light: true, show: func(g *ground) {
		made := g.quayToken("laptop")
		g.ask(200, g.alice(), "GET "+quayTokens, "")
		g.ask(200, g.alice(), "GET "+quayAt(made), "")
		if a := g.ask(204, g.alice(), "DELETE "+quayAt(made), ""); a.body != "" || a.header.Get("Content-Type") != "" {
			g.Errorf("got %v, %s", a.header, a.body)
		}
	}},
	{says: "no path has a slash at its end", light: true, show: func(g *ground) {
		for _, route := range quayRoutes {
			g.quayRefused(g.ask(404, g.alice(), route+"/", `{"title":"x"}`), "not_found", "there is nothing at this path")
		}
	}},
	{says: "slashes that follow each other are one, without a redirect", light: true, show: func(g *ground) {
		made := g.quayToken("laptop")
		for _, c := range []struct {
			route  string
			status int
		}{
			{"GET /" + quayTokens, 200}, {"POST /" + quayTokens, 200}, {"GET ///api//v1/user///apptoken", 200},
			{"GET /" + quayAt(made), 200}, {"DELETE /" + quayAt(made), 204}, {"GET //api/v1/error/not_found", 200},
		} {
			if g.door.Differs(behaviour.KeptSlashes) {
				c.status = 404
			}
			g.ask(c.status, g.alice(), c.route, `{"title":"twice"}`)
		}
		g.quayRefused(g.ask(404, g.alice(), "GET //api//v1/nothing", ""), "not_found", "there is nothing at this path")
	}},
	{says: "the body of a create is JSON whatever the Content-Type says", light: true, show: func(g *ground) {
		for _, kind := range []string{"", "*/*", "application/json", "application/json; charset=utf-8", "text/plain",
			"application/x-www-form-urlencoded", "nonsense"} {
			a := g.ask(200, g.alice(), "POST "+quayTokens, `{"title":"é"}`, "Content-Type", kind)
			g.want(a.in("token"), "title", `"é"`)
		}
	}},
	{says: "list, get and delete may say application/json, */* or nothing, and have a body that means nothing", light: true, show: func(g *ground) {
		for _, kind := range []string{"application/json", "*/*", ""} {
			made := g.quayToken("laptop")
			for _, body := range []string{"", "{}", `{"title":"x"}`, "nonsense"} {
				g.ask(200, g.alice(), "GET "+quayTokens, body, "Content-Type", kind)
				g.want(g.ask(200, g.alice(), "GET "+quayAt(made), body, "Content-Type", kind).in("token"), "title", `"laptop"`)
			}
			g.ask(204, g.alice(), "DELETE "+quayAt(made), "{}", "Content-Type", kind)
		}
	}},
	{says: "every answer lets pages of any origin read it", light: true, show: func(g *ground) {
		made := g.quayToken("laptop")
		for _, route := range []string{"GET " + quayTokens, "POST " + quayTokens, "GET " + quayAt(made), "PUT " + quayTokens, "DELETE " + quayAt(made),
			"GET " + quayAt(made), "GET /api/v1/error/not_found", "GET /api/v1/nothing", "OPTIONS " + quayTokens} {
			for _, as := range []string{g.alice(), ""} {
				a := g.send(as, route, `{"title":"x"}`, "Origin", "https://console.example")
				if a.header.Get("Access-Control-Allow-Origin") != "*" || a.header.Get("Access-Control-Allow-Credentials") != "" {
					g.Errorf("%s: %d %v", route, a.code, a.header)
				}
			}
		}
	}},
	{says: "OPTIONS is answered 200, without a credential, with what a browser asks for", light: true, show: func(g *ground) {
		for path, allow := range map[string]string{quayTokens: "GET, OPTIONS, POST", quayTokens + "/x": "DELETE, GET, OPTIONS",
			"/api/v1/error/x": "GET, OPTIONS"} {
			a := g.ask(200, "", "OPTIONS "+path, "", "Origin", "https://console.example", "Access-Control-Request-Method", "POST",
				"Access-Control-Request-Headers", "authorization,content-type", "Content-Type", "")
			if a.header.Get("Allow") != allow || a.header.Get("Access-Control-Allow-Methods") != allow ||
				a.header.Get("Access-Control-Allow-Headers") != "Authorization, Content-Type" || a.body != "" {
				g.Errorf("%s: %v", path, a.header)
			}
		}
		g.ask(404, "", "OPTIONS /api/v1/nothing", "")
	}},
	{says: "everyone's tokens are listed to nobody: there is no /api/v1/superuser/apptokens", show: func(g *ground) {
		session, token := g.quayAdmin("")
		for _, as := range []string{session, token, ""} {
			g.quayRefused(g.ask(404, as, "GET /api/v1/superuser/apptokens", ""), "not_found", "there is nothing at this path")
		}
	}},
	{says: "other methods are 405, with those that there are", light: true, show: func(g *ground) {
		for path, allow := range map[string]string{quayTokens: "GET, OPTIONS, POST", quayTokens + "/x": "DELETE, GET, OPTIONS"} {
			for _, method := range []string{"PUT", "PATCH"} {
				a := g.ask(405, g.alice(), method+" "+path, "{}")
				g.quayRefused(a, "method_not_allowed", "this path has other methods")
				if a.header.Get("Allow") != allow {
					g.Errorf("%s: %s", path, a.header.Get("Allow"))
				}
			}
		}
	}},
	{says: "a body over 64 KiB is 413", light: true, show: func(g *ground) {
		a := g.ask(413, g.alice(), "POST "+quayTokens, strings.Repeat(" ", 64<<10)+`{"title":"x"}`)
		g.quayRefused(a, "request_too_large", "the body is larger than is taken here")
	}},
}
