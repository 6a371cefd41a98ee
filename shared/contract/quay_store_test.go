package contract

import "testing"

func TestQuayAnswers503WithRetryAfterWhenTheStoreDoesNot(t *testing.T) {
	g, svc := apart(t)
	made := g.quayToken("x")
	if err := svc.Store.Close(); err != nil {
		t.Fatal(err)
	}
	for _, route := range []string{"POST " + quayTokens, "GET " + quayTokens, "GET " + quayAt(made), "DELETE " + quayAt(made)} {
		a := g.ask(503, g.alice(), route, `{"title":"x"}`)
		g.quayRefused(a, "service_unavailable", "the service cannot decide this now; try again")
		if a.header.Get("Retry-After") != "1" || a.header.Get("Access-Control-Allow-Origin") != "*" {
			t.Errorf("%s: %v", route, a.header)
		}
	}
	g.ask(200, "", "GET /api/v1/error/service_unavailable", "")
}
