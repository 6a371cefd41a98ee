package main

import (
	"net/http"
	"sync"
	"testing"
)

// changed is a policy that refuses what was good before: a token for a hundred days.
const changed = `{"maxLifetimeDays":91}`

const hundredDays = `{"name":"long","scopes":["repo:read"],"expiresInDays":100}`

// workers is how many clients make and revoke tokens while a change is deployed.
const workers = 3

// losesNothing deploys another policy while clients are at work. A call may fail meanwhile; but what was acknowledged holds,
// in the change and after it, and is told.
func losesNothing(t *testing.T, d *desk, e *ear) {
	c := newClient(t, d)
	if status := c.call("POST", "/v1/tokens", c.session, hundredDays, nil); status != http.StatusCreated {
		t.Fatalf("a token for a hundred days: %d", status)
	}
	all, stop := make([]*client, workers), make(chan struct{})
	var working sync.WaitGroup
	for i := range all {
		all[i] = newClient(t, d)
		working.Go(func() { all[i].work(stop) })
	}
	err := d.stack.Deploy(t.Context(), map[string]string{"PolicyDocument": changed})
	if err == nil {
		err = d.stack.AwaitAnswers(t.Context())
	}
	close(stop)
	working.Wait()
	if err != nil {
		t.Fatal(err)
	}
	if status := c.call("POST", "/v1/tokens", c.session, hundredDays, nil); status != http.StatusUnprocessableEntity {
		t.Errorf("a token for a hundred days: %d, so the change is not there", status)
	}
	acknowledged, failed := 0, 0
	for _, c := range all {
		for token, want := range c.promised {
			acknowledged++
			if got, status := c.verify(token); status != http.StatusOK || got != want {
				t.Errorf("a token is %s (%d), and was acknowledged as %s", got, status, want)
			}
		}
		failed += c.failed
		for _, token := range c.made {
			e.await(t, "created", token)
		}
		for _, token := range c.revoked {
			e.await(t, "revoked", token)
		}
	}
	t.Logf("%d tokens acknowledged while a change was deployed, and %d calls failed", acknowledged, failed)
	if acknowledged < 10*workers {
		t.Error("these are too few to show anything")
	}
}

// client is somebody who makes and revokes tokens of his own.
type client struct {
	t        *testing.T
	base     string
	session  string
	promised map[string]string // what was acknowledged: the verdict by token
	made     []string          // so were these, by id
	revoked  []string
	failed   int
}

func newClient(t *testing.T, d *desk) *client {
	t.Helper()
	c := &client{t: t, base: d.front.URL, promised: map[string]string{}}
	admin := c.login("admin", adminPassword)
	name := "client-" + lower()
	account := `{"username":"` + name + `","password":"a password of his"}`
	if status := c.call("POST", "/v1/users", admin, account, nil); status != http.StatusCreated {
		t.Fatalf("make a user: %d", status)
	}
	c.session = c.login(name, "a password of his")
	return c
}

// work makes tokens, and revokes three of four, until it is stopped.
func (c *client) work(stop <-chan struct{}) {
	for n := 0; ; n++ {
		select {
		case <-stop:
			return
		default:
		}
		var made struct{ ID, Token string }
		if !c.acknowledged(http.StatusCreated, c.call("POST", "/v1/tokens", c.session, `{"name":"at work","scopes":["repo:read"]}`, &made)) {
			continue
		}
		c.made = append(c.made, made.ID)
		c.promise(made.Token, "VALID")
		if n%4 == 0 {
			continue
		}
		if c.acknowledged(http.StatusNoContent, c.call("DELETE", "/v1/tokens/"+made.ID, c.session, "", nil)) {
			c.revoked = append(c.revoked, made.ID)
			c.promise(made.Token, "REVOKED")
		} else {
			delete(c.promised, made.Token) // it may be revoked, or not
		}
	}
}

// acknowledged reports whether a call did what was asked. One may fail; it may not be refused.
func (c *client) acknowledged(want, status int) bool {
	if status != want && status < 500 && status != http.StatusTooManyRequests {
		c.t.Errorf("%d, want %d", status, want)
	}
	if status != want {
		c.failed++
	}
	return status == want
}

// promise keeps what was acknowledged, which the very next verification must obey.
func (c *client) promise(token, verdict string) {
	c.promised[token] = verdict
	got, status := c.verify(token)
	if c.acknowledged(http.StatusOK, status) && got != verdict {
		c.t.Errorf("a token is %s, and was just acknowledged as %s", got, verdict)
	}
}

func (c *client) verify(token string) (verdict string, status int) {
	var answer struct{ Code string }
	status = c.call("POST", "/v1/tokens/verify", "", `{"token":"`+token+`"}`, &answer)
	return answer.Code, status
}

func (c *client) login(username, password string) string {
	c.t.Helper()
	var session struct{ Token string }
	if status := c.call("POST", "/v1/sessions", "", `{"username":"`+username+`","password":"`+password+`"}`, &session); status != http.StatusCreated {
		c.t.Fatalf("log in: %d", status)
	}
	return session.Token
}
