package contract

import "testing"

func TestHOPRdAnswers503WithRetryAfterWhenTheStoreDoesNot(t *testing.T) {
	g, svc := apart(t)
	token := g.nodeMake("", right("tokensCreate"), right("tokensGetToken"), right("tokensDelete"))
	if err := svc.Store.Close(); err != nil {
		t.Fatal(err)
	}
	for _, route := range []string{"POST " + nodeTokens, "GET " + nodeToken, "DELETE " + nodeTokens + token} {
		a := g.node(503, token, route, rights("", right("tokensCreate")))
		if a.header.Get("Retry-After") == "" || a.text("status") != "UNKNOWN_FAILURE" || a.text("error") == "" {
			t.Errorf("%s: %v, %s", route, a.header, a.body)
		}
	}
	g.nodeRefused(g.send("", "GET "+nodeToken, "", "X-Auth-Token", "nonsense"), 401, nodeUnauthorized) // which asks no store
}
