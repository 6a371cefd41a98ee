package behaviour

import (
	"net/http"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// Authlance lives a token's life as the client that Authlance generates would have it, in its two ways: as its web
// application sets it up in a browser, and as the generator has it, outside of one.
func Authlance(t *testing.T, door Door) {
	number := uniqueNumber()
	group, err := strconv.ParseFloat(number, 64) // every number of JavaScript's is a float
	if err != nil {
		t.Fatal(err)
	}
	username := unique("lance")
	admin := door.session(t, "admin", door.AdminPassword)
	account := `{"username":"` + username + `","password":"` + password + `","groups":[{"id":"` + number + `","role":"admin"}]}`
	door.must(t, http.StatusCreated, "POST", "/v1/users", admin, account, nil)
	session := door.session(t, username, password)

	page := func(t *testing.T) *lanceClient {
		return &lanceClient{t: t, base: door.BaseURL, options: map[string]string{"Authorization": "Bearer " + session}, origin: "https://app.example"}
	}
	program := func(t *testing.T) *lanceClient {
		return &lanceClient{t: t, base: door.BaseURL, apiKey: "Bearer " + session}
	}
	t.Run("web application", func(t *testing.T) { livesInThePage(t, page(t), group, username) })
	t.Run("generator's way", func(t *testing.T) { livesInAProgram(t, program(t), group) })
}

func livesInThePage(t *testing.T, c *lanceClient, group float64, username string) {
	if rows, err := c.list(group); err != nil || len(rows) != 0 {
		t.Fatalf("at first: %v, %v", rows, err)
	}
	var made []lanceToken
	for _, days := range []int{60, 90, 1825} { // what the page offers
		scope := []string{"public_scope", "full_scope"}[len(made)%2]
		name := strings.TrimSpace(" CI pipeline ")
		token, err := c.create(lanceWish{Name: name, GroupID: group, ExpiresInDays: days, Scopes: []string{scope}})
		if err != nil {
			t.Fatal(err)
		}
		lives := instant(t, token.ExpiresAt).Sub(instant(t, token.CreatedAt))
		if token.Name != name || token.GroupID != group || token.UserID != username || token.ID == "" || !token.DisplayOnceShown || lives != time.Duration(days)*24*time.Hour ||
			!slices.Equal(token.Scopes, []string{scope}) || token.EffectiveScope != scope || !strings.HasPrefix(token.Token, "pat_"+token.TokenPrefix+"-") {
			t.Errorf("made %+v, which lives %s", token, lives)
		}
		made = append(made, token)
	}
	fillsUp(t, c, group, len(made))

	// Its header always holds the session, whatever is passed to verify.
	for _, token := range made {
		got, err := c.verify("Bearer "+token.Token, token.Token)
		if err != nil || got.TokenID != token.ID || got.Token != "" || got.GroupID != group || instant(t, got.ExpiresAt) != instant(t, token.ExpiresAt) {
			t.Errorf("verified as %+v, %v", got, err)
		}
	}
	if _, err := c.verify("Bearer "+made[0].Token, ""); lanceStatus(err) != http.StatusBadRequest {
		t.Errorf("verified without a token: %v", err)
	}
	used := row(t, c, group, made[0].ID)
	if used == nil || used.LastUsedAt == nil || time.Since(instant(t, used.LastUsedAt)).Abs() > time.Hour {
		t.Errorf("after its use: %+v", used)
	}
	endsInThePage(t, c, group, made[0])
}

// endsInThePage revokes a token, which frees its place.
func endsInThePage(t *testing.T, c *lanceClient, group float64, token lanceToken) {
	t.Helper()
	if err := c.revoke(token.ID); err != nil {
		t.Error(err)
	}
	if left := row(t, c, group, token.ID); left != nil {
		t.Errorf("after its end: %+v", left)
	}
	if _, err := c.verify("", token.Token); lanceStatus(err) != http.StatusUnauthorized {
		t.Errorf("verified after its end: %v", err)
	}
	if err := c.revoke(token.ID); lanceStatus(err) != http.StatusNotFound {
		t.Errorf("revoked again: %v", err)
	}
	if _, err := c.create(lanceWish{Name: "next", GroupID: group, ExpiresInDays: 60, Scopes: []string{"public_scope"}}); err != nil {
		t.Errorf("in the place of a revoked one: %v", err)
	}
}

// fillsUp makes tokens until the page lets its user make no more, which it tells by the rows.
func fillsUp(t *testing.T, c *lanceClient, group float64, there int) {
	t.Helper()
	for ; there < 10; there++ {
		if _, err := c.create(lanceWish{Name: "more", GroupID: group, ExpiresInDays: 60, Scopes: []string{"public_scope"}}); err != nil {
			t.Fatal(err)
		}
	}
	rows, err := c.list(group)
	if err != nil || len(rows) != 10 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows {
		instant(t, row.ExpiresAt)
		if row.ID == "" || row.Name == "" || row.Token != "" || row.RevokedAt != nil || row.GroupID != group || len(row.Scopes) != 1 || row.EffectiveScope != row.Scopes[0] {
			t.Errorf("a row %+v", row)
		}
	}
	if _, err := c.create(lanceWish{Name: "eleventh", GroupID: group}); lanceStatus(err) != http.StatusBadRequest {
		t.Errorf("the eleventh, behind the page's back: %v", err)
	}
}

func livesInAProgram(t *testing.T, c *lanceClient, group float64) {
	rows, err := c.list(group)
	if err != nil || len(rows) == 0 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	for _, row := range rows {
		if err := c.revoke(row.ID); err != nil {
			t.Error(err)
		}
	}
	made, err := c.create(lanceWish{Name: "program", GroupID: group}) // what is undefined, is not sent
	if err != nil || !slices.Equal(made.Scopes, []string{"public_scope"}) || instant(t, made.ExpiresAt).Sub(instant(t, made.CreatedAt)) != 60*24*time.Hour {
		t.Fatalf("made %+v, %v", made, err)
	}
	for name, ask := range map[string]func() (lanceToken, error){
		"as the argument": func() (lanceToken, error) { return c.verify("Bearer "+made.Token, "") },
		"in the payload":  func() (lanceToken, error) { return c.verify("", made.Token) },
		"in both":         func() (lanceToken, error) { return c.verify("Bearer "+made.Token, made.Token) },
	} {
		if got, err := ask(); err != nil || got.TokenID != made.ID || instant(t, got.LastUsedAt).IsZero() {
			t.Errorf("verified %s: %+v, %v", name, got, err)
		}
	}
	bare := *c
	bare.apiKey = strings.TrimPrefix(c.apiKey, "Bearer ")
	withToken := *c
	withToken.apiKey = "Bearer " + made.Token
	for _, other := range []*lanceClient{&bare, &withToken} {
		if err := other.revoke(made.ID); lanceStatus(err) != http.StatusUnauthorized {
			t.Errorf("revoked without a session: %v", err)
		}
	}
	if err := c.revoke(made.ID); err != nil {
		t.Error(err)
	}
	if rows, err := c.list(group); err != nil || len(rows) != 0 {
		t.Errorf("in the end: %v, %v", rows, err)
	}
}

// row finds the token in the page's list, nil if it is not there.
func row(t *testing.T, c *lanceClient, group float64, id string) *lanceToken {
	t.Helper()
	rows, err := c.list(group)
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows {
		if row.ID == id {
			return &row
		}
	}
	return nil
}

// jsTime is what ECMAScript says that every Date can be made of.
var jsTime = regexp.MustCompile(`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?(Z|[+-]\d\d:\d\d)$`)

// instant reads a time as JavaScript does.
func instant(t *testing.T, text *string) time.Time {
	t.Helper()
	if text == nil {
		t.Error("no date")
		return time.Time{}
	}
	at, err := time.Parse(time.RFC3339, *text)
	if err != nil || !jsTime.MatchString(*text) {
		t.Errorf("no date: %q", *text)
	}
	return at
}
