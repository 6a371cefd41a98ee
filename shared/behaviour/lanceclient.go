package behaviour

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// lanceClient sends and takes what the client does that Authlance generates for TypeScript, on axios. There every member
// of an answer may be missing, every number is a float, and every status but 2xx is thrown.
type lanceClient struct {
	t       *testing.T
	base    string            // kept as it was configured
	apiKey  string            // sent in Authorization as it stands, in the generator's way
	options map[string]string // headers that every request has, over those of the call
	origin  string            // of the page that runs it, "" outside of a browser
}

type lanceToken struct {
	ID               string   `json:"id"`
	UserID           string   `json:"userId"`
	GroupID          float64  `json:"groupId"`
	Name             string   `json:"name"`
	TokenPrefix      string   `json:"tokenPrefix"`
	Scopes           []string `json:"scopes"`
	EffectiveScope   string   `json:"effectiveScope"`
	DisplayOnceShown bool     `json:"displayOnceShown"`
	CreatedAt        *string  `json:"createdAt"`
	UpdatedAt        *string  `json:"updatedAt"`
	ExpiresAt        *string  `json:"expiresAt"`
	LastUsedAt       *string  `json:"lastUsedAt"`
	RevokedAt        *string  `json:"revokedAt"`
	Token            string   `json:"token"`
	TokenID          string   `json:"tokenId"` // what verify calls id
}

type lanceWish struct {
	Name          string   `json:"name,omitempty"`
	GroupID       float64  `json:"groupId"`
	ExpiresInDays int      `json:"expiresInDays,omitempty"`
	Scopes        []string `json:"scopes,omitempty"`
}

// lanceError is what axios throws: the status, and the body's error for those who look.
type lanceError struct {
	status int
	says   string
}

func (e *lanceError) Error() string { return strconv.Itoa(e.status) + ": " + e.says }

// lanceStatus is the status with which a call failed, 0 if it did not.
func lanceStatus(err error) int {
	if e, ok := err.(*lanceError); ok {
		return e.status
	}
	return 0
}

const lancePATs = "/authlance/identity/api/v1/pats"

func (c *lanceClient) list(group float64) (tokens []lanceToken, err error) {
	query := url.Values{"groupId": {strconv.FormatFloat(group, 'f', -1, 64)}}
	err = c.call("GET", lancePATs+"?"+query.Encode(), "", nil, &tokens)
	if err == nil && tokens == nil {
		c.t.Error("a list that is null")
	}
	return tokens, err
}

func (c *lanceClient) create(wish lanceWish) (made lanceToken, err error) {
	return made, c.call("POST", lancePATs, "", wish, &made)
}

func (c *lanceClient) revoke(id string) error {
	return c.call("DELETE", lancePATs+"/"+url.PathEscape(id), "", nil, nil)
}

// verify takes the token as the call's Authorization, and in the payload. Without a payload it sends an empty object.
func (c *lanceClient) verify(authorization, token string) (got lanceToken, err error) {
	payload := map[string]string{}
	if token != "" {
		payload["token"] = token
	}
	return got, c.call("POST", lancePATs+"/verify", authorization, payload, &got)
}

// call sends a request: the call's own headers first, then those of the base options over them.
func (c *lanceClient) call(method, path, authorization string, in, out any) error {
	c.t.Helper()
	var body []byte
	header := http.Header{"Accept": {"application/json"}, "User-Agent": {"axios/1.7.7"}}
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			c.t.Fatal(err)
		}
		header.Set("Content-Type", "application/json")
	}
	if authorization == "" && !strings.HasSuffix(path, "/verify") { // which wants no security
		authorization = c.apiKey
	}
	if authorization != "" {
		header.Set("Authorization", authorization)
	}
	for name, value := range c.options {
		header.Set(name, value)
	}
	if c.origin != "" {
		header.Set("Origin", c.origin)
		c.preflight(method, path)
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header = header
	res, raw := fetch(c.t, req)
	c.readable(res)
	if res.StatusCode < 200 || res.StatusCode > 299 {
		var problem struct{ Error string }
		if err := json.Unmarshal(raw, &problem); err != nil || problem.Error == "" {
			c.t.Errorf("%s %s: %d without an error to show: %s", method, path, res.StatusCode, raw)
		}
		return &lanceError{res.StatusCode, problem.Error}
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(raw, out); err != nil {
		return fmt.Errorf("%s %s: %w: %s", method, path, err, raw)
	}
	return nil
}

// preflight asks as a browser does before it sends what a page asks for.
func (c *lanceClient) preflight(method, path string) {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), "OPTIONS", c.base+path, nil)
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header = http.Header{"Origin": {c.origin}, "Access-Control-Request-Method": {method},
		"Access-Control-Request-Headers": {"authorization,content-type"}}
	res, _ := fetch(c.t, req)
	c.readable(res)
	listed := func(header, word string) bool {
		return slices.ContainsFunc(strings.Split(res.Header.Get(header), ","), func(w string) bool { return strings.EqualFold(strings.TrimSpace(w), word) })
	}
	if res.StatusCode < 200 || res.StatusCode > 299 || !listed("Access-Control-Allow-Methods", method) ||
		!listed("Access-Control-Allow-Headers", "authorization") || !listed("Access-Control-Allow-Headers", "content-type") {
		c.t.Errorf("the browser sends no %s %s: %d %v", method, path, res.StatusCode, res.Header)
	}
}

// readable checks that a browser lets its page read the answer to a request with credentials: a star would not do.
func (c *lanceClient) readable(res *http.Response) {
	c.t.Helper()
	if c.origin != "" && (res.Header.Get("Access-Control-Allow-Origin") != c.origin || res.Header.Get("Access-Control-Allow-Credentials") != "true") {
		c.t.Errorf("the browser hides the answer: %d %v", res.StatusCode, res.Header)
	}
}
