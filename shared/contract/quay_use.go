package contract

import "time"

// quayAuth asks as a registry does whose client has sent a user name and a password.
func (g *ground) quayAuth(status int, name, code string) answer {
	g.Helper()
	return g.ask(status, "", "GET /v1/auth", "", "Authorization", quayBasic(name, code))
}

var quayUse = []line{
	{says: "a registry takes the code as the password of $app, and of nobody else", light: true, show: func(g *ground) {
		made := g.quayToken("x")
		a := g.quayAuth(204, "$app", made.text("token_code"))
		if a.header.Get("X-Latchkey-User") != g.name("alice") || a.header.Get("X-Latchkey-Token-Id") != made.text("uuid") ||
			a.header.Get("X-Latchkey-Scopes") != "quay:app" {
			g.Errorf("got %v", a.header)
		}
		for _, name := range []string{g.name("alice"), "", "$token", "app", "$APP", "$app "} {
			g.quayAuth(401, name, made.text("token_code"))
		}
		g.ask(401, made.text("token_code"), "GET /v1/auth", "")
	}},
	{says: "at a registry, a wrong secret with the right prefix fails like an unknown one", light: true, show: func(g *ground) {
		one, other := g.quayToken("x").text("token_code"), g.quayToken("x").text("token_code")
		unknown := g.quayAuth(401, "$app", "x")
		for _, wrong := range []string{one[:60] + other[60:], one[:119] + quayNext(one[119:]), one[:60], one + one} {
			g.body(g.quayAuth(401, "$app", wrong), unknown.body)
		}
		g.quayAuth(204, "$app", one)
	}},
	{says: "at a registry, a deleted token is refused at once", light: true, show: func(g *ground) {
		made := g.quayToken("x")
		g.quayAuth(204, "$app", made.text("token_code"))
		g.ask(204, g.alice(), "DELETE "+quayAt(made), "")
		g.quayAuth(401, "$app", made.text("token_code"))
	}},
	{says: "at a registry, an expired token is refused", clock: true, with: []string{`LATCHKEY_POLICY={"dialectLifetimes":{"quay":"5m"}}`}, show: func(g *ground) {
		made := g.quayToken("x")
		g.pass(5*time.Minute - time.Millisecond)
		g.quayAuth(204, "$app", made.text("token_code"))
		g.pass(time.Millisecond)
		g.quayAuth(401, "$app", made.text("token_code"))
	}},
	{says: "at a registry, only a success is a use", clock: true, with: []string{`LATCHKEY_POLICY={"dialectLifetimes":{"quay":"5m"}}`}, show: func(g *ground) {
		made := g.quayToken("x")
		code := made.text("token_code")
		g.quayAuth(401, "$app", code[:119]+quayNext(code[119:]))
		g.quayAuth(401, g.name("alice"), code)
		g.want(g.ask(200, g.alice(), "GET "+quayAt(made), "").in("token"), "last_accessed", "null")
		g.quayAuth(204, "$app", code)
		g.want(g.ask(200, g.alice(), "GET "+quayAt(made), "").in("token"), "last_accessed", quayNoon)
	}},
	{says: "last_accessed is null until the first use", light: true, show: func(g *ground) {
		made := g.quayToken("x")
		g.want(g.ask(200, g.alice(), "GET "+quayAt(made), "").in("token"), "last_accessed", "null")
		g.verdict("VALID", made.text("token_code"))
		used := g.ask(200, g.alice(), "GET "+quayAt(made), "").in("token")
		if !quayDate.MatchString(used.text("last_accessed")) {
			g.Errorf("got %s", used.body)
		}
	}},
	{says: "last_accessed moves at most once a minute", clock: true, show: func(g *ground) {
		made := g.quayToken("x")
		for _, c := range []struct {
			after time.Duration
			want  string
		}{
			{0, quayNoon}, {59999 * time.Millisecond, quayNoon}, {time.Millisecond, `"Wed, 01 Jul 2026 12:01:00 -0000"`},
			{30 * time.Second, `"Wed, 01 Jul 2026 12:01:00 -0000"`}, {30 * time.Second, `"Wed, 01 Jul 2026 12:02:00 -0000"`},
		} {
			g.pass(c.after)
			g.quayAuth(204, "$app", made.text("token_code"))
			g.want(g.ask(200, g.alice(), "GET "+quayAt(made), "").in("token"), "last_accessed", c.want)
		}
	}},
	{says: "a disabled owner's token is refused, and so is he", show: func(g *ground) {
		made := g.quayToken("x")
		g.ask(200, g.admin(), "PATCH /v1/users/"+g.name("alice"), `{"suspended":true}`)
		g.verdict("SUSPENDED", made.text("token_code"))
		g.quayAuth(401, "$app", made.text("token_code"))
		g.ask(401, g.alice(), "GET "+quayAt(made), "")
		g.ask(200, g.admin(), "PATCH /v1/users/"+g.name("alice"), `{"suspended":false}`)
		g.quayAuth(204, "$app", made.text("token_code"))
	}},
}
