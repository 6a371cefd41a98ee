package behaviour

import (
	"net/http"
	"slices"
	"testing"
)

// DockerHub lives a token's life as Docker Hub's two real clients do: its command line hub-tool, on the old paths, and
// its Terraform provider. Each sends what the client sends, and takes an answer only as the client would.
func DockerHub(t *testing.T, door Door) {
	username := unique("hub")
	admin := door.session(t, "admin", door.AdminPassword)
	account := `{"username":"` + username + `","password":"` + password + `"}`
	door.must(t, http.StatusCreated, "POST", "/v1/users", admin, account, nil)
	t.Run("hub-tool", func(t *testing.T) { livesWithHubTool(t, newHubTool(t, door, username)) })
	t.Run("Terraform provider", func(t *testing.T) { livesWithTerraform(t, newTerraform(t, door, username)) })
}

func livesWithHubTool(t *testing.T, c *hubTool) {
	if err := c.login("not the password"); err == nil || err.Error() != "the user name or the password is wrong" {
		t.Errorf("a wrong password: %v", err)
	}
	if err := c.login(password); err != nil {
		t.Fatal(err)
	}
	made, err := c.createToken("laptop")
	if err != nil {
		t.Fatal(err)
	}
	if !made.IsActive || made.Token == "" || made.Label != "laptop" || !made.isTools() {
		t.Errorf("made %+v", made)
	}
	if _, err := c.createToken(""); err != nil {
		t.Errorf("without a description: %v", err)
	}
	all, count, err := c.tokens(1) // hub-tool asks for 100; one is as good, and has a next
	isOurs := func(t hubToolToken) bool { return t.UUID == made.UUID && t.Token == "" }
	if err != nil || count != 2 || len(all) != 2 || !slices.ContainsFunc(all, isOurs) {
		t.Errorf("%d of %d tokens, %v", len(all), count, err)
	}
	for _, active := range []bool{false, true} {
		if got, err := c.updateToken(made.UUID, active); err != nil || got.IsActive != active || got.Label != "laptop" {
			t.Errorf("switched to %t: %+v, %v", active, got, err)
		}
		if err := c.login(made.Token); (err == nil) != active {
			t.Errorf("a log-in with the token, active: %t: %v", active, err)
		}
	}
	if _, err := c.token(made.UUID); err != errHubForbidden {
		t.Errorf("managing with a token's session: %v", err)
	}
	if err := c.login(password); err != nil {
		t.Fatal(err)
	}
	if got, err := c.token(made.UUID); err != nil || got.LastUsed.IsZero() {
		t.Errorf("after its use: %+v, %v", got, err)
	}
	if err := c.removeToken(made.UUID); err != nil {
		t.Error(err)
	}
	if err := c.removeToken(made.UUID); err != errHubNotFound {
		t.Errorf("removed again: %v", err)
	}
	if _, err := c.token(made.UUID); err != errHubNotFound {
		t.Errorf("after its end: %v", err)
	}
}

func livesWithTerraform(t *testing.T, c *terraform) {
	const expires = "2099-12-31T23:59:59.5Z"
	scopes := []string{"repo:write", "repo:public_read", "repo:read"}
	made := c.apply("POST", "/access-tokens", terraformToken{Label: "ci", Scopes: scopes, ExpiresAt: expires})
	if made.Token == "" || !made.IsActive {
		t.Errorf("made %+v", made)
	}
	for range 11 { // more than a page as it is unless asked
		c.apply("POST", "/access-tokens", terraformToken{Label: "more", Scopes: []string{"repo:read"}})
	}
	if all := c.list(); len(all) < 12 || !all[made.UUID] {
		t.Errorf("the list has %d tokens, ours: %t", len(all), all[made.UUID])
	}
	for _, active := range []bool{true, false, true} {
		plan := terraformToken{Label: "renamed", IsActive: active, Scopes: scopes, ExpiresAt: expires}
		got := c.apply("PATCH", "/access-tokens/"+made.UUID, plan)
		if read := c.read(made.UUID); read == nil || read.IsActive != plan.IsActive || got.Label != plan.Label {
			t.Errorf("planned %+v, read %+v", plan, read)
		}
	}
	c.delete(made.UUID)
	if read := c.read(made.UUID); read != nil {
		t.Errorf("after its end: %+v", read)
	}
	if c.logins != 1 {
		t.Errorf("%d log-ins, want one: a JWT is good until its exp", c.logins)
	}
	c.login() // as the next run would
}
