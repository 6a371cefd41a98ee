package contract

import "strings"

// lanceSentence shows that an error is an object of one sentence.
func (g *ground) lanceSentence(a answer) {
	g.Helper()
	text := a.text("error")
	if text == "" || len(a.json) != 1 || strings.ContainsAny(text, "\n{") || a.header.Get("Content-Type") != "application/json" {
		g.Errorf("got %d %s", a.code, a.body)
	}
}

var authlanceErrors = []line{
	{says: "every refusal is one sentence in JSON", show: func(g *ground) {
		l := g.lance()
		id := l.make("").text("id")
		for _, c := range []struct {
			status          int
			as, route, body string
		}{
			{400, l.ann, "POST " + lancePATs, "{"},
			{400, l.ann, "POST " + lancePATs, `{"name":"","groupId":"x","expiresInDays":0,"scopes":["x"],"y":1}`},
			{400, l.ann, "POST " + lancePATs, `{"name":"","groupId":-1}`},
			{400, l.ann, "GET " + lancePATs, ""},
			{400, "", "POST " + lancePATs + "/verify", ""},
			{401, "", "GET " + lancePATs, ""},
			{401, "", "POST " + lancePATs + "/verify", `{"token":"x"}`},
			{403, l.joins("mia", "member"), "DELETE " + lancePATs + "/" + id, ""},
			{404, l.ann, "DELETE " + lancePATs + "/x", ""},
			{404, l.ann, "GET " + lancePATs + "?groupId=" + g.number(), ""},
			{404, l.ann, "GET /authlance/x", ""},
			{405, l.ann, "PATCH " + lancePATs, ""},
			{413, l.ann, "POST " + lancePATs, strings.Repeat(" ", 64<<10) + "{}"},
			{413, "", "POST " + lancePATs + "/verify", strings.Repeat(" ", 64<<10) + "{}"},
		} {
			g.lanceSentence(g.ask(c.status, c.as, c.route, c.body))
		}
	}},
	{says: "405 tells what there is", show: func(g *ground) {
		for route, allow := range map[string]string{"PUT " + lancePATs: "GET, OPTIONS, POST", "GET " + lancePATs + "/x": "DELETE, OPTIONS"} {
			if a := g.ask(405, "", route, ""); a.header.Get("Allow") != allow {
				g.Errorf("%s: %s", route, a.header.Get("Allow"))
			}
		}
	}},
	{says: "too many creates are 429, and Retry-After says for how long", with: []string{`LATCHKEY_POLICY={"creates":{"perMinute":1,"burst":1}}`}, show: func(g *ground) {
		l := g.lance()
		l.make("")
		a := g.ask(429, l.ann, "POST "+lancePATs, l.wish(""))
		g.lanceSentence(a)
		if a.header.Get("Retry-After") != "60" {
			g.Errorf("got %v", a.header)
		}
	}},
	{says: "a sentence repeats no secret", show: func(g *ground) {
		l := g.lance()
		token := l.make("").text("token")
		for _, route := range []string{"GET " + lancePATs + "?groupId=" + token, "DELETE " + lancePATs + "/" + token, "POST " + lancePATs,
			"GET " + lancePATs + "/" + token + "/x"} {
			for _, body := range []string{`{"name":"x","groupId":"` + token + `"}`, `{"` + token + `":1}`, token} {
				if a := g.send(l.ann, route, body); a.code < 400 || strings.Contains(a.body, token) {
					g.Errorf("%s: %d %s", route, a.code, a.body)
				}
			}
		}
	}},
}
