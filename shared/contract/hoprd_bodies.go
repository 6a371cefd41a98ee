package contract

import (
	"fmt"
	"strings"
)

// nodeBad checks that the superuser is refused each body, in a word.
func (g *ground) nodeBad(bodies ...string) {
	g.Helper()
	for _, body := range bodies {
		if a := g.send("", "POST "+nodeTokens, body, g.superuser()...); a.code != 400 || a.body != nodeInvalid {
			g.Errorf("%.200s: %d %s", body, a.code, a.body)
		}
	}
}

// nodeBadLimit does so for a limit of a capability.
func (g *ground) nodeBadLimit(limits ...string) {
	g.Helper()
	for _, limit := range limits {
		g.nodeBad(rights("", `{"endpoint":"nodePing","limits":[`+limit+`]}`))
	}
}

var nodeBodies = []line{
	{says: "no body, or one that is no JSON, is 400", show: func(g *ground) {
		good := rights("", right("nodePing"))
		g.nodeBad("", " ", "x", "null", "[]", `"x"`, "1", good[:len(good)-1], good+good, "\ufeff"+good, "capabilities=x", `{"capabilities":[{"endpoint":"nodePing"}],}`,
			rights(`,"description":"`+"\xff"+`"`, right("nodePing")))
	}},
	{says: "capabilities are needed, an array of 1 or more", show: func(g *ground) {
		g.nodeBad("{}", `{"capabilities":null}`, `{"capabilities":[]}`, `{"capabilities":{}}`, `{"capabilities":"nodePing"}`, `{"capabilities":1}`,
			`{"capabilities":["nodePing"]}`, `{"capabilities":[null]}`, `{"capabilities":[[]]}`, `{"capabilities":[{}]}`, `{"Capabilities":[{"endpoint":"nodePing"}]}`,
			`{"lifetime":60,"description":"x"}`)
	}},
	{says: "an endpoint is needed, one of the forty names", show: func(g *ground) {
		for _, endpoint := range []string{`""`, `"nodeping"`, `"NodePing"`, `"nodePing "`, `"hoprd:nodePing"`, `"tokensList"`, `"*"`, `"repo:read"`, "null", "1", "true", "[]", "{}"} {
			g.nodeBad(`{"capabilities":[{"endpoint":`+endpoint+`}]}`, `{"capabilities":[{"endpoint":"nodePing"},{"endpoint":`+endpoint+`}]}`)
		}
		g.nodeBad(`{"capabilities":[{"limits":[{"type":"calls","conditions":{"max":1}}]}]}`)
	}},
	{says: "limits are optional and, if there, 1 or more", show: func(g *ground) {
		for _, limits := range []string{"null", "[]", "{}", `"calls"`, "1", "[null]", "[1]", `["calls"]`, "[{}]"} {
			g.nodeBad(rights("", `{"endpoint":"nodePing","limits":`+limits+`}`))
		}
	}},
	{says: "a limit's type is needed, and only calls is one", show: func(g *ground) {
		for _, kind := range []string{`""`, `"Calls"`, `"call"`, `"time"`, "null", "1", "[]"} {
			g.nodeBadLimit(`{"type":` + kind + `,"conditions":{"max":1}}`)
		}
		g.nodeBadLimit(`{"conditions":{"max":1}}`)
	}},
	{says: "conditions missing or empty would limit nothing, and are refused", show: func(g *ground) {
		g.nodeBadLimit(`{"type":"calls"}`, `{"type":"calls","conditions":{}}`, `{"type":"calls","conditions":null}`, `{"type":"calls","conditions":[]}`,
			`{"type":"calls","conditions":1}`, `{"type":"calls","max":1}`)
	}},
	{says: "max is a whole number of at least 1, in 32 bits", show: func(g *ground) {
		for _, most := range []string{"0", "-1", "1.5", "1e2", "-0", `"1"`, "null", "true", "[]", "2147483648", "9223372036854775808", "1e400"} {
			g.nodeBadLimit(`{"type":"calls","conditions":{"max":` + most + `}}`)
		}
		g.nodeMake("", right("nodePing", 1), right("nodePing", 1<<31-1))
	}},
	{says: "max is the only condition that is known", show: func(g *ground) {
		g.nodeBadLimit(`{"type":"calls","conditions":{"max":1,"min":1}}`, `{"type":"calls","conditions":{"Max":1}}`, `{"type":"calls","conditions":{"max":1,"max":2}}`)
	}},
	{says: "what a capability or a limit does not know would bind nobody, and is refused", show: func(g *ground) {
		g.nodeBadLimit(`{"type":"calls","conditions":{"max":1},"per":"day"}`)
		g.nodeBad(`{"capabilities":[{"endpoint":"nodePing","onlyFrom":"192.0.2.1"}]}`)
	}},
	{says: "a member that the body does not know means nothing", show: func(g *ground) { g.nodeMake(`,"x":{"y":[null]},"Lifetime":0`, right("nodePing")) }},
	{says: "lifetime is a whole number of at least 1", show: func(g *ground) {
		for _, lifetime := range []string{"0", "-1", "1.5", "1e2", `"360"`, "null", "true", "[]", "{}"} {
			g.nodeBad(rights(`,"lifetime":`+lifetime, right("nodePing")))
		}
	}},
	{says: "description is a text", show: func(g *ground) {
		for _, text := range []string{"null", "1", "true", "[]", "{}", `"\u0000"`, `"` + strings.Repeat("é", 1001) + `"`, `"\ud800"`} {
			g.nodeBad(rights(`,"description":`+text, right("nodePing")))
		}
	}},
	{says: "what a token can have is bounded", show: func(g *ground) {
		many := func(n int, what string) []string {
			all := make([]string, n)
			for i := range all {
				all[i] = what
			}
			return all
		}
		g.nodeMake("", many(64, right("messagesPopAllMessage", 1<<31-1))...)
		g.nodeBad(rights("", many(65, right("nodePing"))...))
		limit := `{"type":"calls","conditions":{"max":5}}`
		g.nodeMake("", `{"endpoint":"nodePing","limits":[`+strings.Join(many(16, limit), ",")+`]}`)
		g.nodeBadLimit(strings.Join(many(17, limit), ","))
		long := `{"endpoint":"messagesPopAllMessage","limits":[` + strings.Join(many(16, strings.Replace(limit, "5", "2147483647", 1)), ",") + `]}`
		g.nodeBad(rights("", many(64, long)[:25]...))
		if a := g.node(413, g.door.Superuser, "POST "+nodeTokens, strings.Repeat(" ", 64<<10)+rights("", right("nodePing"))); a.text("status") != "UNKNOWN_FAILURE" || a.text("error") == "" {
			g.Errorf("got %s", a.body)
		}
		g.nodeBad(fmt.Sprintf(`{"x":%s%s}`, strings.Repeat("[", 20), strings.Repeat("]", 20)))
	}},
	{says: "a refused body makes nothing, and repeats nothing of itself", show: func(g *ground) {
		a := g.node(400, g.door.Superuser, "POST "+nodeTokens, rights(`,"description":1,"secret":"conspicuous"`, right("nodePing")))
		g.body(a, nodeInvalid)
	}},
}
