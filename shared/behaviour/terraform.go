package behaviour

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"
)

// terraform sends and takes what docker/terraform-provider-docker does. A plan that does not come back to the byte is
// an error, and so is whatever the provider would try again: 5xx and 429.
type terraform struct {
	t        *testing.T
	base     string // as the provider knows it
	door     string // where it is
	username string
	jwt      string
	until    time.Time
	logins   int
}

func newTerraform(t *testing.T, door Door, username string) *terraform {
	at, err := url.Parse(door.BaseURL)
	if err != nil {
		t.Fatal(err)
	}
	return &terraform{t: t, base: "https://" + at.Host + at.Path + "/v2", door: door.BaseURL + "/v2", username: username}
}

type terraformToken struct {
	UUID      string   `json:"uuid,omitempty"`
	Label     string   `json:"token_label"`
	Scopes    []string `json:"scopes,omitempty"`
	ExpiresAt string   `json:"expires_at,omitempty"`
	IsActive  bool     `json:"is_active"`
	Token     string   `json:"token,omitempty"`
}

const terraformPages = 50

// apply makes or changes a token, and holds the answer to the plan.
func (c *terraform) apply(method, path string, plan terraformToken) terraformToken {
	c.t.Helper()
	var body any = plan
	if method == "PATCH" { // with both of these, always
		body = map[string]any{"token_label": plan.Label, "is_active": plan.IsActive}
	}
	status, raw := c.do(method, path, body)
	var got terraformToken
	if err := json.Unmarshal(raw, &got); err != nil || status >= 300 {
		c.t.Fatalf("%s %s: %d, %v: %s", method, path, status, err, raw)
	}
	if got.Label != plan.Label || got.ExpiresAt != plan.ExpiresAt || !slices.Equal(got.Scopes, plan.Scopes) {
		c.t.Errorf("provider produced inconsistent result after apply: planned %+v, got %s", plan, raw)
	}
	return got
}

// read returns the token, nil if it is gone: which the provider tells by the words alone.
func (c *terraform) read(uuid string) *terraformToken {
	c.t.Helper()
	status, raw := c.do("GET", "/access-tokens/"+uuid, nil)
	if status >= 300 {
		if head := raw[:min(len(raw), 500)]; !bytes.Contains(bytes.ToLower(head), []byte("not found")) {
			c.t.Fatalf("read: %d: %s", status, head)
		}
		return nil
	}
	var got terraformToken
	if err := json.Unmarshal(raw, &got); err != nil {
		c.t.Fatal(err)
	}
	return &got
}

func (c *terraform) delete(uuid string) {
	c.t.Helper()
	if status, raw := c.do("DELETE", "/access-tokens/"+uuid, nil); status >= 300 {
		c.t.Errorf("delete: %d: %s", status, raw)
	}
}

// list walks through the pages, fifty at most.
func (c *terraform) list() map[string]bool {
	c.t.Helper()
	all := map[string]bool{}
	path := "/access-tokens"
	for range terraformPages {
		status, raw := c.do("GET", path, nil)
		var page struct {
			Next    *string          `json:"next"`
			Results []terraformToken `json:"results"`
		}
		if err := json.Unmarshal(raw, &page); err != nil || status != http.StatusOK {
			c.t.Fatalf("list: %d, %v: %s", status, err, raw)
		}
		for _, token := range page.Results {
			all[token.UUID] = true
		}
		if page.Next == nil || *page.Next == "" {
			return all
		}
		path = cutBase(c.base, overTLS(*page.Next))
	}
	c.t.Errorf("more than %d pages", terraformPages)
	return all
}

// overTLS is next as the provider gets it: a door of a test speaks without TLS, and says so.
func overTLS(next string) string {
	if rest, plain := strings.CutPrefix(next, "http://"); plain {
		return "https://" + rest
	}
	return next
}

// cutBase makes a path of next, of https alone; any other form stays as it is, and would be glued behind the base.
func cutBase(base, next string) string {
	if strings.HasPrefix(next, "https://") {
		return strings.TrimPrefix(next, base)
	}
	return next
}

// do sends a request with the JWT, which is got anew once it has expired.
func (c *terraform) do(method, path string, in any) (status int, body []byte) {
	c.t.Helper()
	if !time.Now().Before(c.until) {
		c.login()
	}
	return c.send(method, path, in)
}

func (c *terraform) login() {
	c.t.Helper()
	c.logins++
	c.jwt = ""
	path := []string{"/users/login/", "/users/login"}[c.logins%2] // its older version has the slash
	status, raw := c.send("POST", path, map[string]string{"username": c.username, "password": password})
	var granted struct {
		Token string `json:"token"`
	}
	if err := json.Unmarshal(raw, &granted); err != nil || status != http.StatusOK {
		c.t.Fatalf("log in: %d, %v: %s", status, err, raw)
	}
	until, err := expiry(granted.Token)
	if err != nil {
		c.t.Fatal(err)
	}
	c.jwt, c.until = granted.Token, until
}

func (c *terraform) send(method, path string, in any) (status int, body []byte) {
	c.t.Helper()
	var sent bytes.Buffer
	if in != nil {
		if err := json.NewEncoder(&sent).Encode(in); err != nil { // with a line end after it, as the provider
			c.t.Fatal(err)
		}
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.door+path, &sent)
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "terraform-provider-docker/dev")
	if c.jwt != "" {
		req.Header.Set("Authorization", "Bearer "+c.jwt)
	}
	res, raw := fetch(c.t, req)
	if res.StatusCode >= 500 || res.StatusCode == http.StatusTooManyRequests {
		c.t.Fatalf("%s %s: %d, which the provider would try again: %s", method, path, res.StatusCode, raw)
	}
	return res.StatusCode, raw
}
