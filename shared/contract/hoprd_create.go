package contract

import (
	"regexp"
	"strconv"
	"strings"
	"time"
)

var nodeForm = regexp.MustCompile(`^[A-Za-z0-9_-]{43,64}$`)

var nodeCreate = []line{
	{says: "the answer is the token and nothing else, and needs no encoding", show: func(g *ground) {
		a := g.node(201, g.door.Superuser, "POST "+nodeTokens, rights("", right("nodePing")))
		if token := a.text("token"); len(a.json) != 1 || !nodeForm.MatchString(token) {
			g.Errorf("got %s", a.body)
		}
	}},
	{says: "the token authenticates, is what GET shows as id, and what DELETE takes", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken"))
		g.want(g.node(200, token, "GET "+nodeToken, ""), "id", `"`+token+`"`)
		g.node(204, g.door.Superuser, "DELETE "+nodeTokens+token, "")
	}},
	{says: "the example of the description", show: func(g *ground) {
		token := g.node(201, g.door.Superuser, "POST "+nodeTokens, `{"capabilities":[{"endpoint":"tokensGetToken",`+
			`"limits":[{"type":"calls","conditions":{"max":100}}]}],"lifetime":360,"description":"my token"}`).text("token")
		a := g.node(200, token, "GET "+nodeToken, "")
		g.want(a, "description", `"my token"`)
		if capabilities := `[{"endpoint":"tokensGetToken","limits":[{"type":"calls","conditions":{"max":100},"used":1}]}]`; !strings.Contains(a.body, capabilities) {
			g.Errorf("got %s", a.body)
		}
	}},
	{says: "every operation is taken, in one token and by itself", show: func(g *ground) {
		var all []string
		for _, operation := range operations {
			all = append(all, right(operation, 1<<31-1))
		}
		if len(all) != 40 {
			g.Fatalf("%d operations", len(all))
		}
		a := g.node(200, g.nodeMake("", all...), "GET "+nodeToken, "")
		for i, c := range a.items("capabilities") {
			g.want(c, "endpoint", `"`+operations[i]+`"`)
		}
		for _, operation := range operations[3:] {
			g.nodeMake("", right(operation))
		}
	}},
	{says: "capabilities keep their order, and may name one operation more than once", show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken", 7), right("nodePing"), right("tokensGetToken"), right("tokensGetToken", 9, 8))
		a := g.node(200, token, "GET "+nodeToken, "")
		want := `"capabilities":[{"endpoint":"tokensGetToken","limits":[{"type":"calls","conditions":{"max":7},"used":1}]},{"endpoint":"nodePing"},` +
			`{"endpoint":"tokensGetToken"},{"endpoint":"tokensGetToken","limits":[{"type":"calls","conditions":{"max":9},"used":1},` +
			`{"type":"calls","conditions":{"max":8},"used":1}]}]`
		if !strings.Contains(a.body, want) {
			g.Errorf("got %s", a.body)
		}
	}},
	{says: "a lifetime is seconds", clock: true, show: func(g *ground) {
		token := g.nodeMake(`,"lifetime":360`, right("tokensGetToken"))
		want := strconv.FormatInt(g.now().Add(360*time.Second).Unix(), 10)
		g.want(g.node(200, token, "GET "+nodeToken, ""), "valid_until", want)
		g.pass(360*time.Second - time.Millisecond)
		g.node(200, token, "GET "+nodeToken, "")
		g.pass(time.Millisecond)
		g.node(401, token, "GET "+nodeToken, "")
	}},
	{says: "a lifetime of one second is one", clock: true, show: func(g *ground) {
		token := g.nodeMake(`,"lifetime":1`, right("tokensGetToken"))
		g.node(200, token, "GET "+nodeToken, "")
		g.pass(time.Second)
		g.node(401, token, "GET "+nodeToken, "")
	}},
	{says: "without a lifetime a token never expires", clock: true, show: func(g *ground) {
		token := g.nodeMake("", right("tokensGetToken"))
		g.pass(20 * 365 * 24 * time.Hour)
		if a := g.node(200, token, "GET "+nodeToken, ""); a.json["valid_until"] != nil {
			g.Errorf("got %s", a.body)
		}
	}},
	{says: "an end that 32 bits cannot hold is refused", clock: true, show: func(g *ground) {
		left := 1<<31 - 1 - g.now().Unix()
		token := g.nodeMake(`,"lifetime":`+strconv.FormatInt(left, 10), right("tokensGetToken"))
		g.want(g.node(200, token, "GET "+nodeToken, ""), "valid_until", "2147483647")
		for _, lifetime := range []string{strconv.FormatInt(left+1, 10), "2147483648", "9007199254740993", "9223372036854775807"} {
			g.nodeRefused(g.node(400, g.door.Superuser, "POST "+nodeTokens, rights(`,"lifetime":`+lifetime, right("nodePing"))), 400, nodeInvalid)
		}
	}},
	{says: "the description is empty unless given, and else as it was sent", show: func(g *ground) {
		g.want(g.node(200, g.nodeMake("", right("tokensGetToken")), "GET "+nodeToken, ""), "description", `""`)
		for _, text := range []string{"", "a", " ü 部署\\n\\t ", strings.Repeat("é", 1000)} {
			a := g.node(200, g.nodeMake(`,"description":"`+text+`"`, right("tokensGetToken")), "GET "+nodeToken, "")
			if !strings.Contains(a.body, `"description":"`+text+`"`) {
				g.Errorf("got %s", a.body)
			}
		}
	}},
	{says: "there is no limit to how many tokens there are", with: []string{`LATCHKEY_POLICY={"tokensPerOwner":3}`}, show: func(g *ground) {
		for range 5 {
			g.nodeMake("", right("nodePing"))
		}
	}},
	{says: "the policy's lifetimes are not the node's, unless the operator says so", with: []string{`LATCHKEY_POLICY={"maxLifetimeDays":100,"lifetimesForAllDialects":true}`},
		show: func(g *ground) {
			g.nodeMake(`,"lifetime":8640000`, right("nodePing"))
			for _, more := range []string{`,"lifetime":8640001`, ""} {
				g.nodeRefused(g.node(400, g.door.Superuser, "POST "+nodeTokens, rights(more, right("nodePing"))), 400, nodeInvalid)
			}
		}},
	{says: "a policy's list of scopes takes none of the node's operations away", with: []string{`LATCHKEY_POLICY={"mintableScopes":["repo:read"]}`}, show: func(g *ground) {
		g.nodeMake("", right("nodePing"))
	}},
	{says: "many tokens made at once are all made", show: func(g *ground) {
		if came := g.together(48, "", "POST "+nodeTokens, rights("", right("nodePing")), g.superuser()...); came[201] != 48 {
			g.Errorf("got %v", came)
		}
	}},
	{says: "who makes too many at once is asked to wait, and whoever comes from there", with: []string{`LATCHKEY_POLICY={"creates":{"perMinute":6,"burst":3}}`}, show: func(g *ground) {
		maker := g.nodeMake("", right("tokensCreate"))
		g.nodeMake("", right("nodePing"))
		g.node(201, maker, "POST "+nodeTokens, rights("", right("tokensCreate")))
		for _, token := range []string{maker, g.door.Superuser} {
			a := g.node(429, token, "POST "+nodeTokens, rights("", right("tokensCreate")))
			if a.header.Get("Retry-After") == "" || a.text("status") != "UNKNOWN_FAILURE" || a.text("error") == "" {
				g.Errorf("%s: %s", a.header.Get("Retry-After"), a.body)
			}
		}
	}},
}
