package contract

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"latchkey/shared/behaviour"
)

// Quay shows the contract of Quay's API for app-specific tokens.
func Quay(t *testing.T, door behaviour.Door) {
	hold(t, door, "Quay", slices.Concat(quayPaths, quayBearer, quayObject, quaySecret, quayList, quayExpiring, quayCreate, quayLife,
		quayEnd, quayUse, quayErrors))
}

const quayTokens = "/api/v1/user/apptoken"

// quayRoutes are the four calls, to a token that is not there.
var quayRoutes = []string{"GET " + quayTokens, "POST " + quayTokens, "GET " + quayTokens + "/x", "DELETE " + quayTokens + "/x"}

// quayToken makes a token of alice's.
func (g *ground) quayToken(title string) answer {
	g.Helper()
	return g.quayTokenAs(g.alice(), title)
}

func (g *ground) quayTokenAs(as, title string) answer {
	g.Helper()
	return g.ask(200, as, "POST "+quayTokens, members("title", title)).in("token")
}

// quayAt is the path of the token that the answer is about.
func quayAt(a answer) string { return quayTokens + "/" + a.text("uuid") }

// quayTitles are those of a list of alice's, in its order.
func (g *ground) quayTitles(query string) []string {
	g.Helper()
	titles := []string{}
	for _, token := range g.ask(200, g.alice(), "GET "+quayTokens+query, "").items("tokens") {
		titles = append(titles, token.text("title"))
	}
	return titles
}

// lists shows which titles alice's list has.
func (g *ground) quayLists(query string, want ...string) {
	g.Helper()
	if got := g.quayTitles(query); !slices.Equal(got, want) {
		g.Errorf("%s: got %q, want %q", query, got, want)
	}
}

// quayWait lets time pass beyond the life of a session: everybody logs in anew.
func (g *ground) quayWait(d time.Duration) {
	g.Helper()
	g.pass(d)
	for _, u := range g.users {
		u.session = ""
	}
}

// quayAdmin is an administrator's session, and what more is given a token of the native API of his that may use this one.
func (g *ground) quayAdmin(more string) (session, token string) {
	g.Helper()
	g.account("root", `,"admin":true`)
	session = g.session("root")
	return session, g.ask(201, session, "POST /v1/tokens", `{"name":"automation","scopes":["user:admin"]`+more+`}`).text("token")
}

// quayRefused compares an error's whole body.
func (g *ground) quayRefused(a answer, title, detail string) {
	g.Helper()
	g.want(a, "title", quayText(title), "error_type", quayText(title), "detail", quayText(detail), "error_message", quayText(detail),
		"type", quayText(g.door.BaseURL+"/api/v1/error/"+title))
	if len(a.json) != 6 {
		g.Errorf("got %s", a.body)
	}
}

// quayText writes a text as JSON has it.
func quayText(text string) string {
	out, err := json.Marshal(text)
	if err != nil { // strings always can be written
		panic(err)
	}
	return string(out)
}
