package functions_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"

	"latchkey/localstack/faultproxy"
	"latchkey/shared/pat"
)

// TestAVerificationIsOneRead looks at the wire of the compiled function: cold, the service keys and the record; from
// then on the record alone, read consistently, and the note of use once a minute.
func TestAVerificationIsOneRead(t *testing.T) {
	d := openDesk(t, "2.0", false)
	session := d.ask(t, "POST", "/v1/sessions", "", `{"username":"admin","password":"`+adminPassword+`"}`, 201)["token"].(string)
	made := d.ask(t, "POST", "/v1/tokens", session, `{"name":"ci","scopes":["repo:read"]}`, 201)
	verify := func(want ...string) {
		t.Helper()
		d.wires[pat.OpVerify].Reset()
		if got := d.ask(t, "POST", "/v1/tokens/verify", "", `{"token":"`+made["token"].(string)+`"}`, 200); got["code"] != "VALID" {
			t.Errorf("got %v", got)
		}
		if got := operations(d.wires[pat.OpVerify].Calls()); !slices.Equal(got, want) {
			t.Errorf("a verification called %q, want %q", got, want)
		}
	}
	verify("GetItem, consistent", "GetItem, consistent", "UpdateItem")
	verify("GetItem, consistent")
	d.ask(t, "GET", "/v1/tokens/"+made["id"].(string), session, "", 200) // cold
	d.wires[pat.OpGet].Reset()
	d.ask(t, "GET", "/v1/tokens/"+made["id"].(string), session, "", 200)
	if got, want := operations(d.wires[pat.OpGet].Calls()), []string{"GetItem, consistent", "GetItem, consistent"}; !slices.Equal(got, want) {
		t.Errorf("reading a token called %q, want %q: the caller and the token", got, want)
	}
}

func operations(calls []faultproxy.Call) []string {
	var all []string
	for _, c := range calls {
		if c.Consistent {
			c.Operation += ", consistent"
		}
		all = append(all, c.Operation)
	}
	return all
}

// ask makes a request that is answered with the status, and returns the answer's members.
func (d *desk) ask(t *testing.T, method, path, bearer, body string, status int) map[string]any {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, d.door.BaseURL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != status {
		t.Fatalf("%s %s: %d, want %d: %s\n%s", method, path, res.StatusCode, status, text, d.stack.Log())
	}
	if status == http.StatusServiceUnavailable && res.Header.Get("Retry-After") == "" {
		t.Errorf("%s %s: 503 without Retry-After", method, path)
	}
	var members map[string]any
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&members); err != nil {
		t.Fatalf("%s %s: %v: %s", method, path, err, text)
	}
	return members
}
