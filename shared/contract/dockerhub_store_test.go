package contract

import (
	"strconv"
	"strings"
	"testing"

	"latchkey/shared/behaviour/inprocess"
	"latchkey/shared/pat"
)

// What follows puts hands on the store, as no door allows.

func apart(t *testing.T) (*ground, inprocess.Service) {
	t.Helper()
	svc := inprocess.Apart(t)
	return &ground{T: t, place: newPlace(t, svc.Door)}, svc
}

func TestDockerHubAnswers503WithRetryAfterWhenTheStoreDoesNot(t *testing.T) {
	g, svc := apart(t)
	made := g.hubToken("")
	if err := svc.Store.Close(); err != nil {
		t.Fatal(err)
	}
	for _, route := range []string{"POST /v2/access-tokens", "GET /v2/access-tokens", "GET " + hubAt(made), "PATCH " + hubAt(made), "DELETE " + hubAt(made)} {
		if a := g.ask(503, g.alice(), route, "{}"); a.header.Get("Retry-After") == "" || a.text("detail") == "" || a.text("message") == "" {
			t.Errorf("%s: %v, %s", route, a.header, a.body)
		}
	}
	g.hubLogin(503, g.name("alice"), password)
	g.hubLogin(503, g.name("alice"), made.text("token"))
}

func TestDockerHubTellsAnOwnerWithTooManyEndedTokensSo(t *testing.T) {
	g, svc := apart(t)
	session := g.alice()
	row, err := svc.Store.Owner(t.Context(), pat.UserID(g.name("alice")))
	if err != nil {
		t.Fatal(err)
	}
	for i := range 20_001 {
		digits := strconv.FormatInt(int64(i), 32)
		ended := pat.Token{Prefix: pat.Prefix(string(row.Tag) + "0000" + strings.Repeat("0", 4-len(digits)) + digits), ID: "x", Hash: pat.Hash{1},
			Owner: row.ID, CreatedBy: row.ID, Product: pat.DockerHub, CreatedAt: g.now(), RevokedAt: g.now(), Version: 1,
			LastChange: pat.Change{Kind: pat.ChangeRevoked}}
		if err := svc.Store.CreateToken(t.Context(), pat.NewToken{Token: ended, OwnerVersion: row.Version + int64(i)}); err != nil {
			t.Fatal(err)
		}
		if i == 19_999 {
			g.ask(200, session, "GET /v2/access-tokens", "")
		}
	}
	a := g.ask(409, session, "GET /v2/access-tokens", "")
	if a.text("detail") == "" || a.json["results"] != nil {
		t.Errorf("got %s", a.body)
	}
}
