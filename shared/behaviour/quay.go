package behaviour

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"testing"
	"time"
)

// Quay lives a token's life as Quay's clients do: the generated one in Python, its sibling in Go, and the web interface.
// Each sends what the client sends, and takes an answer only as the client would.
func Quay(t *testing.T, door Door) {
	username := unique("quay")
	admin := door.session(t, "admin", door.AdminPassword)
	account := `{"username":"` + username + `","password":"` + password + `","admin":true}`
	door.must(t, http.StatusCreated, "POST", "/v1/users", admin, account, nil)
	session := door.session(t, username, password)
	var made struct{ Token string } // what the programs have in place of Quay's OAuth token
	door.must(t, http.StatusCreated, "POST", tokensPath, session, `{"name":"automation","scopes":["user:admin"]}`, &made)

	for name, client := range map[string]quayClient{
		"Python":        quayPython{t, quayBase(door), made.Token},
		"Go":            quayGo{t, quayBase(door), made.Token},
		"web interface": quayWeb{t, door.BaseURL, session},
	} {
		t.Run(name, func(t *testing.T) { livesAtQuay(t, door, client) })
	}
}

// quayClient is what the clients have in common. An error's text is what the client would show.
type quayClient interface {
	create(title string) (quayToken, error)
	list(expiring *bool) (quayList, error)
	get(uuid string) (quayToken, error)
	revoke(uuid string) error
	// stranger is the same client with a credential that is not good.
	stranger() quayClient
}

type quayToken struct {
	UUID         string  `json:"uuid"`
	Title        string  `json:"title"`
	LastAccessed *string `json:"last_accessed"`
	Created      string  `json:"created"`
	Expiration   *string `json:"expiration"`
	Code         string  `json:"token_code"`
}

type quayList struct {
	Tokens       []quayToken `json:"tokens"`
	OnlyExpiring *bool       `json:"only_expiring"`
}

// quayRefusal is what a client shows of a refusal.
type quayRefusal string

func (r quayRefusal) Error() string { return string(r) }

const (
	errQuayNotFound        quayRefusal = "Not Found"
	errQuayUnauthenticated quayRefusal = "Requires authentication"
)

func livesAtQuay(t *testing.T, door Door, c quayClient) {
	made, err := c.create("laptop")
	if err != nil || !quayCode.MatchString(made.Code) || made.Title != "laptop" || made.LastAccessed != nil {
		t.Fatalf("made %+v, %v", made, err)
	}
	if _, err := c.create("laptop"); err != nil {
		t.Errorf("a second one of the title: %v", err)
	}
	yes, no := true, false
	for _, expiring := range []*bool{nil, &no, &yes} {
		all, err := c.list(expiring)
		if err != nil || (all.OnlyExpiring == nil) != (expiring == nil) || expiring != nil && *all.OnlyExpiring != *expiring {
			t.Errorf("list: %+v, %v", all, err)
		}
		if listed := all.has(made.UUID); listed != (expiring != &yes) {
			t.Errorf("it is in the list: %t", listed)
		}
	}
	if status := registryAsks(t, door, made.Code); status != http.StatusNoContent {
		t.Errorf("at a registry: %d", status)
	}
	if got, err := c.get(made.UUID); err != nil || got.Code != made.Code || got.LastAccessed == nil || got.Created != made.Created {
		t.Errorf("got %+v, %v", got, err)
	}
	if err := c.stranger().revoke(made.UUID); err != errQuayUnauthenticated {
		t.Errorf("revoked by nobody: %v", err)
	}
	if err := c.revoke(made.UUID); err != nil {
		t.Error(err)
	}
	if err := c.revoke(made.UUID); err != errQuayNotFound {
		t.Errorf("revoked again: %v", err)
	}
	if _, err := c.get(made.UUID); err != errQuayNotFound {
		t.Errorf("got after its end: %v", err)
	}
	if all, err := c.list(nil); err != nil || all.has(made.UUID) {
		t.Errorf("listed after its end: %+v, %v", all, err)
	}
	if status := registryAsks(t, door, made.Code); status != http.StatusUnauthorized {
		t.Errorf("at a registry after its end: %d", status)
	}
}

// registryAsks shows what a registry's client has sent.
func registryAsks(t *testing.T, door Door, code string) int {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), "GET", door.BaseURL+"/v1/auth", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.SetBasicAuth("$app", code)
	res, _ := fetch(t, req)
	return res.StatusCode
}

var quayCode = regexp.MustCompile(`^[A-Z0-9]{120}$`)

// has also looks whether the list shows a secret.
func (l quayList) has(uuid string) bool {
	for _, token := range l.Tokens {
		if token.UUID == uuid {
			return token.Code == ""
		}
	}
	return false
}

// check reads the dates, as Python's email.utils and JavaScript's Date would.
func (t quayToken) check() error {
	dates := []string{t.Created}
	for _, optional := range []*string{t.LastAccessed, t.Expiration} {
		if optional != nil {
			dates = append(dates, *optional)
		}
	}
	for _, date := range dates {
		if _, err := time.Parse(time.RFC1123Z, date); err != nil {
			return fmt.Errorf("read a date: %w", err)
		}
	}
	if !uuidForm.MatchString(t.UUID) {
		return fmt.Errorf("a token without a uuid: %+v", t)
	}
	return nil
}

// quayOne reads the answer that has one token.
func quayOne(raw []byte) (quayToken, error) {
	var answer struct{ Token *quayToken }
	if err := json.Unmarshal(raw, &answer); err != nil || answer.Token == nil {
		return quayToken{}, fmt.Errorf("read a token: %v: %s", err, raw)
	}
	return *answer.Token, answer.Token.check()
}

// quayAll reads the answer that has them all.
func quayAll(raw []byte) (quayList, error) {
	var answer quayList
	if err := json.Unmarshal(raw, &answer); err != nil || answer.Tokens == nil {
		return quayList{}, fmt.Errorf("read a list: %v: %s", err, raw)
	}
	for _, token := range answer.Tokens {
		if err := token.check(); err != nil {
			return quayList{}, err
		}
	}
	return answer, nil
}
