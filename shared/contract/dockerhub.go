package contract

import (
	"slices"
	"testing"

	"latchkey/shared/behaviour"
)

// DockerHub shows the contract of Docker Hub's API for personal access tokens.
func DockerHub(t *testing.T, door behaviour.Door) {
	hold(t, door, "Docker Hub", slices.Concat(dockerHubObject, dockerHubCreate, dockerHubLegacyCreate, dockerHubList, dockerHubPatch,
		dockerHubDelete, dockerHubPaths, dockerHubLogIn, dockerHubAuthToken, dockerHubTokenAsPassword, dockerHubBearer, dockerHubErrors))
}

// hubToken makes a token of alice's with what more is given, such as `,"expires_at":"…"`.
func (g *ground) hubToken(more string) answer {
	g.Helper()
	return g.ask(201, g.alice(), "POST /v2/access-tokens", `{"token_label":"ci","scopes":["repo:read"]`+more+`}`)
}

// hubAt is the path of the token that the answer is about.
func hubAt(a answer) string { return "/v2/access-tokens/" + a.text("uuid") }

// hubLogin logs in and returns the answer.
func (g *ground) hubLogin(status int, username, secret string) answer {
	g.Helper()
	return g.ask(status, "", "POST /v2/users/login", members("username", username, "password", secret))
}

// hubFill makes n tokens, a second apart if the clock can be moved, and returns their ids, the last first.
func (g *ground) hubFill(n int) []string {
	g.Helper()
	ids := make([]string, n)
	for i := range n {
		ids[n-1-i] = g.hubToken("").text("uuid")
		if g.door.Clock != nil {
			g.pass(1e9)
		}
	}
	return ids
}

// hubUUIDs returns those of a page, in its order.
func hubUUIDs(a answer) []string {
	var out []string
	for _, token := range a.items("results") {
		out = append(out, token.text("uuid"))
	}
	return out
}

// hubRefused shows that a create is refused for one field.
func (g *ground) hubRefused(body, field string) {
	g.Helper()
	a := g.ask(400, g.alice(), "POST /v2/access-tokens", body)
	if fields := a.in("fields"); len(fields.json) != 1 || fields.text(field) == "" || a.text("text") == "" || len(a.json) != 2 {
		g.Errorf("%s: got %s, want the field %s", body, a.body, field)
	}
}

// native makes a token of our own API and returns its secret.
func (g *ground) native() string {
	g.Helper()
	return g.ask(201, g.alice(), "POST /v1/tokens", `{"name":"native","scopes":["repo:read"]}`).text("token")
}
