package contract

import (
	"strconv"
	"strings"
)

var quayErrors = []line{
	{says: "an error has six members, of which status is a number equal to the answer's", light: true, show: func(g *ground) {
		for _, a := range []answer{g.send("", "GET "+quayTokens, ""), g.send(g.alice(), "GET "+quayTokens+"/x", ""), g.send(g.alice(), "POST "+quayTokens, "{"),
			g.send(g.alice(), "PUT "+quayTokens, ""), g.send("", "GET /api/v1/nothing", "")} {
			kind := a.text("title")
			if !strings.HasPrefix(a.body, `{"status":`+strconv.Itoa(a.code)+`,"title":"`+kind+`","error_type":"`+kind+`","detail":"`) || len(a.json) != 6 ||
				a.text("detail") == "" || a.text("error_message") != a.text("detail") || a.header.Get("Content-Type") != "application/json" {
				g.Errorf("%d %v %s", a.code, a.header, a.body)
			}
		}
	}},
	{says: "the media type of an error is application/json", light: true, show: func(g *ground) {
		for _, route := range []string{"GET " + quayTokens, "GET /api/v1/nothing", "PUT " + quayTokens, "GET /api/v1/error/nothing"} {
			for _, accept := range []string{"application/json", "*/*", "application/problem+json", "text/html"} {
				if a := g.send("", route, "", "Accept", accept); a.code < 400 || a.header.Get("Content-Type") != "application/json" {
					g.Errorf("%s: %d %v", route, a.code, a.header)
				}
			}
		}
	}},
	{says: "a body that cannot be read is 400 invalid_request", light: true, show: func(g *ground) {
		for _, body := range []string{``, `{`, `{}{}`, `[]`, `null`, `"x"`, `title=x`, "{\"title\":\"\xff\"}", `{"title":"x","title":"x"}`, `{"title":"\ud800"}`,
			`{"title":"x","zz":` + strings.Repeat("[", 17) + strings.Repeat("]", 17) + `}`} {
			a := g.ask(400, g.alice(), "POST "+quayTokens, body)
			if a.text("title") != "invalid_request" || a.text("detail") == "" || len(a.json) != 6 {
				g.Errorf("%s: got %s", body, a.body)
			}
		}
	}},
	{says: "type is under the host and scheme that the client used", with: []string{"LATCHKEY_TRUSTED_PROXIES=127.0.0.1"}, show: func(g *ground) {
		for came, want := range map[string]string{"https": "https://quay.example", "http": "http://quay.example", "": "http://quay.example"} {
			header := []string{"Host", "quay.example", "X-Forwarded-Proto", came}
			g.want(g.ask(401, "", "GET "+quayTokens, "", header...), "type", quayText(want+"/api/v1/error/invalid_token"))
			g.want(g.ask(200, "", "GET /api/v1/error/invalid_token", "", header...), "type", quayText(want+"/api/v1/error/invalid_token"))
		}
	}},
	{says: "a get of type, by anybody, explains it", light: true, show: func(g *ground) {
		for _, a := range []answer{g.send("", "GET "+quayTokens, ""), g.send(g.alice(), "GET "+quayTokens+"/x", ""), g.send(g.alice(), "POST "+quayTokens, "{"),
			g.send(g.alice(), "PUT "+quayTokens, "")} {
			explained := g.ask(200, "", "GET "+strings.TrimPrefix(a.text("type"), g.door.BaseURL), "")
			g.want(explained, "type", quayText(a.text("type")), "title", quayText(a.text("title")))
			if explained.text("description") == "" || len(explained.json) != 3 {
				g.Errorf("got %s", explained.body)
			}
		}
		for _, title := range []string{"invalid_request", "invalid_token", "insufficient_scope", "not_found"} {
			g.ask(200, "", "GET /api/v1/error/"+title, "")
		}
	}},
	{says: "what is no known type is 404", light: true, show: func(g *ground) {
		for _, title := range []string{"nothing", "Not_Found", "not_found%20", "404", "x"} {
			g.quayRefused(g.ask(404, "", "GET /api/v1/error/"+title, ""), "not_found", "there is nothing at this path")
		}
	}},
	{says: "unknown paths are answered in the same way", light: true, show: func(g *ground) {
		for _, path := range []string{"/api/v1/", "/api/v1/user", "/api/v1/user/", "/api/v1/user/apptokens", "/api/v1/user/apptoken/x/y", "/api/v1/error", "/api/v1/error/",
			"/api/v1/User/apptoken", "/api/v1/user/apptoken/x/"} {
			g.quayRefused(g.ask(404, g.alice(), "GET "+path, ""), "not_found", "there is nothing at this path")
		}
	}},
	{says: "no answer challenges", show: func(g *ground) {
		reduced := g.ask(201, "", "POST /v1/sessions", `{"username":"`+g.name("alice")+`","password":"`+password+`","scopes":["tokens:read"]}`).text("token")
		for status, as := range map[int]string{401: "", 403: reduced} {
			if a := g.ask(status, as, "GET "+quayTokens, ""); len(a.header.Values("WWW-Authenticate")) > 0 {
				g.Errorf("%d: %v", status, a.header)
			}
		}
	}},
	{says: "an error repeats nothing of what was sent", light: true, show: func(g *ground) {
		code := g.quayToken("x").text("token_code")
		for _, a := range []answer{g.send(code, "GET "+quayTokens, ""), g.send(g.alice(), "GET "+quayTokens+"/"+code, ""),
			g.send(g.alice(), "POST "+quayTokens, `{"`+code+`":`), g.send(g.alice(), "POST "+quayTokens, `{"title":["`+code+`"]}`),
			g.send("", "GET /api/v1/error/"+code, ""), g.send("", "GET /api/v1/"+code, "")} {
			if a.code < 400 || strings.Contains(a.body, code) {
				g.Errorf("%d %s", a.code, a.body)
			}
		}
	}},
}
