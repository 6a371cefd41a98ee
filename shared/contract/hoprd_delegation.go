package contract

import (
	"strconv"
	"strings"
	"time"
)

const (
	nodeBadCapabilities = `{"status":"INVALID_TOKEN_CAPABILITIES"}`
	nodeBadLifetime     = `{"status":"INVALID_TOKEN_LIFETIME"}`
)

// passes has a token make another, of which it is refused those without a want of "".
func (g *ground) passes(maker, want, more string, capabilities ...string) string {
	g.Helper()
	a := g.send("", "POST "+nodeTokens, rights(more, capabilities...), key(maker)...)
	if want == "" {
		if a.code != 201 {
			g.Errorf("%s: %d %s, want it made", capabilities, a.code, a.body)
		}
		return a.text("token")
	}
	if a.code != 400 || a.body != want {
		g.Errorf("%s: %d %s, want 400 %s", capabilities, a.code, a.body, want)
	}
	return ""
}

var nodeDelegation = []line{
	{says: "a token makes others only with tokensCreate", show: func(g *ground) {
		maker := g.nodeMake("", right("tokensGetToken"), right("tokensDelete"))
		g.nodeRefused(g.node(403, maker, "POST "+nodeTokens, rights("", right("tokensGetToken"))), 403, nodeForbidden)
		g.passes(g.nodeMake("", right("tokensCreate")), "", "", right("tokensCreate"))
	}},
	{says: "each capability that is asked for is one of the maker's own, in any order and number", show: func(g *ground) {
		maker := g.nodeMake("", right("tokensCreate"), right("nodePing"), right("tokensGetToken", 5))
		g.passes(maker, "", "", right("nodePing"))
		g.passes(maker, "", "", right("tokensGetToken", 5), right("nodePing"), right("nodePing"))
		g.passes(maker, nodeBadCapabilities, "", right("nodeGetPeers"))
		g.passes(maker, nodeBadCapabilities, "", right("nodePing"), right("tokensDelete"))
	}},
	{says: "a limit that is dropped, raised or lowered is refused", show: func(g *ground) {
		maker := g.nodeMake("", right("tokensCreate"), right("nodePing", 5))
		g.passes(maker, "", "", right("nodePing", 5))
		g.passes(maker, nodeBadCapabilities, "", right("nodePing"))
		g.passes(maker, nodeBadCapabilities, "", right("nodePing", 6))
		g.passes(maker, nodeBadCapabilities, "", right("nodePing", 4))
		g.passes(maker, nodeBadCapabilities, "", right("nodePing", 5, 5))
		g.passes(maker, nodeBadCapabilities, "", right("nodePing", 5), right("nodePing"))
	}},
	{says: "a limit that is added is refused", show: func(g *ground) {
		maker := g.nodeMake("", right("tokensCreate"), right("nodePing"))
		g.passes(maker, nodeBadCapabilities, "", right("nodePing", 5))
	}},
	{says: "several limits are compared in their order", show: func(g *ground) {
		maker := g.nodeMake("", right("tokensCreate"), right("nodePing", 5, 7))
		g.passes(maker, "", "", right("nodePing", 5, 7))
		g.passes(maker, nodeBadCapabilities, "", right("nodePing", 7, 5))
		g.passes(maker, nodeBadCapabilities, "", right("nodePing", 5))
	}},
	{says: "of one operation in several capabilities each can be passed on, but no more calls than all of them allow", show: func(g *ground) {
		maker := g.nodeMake("", right("tokensCreate"), right("nodePing", 5), right("nodePing", 7), right("nodePing"))
		g.passes(maker, "", "", right("nodePing", 5))
		g.passes(maker, nodeBadCapabilities, "", right("nodePing", 7))
		g.passes(maker, nodeBadCapabilities, "", right("nodePing"))
		g.passes(maker, nodeBadCapabilities, "", right("nodePing"), right("nodePing", 7))
		made := g.passes(maker, "", "", right("nodePing", 7), right("nodePing", 5), right("nodePing"))
		for range 5 {
			g.verdict("VALID", made, "hoprd:nodePing")
		}
		g.verdict("EXHAUSTED", made, "hoprd:nodePing")
	}},
	{says: "what is used does not count, so that a used capability can be passed on, and as it is shown", show: func(g *ground) {
		maker := g.nodeMake("", right("tokensCreate"), right("tokensGetToken", 5))
		shown := g.node(200, maker, "GET "+nodeToken, "")
		if !strings.Contains(shown.body, `"used":1`) {
			g.Errorf("got %s", shown.body)
		}
		g.passes(maker, "", "", right("tokensGetToken", 5))
		capabilities := shown.body[strings.Index(shown.body, `"capabilities":`):]
		made := g.node(201, maker, "POST "+nodeTokens, "{"+capabilities).text("token")
		g.used(made, "1") // it begins anew
	}},
	{says: "a maker that ends needs a lifetime that ends no later", clock: true, show: func(g *ground) {
		maker := g.nodeMake(`,"lifetime":360`, right("tokensCreate"), right("tokensGetToken"))
		g.passes(maker, "", `,"lifetime":360`, right("tokensGetToken"))
		g.passes(maker, nodeBadLifetime, `,"lifetime":361`, right("tokensGetToken"))
		g.passes(maker, nodeBadLifetime, "", right("tokensGetToken"))
		g.pass(10 * time.Second)
		g.passes(maker, nodeBadLifetime, `,"lifetime":351`, right("tokensGetToken"))
		made := g.passes(maker, "", `,"lifetime":350`, right("tokensGetToken"))
		until := strconv.FormatInt(g.now().Add(350*time.Second).Unix(), 10)
		for _, token := range []string{maker, made} {
			g.want(g.node(200, token, "GET "+nodeToken, ""), "valid_until", until)
		}
	}},
	{says: "a maker without end gives any lifetime or none", show: func(g *ground) {
		maker := g.nodeMake("", right("tokensCreate"))
		g.passes(maker, "", "", right("tokensCreate"))
		g.passes(maker, "", `,"lifetime":1000000`, right("tokensCreate"))
	}},
	{says: "of both, the capabilities are said first", show: func(g *ground) {
		maker := g.nodeMake(`,"lifetime":360`, right("tokensCreate"))
		g.passes(maker, nodeBadCapabilities, "", right("nodePing"))
	}},
	{says: "what is no good input is told before what cannot be passed on", show: func(g *ground) {
		maker := g.nodeMake(`,"lifetime":360`, right("tokensCreate"))
		g.passes(maker, nodeInvalid, `,"lifetime":0`, right("nodePing"))
		g.passes(maker, nodeInvalid, "", right("nonsense"))
	}},
	{says: "the superuser has no such bounds", show: func(g *ground) {
		g.nodeMake("", right("tokensCreate"), right("accountWithdraw", 3))
		g.nodeMake(`,"lifetime":1000000`, right("accountWithdraw"))
	}},
	{says: "deleting a maker does not delete what it made", show: func(g *ground) {
		maker := g.nodeMake("", right("tokensCreate"), right("tokensGetToken"))
		made := g.passes(maker, "", "", right("tokensGetToken"))
		g.node(204, g.door.Superuser, "DELETE "+nodeTokens+maker, "")
		g.node(200, made, "GET "+nodeToken, "")
	}},
	{says: "what a token made can make others in turn, and none more than the first", show: func(g *ground) {
		first := g.nodeMake("", right("tokensCreate"), right("nodePing"), right("tokensDelete"))
		second := g.passes(first, "", "", right("tokensCreate"), right("nodePing"))
		g.passes(second, nodeBadCapabilities, "", right("tokensDelete"))
		g.passes(g.passes(second, "", "", right("tokensCreate")), nodeBadCapabilities, "", right("nodePing"))
	}},
}
