package behaviour

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"
)

// hubTool sends and takes what docker/hub-tool does: the old paths, strings alone in errors, uuids and times that parse.
type hubTool struct {
	t        *testing.T
	base     string
	username string
	jwt      string
}

func newHubTool(t *testing.T, door Door, username string) *hubTool {
	return &hubTool{t: t, base: door.BaseURL, username: username}
}

type hubToolToken struct {
	UUID      string    `json:"uuid"`
	ClientID  string    `json:"client_id"`
	CreatorUA string    `json:"creator_ua"`
	CreatedAt time.Time `json:"created_at"`
	LastUsed  time.Time `json:"last_used"` // which null leaves alone, and an empty text breaks
	IsActive  bool      `json:"is_active"`
	Token     string    `json:"token"`
	Label     string    `json:"token_label"`
}

// isTools reports whether hub-tool would say that it has made the token.
func (t hubToolToken) isTools() bool { return strings.Contains(t.CreatorUA, "hub-tool") }

var (
	errHubNotFound  = errors.New("resource not found")
	errHubForbidden = errors.New("operation not permitted")
)

// mfaSentence is what hub-tool compares a 401 with.
const mfaSentence = "Require secondary authentication on MFA enabled account"

func (c *hubTool) login(secret string) error {
	body, err := json.Marshal(map[string]string{"username": c.username, "password": secret})
	if err != nil {
		return err
	}
	res, raw := c.send("POST", c.base+"/v2/users/login?refresh_token=true", body)
	switch res.StatusCode {
	case http.StatusUnauthorized:
		var refused struct {
			Detail string `json:"detail"`
			Second string `json:"login_2fa_token"`
		}
		if err := json.Unmarshal(raw, &refused); err != nil {
			return fmt.Errorf("decode a refusal: %w", err)
		}
		if refused.Detail == mfaSentence {
			return errors.New("asked for a second factor that nobody has")
		}
		return errors.New(refused.Detail)
	case http.StatusOK:
		var granted struct {
			Token   string `json:"token"`
			Refresh string `json:"refresh_token"`
		}
		if err := json.Unmarshal(raw, &granted); err != nil || granted.Refresh == "" {
			return fmt.Errorf("decode a log-in with a refresh token: %v", err)
		}
		if _, err := expiry(granted.Token); err != nil {
			return err
		}
		c.jwt = granted.Token
		return nil
	}
	return fmt.Errorf("bad status code %q: %s", res.Status, raw)
}

func (c *hubTool) createToken(description string) (hubToolToken, error) {
	return c.one("POST", "", struct {
		Label  string `json:"token_label,omitempty"`
		Active bool   `json:"is_active"`
	}{description, false})
}

func (c *hubTool) token(uuid string) (hubToolToken, error) { return c.one("GET", "/"+uuid, nil) }

func (c *hubTool) updateToken(uuid string, active bool) (hubToolToken, error) {
	return c.one("PATCH", "/"+uuid, map[string]bool{"is_active": active})
}

func (c *hubTool) removeToken(uuid string) error {
	_, err := c.do("DELETE", c.base+"/v2/api_tokens/"+uuid, nil)
	return err
}

// tokens follows next as it stands.
func (c *hubTool) tokens(pageSize int) (all []hubToolToken, count int, err error) {
	next := c.base + "/v2/api_tokens?page=1&page_size=" + strconv.Itoa(pageSize)
	for next != "" {
		raw, err := c.do("GET", next, nil)
		if err != nil {
			return nil, 0, err
		}
		var page struct {
			Count   int            `json:"count"`
			Next    string         `json:"next"`
			Results []hubToolToken `json:"results"`
		}
		if err := json.Unmarshal(raw, &page); err != nil {
			return nil, 0, err
		}
		for _, t := range page.Results {
			if err := t.check(); err != nil {
				return nil, 0, err
			}
		}
		all, count, next = append(all, page.Results...), page.Count, page.Next
	}
	return all, count, nil
}

func (c *hubTool) one(method, path string, in any) (hubToolToken, error) {
	body := []byte(nil)
	if in != nil {
		var err error
		if body, err = json.Marshal(in); err != nil {
			return hubToolToken{}, err
		}
	}
	raw, err := c.do(method, c.base+"/v2/api_tokens"+path, body)
	if err != nil {
		return hubToolToken{}, err
	}
	var out hubToolToken
	if err := json.Unmarshal(raw, &out); err != nil {
		return hubToolToken{}, err
	}
	return out, out.check()
}

var uuidForm = regexp.MustCompile(`^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$`)

func (t hubToolToken) check() error {
	if !uuidForm.MatchString(t.UUID) || t.ClientID != "HUB" || t.CreatedAt.IsZero() {
		return fmt.Errorf("a token that hub-tool cannot take: %+v", t)
	}
	return nil
}

// do reads an error's text only if the object holds strings alone, and of 403 and 404 not even that.
func (c *hubTool) do(method, address string, body []byte) ([]byte, error) {
	res, raw := c.send(method, address, body)
	switch {
	case res.StatusCode >= 200 && res.StatusCode < 300:
		return raw, nil
	case res.StatusCode == http.StatusForbidden:
		return nil, errHubForbidden
	case res.StatusCode == http.StatusNotFound:
		return nil, errHubNotFound
	}
	var texts map[string]string
	if json.Unmarshal(raw, &texts) == nil {
		for _, name := range []string{"message", "detail"} {
			if texts[name] != "" {
				return nil, errors.New(texts[name])
			}
		}
	}
	return nil, fmt.Errorf("bad status code %q: %s", res.Status, raw)
}

func (c *hubTool) send(method, address string, body []byte) (*http.Response, []byte) {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, address, bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "hub-tool/v0.4.6")
	if c.jwt != "" {
		req.Header.Set("Authorization", "Bearer "+c.jwt)
	}
	return fetch(c.t, req)
}

// fetch returns an answer that is no redirect, with its body.
func fetch(t *testing.T, req *http.Request) (*http.Response, []byte) {
	t.Helper()
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	raw, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	if res.StatusCode >= 300 && res.StatusCode < 400 {
		t.Fatalf("%s %s: a redirect", req.Method, req.URL.Path)
	}
	return res, raw
}

// expiry reads a JWT as both clients do: three parts in base64url, a header in JSON, a number in exp; the signature is
// not looked at.
func expiry(jwt string) (time.Time, error) {
	parts := strings.Split(jwt, ".")
	if len(parts) != 3 {
		return time.Time{}, errors.New("a JWT that has not three parts")
	}
	var header map[string]any
	var claims struct{ Exp *float64 }
	for i, into := range []any{&header, &claims} {
		raw, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err == nil {
			err = json.Unmarshal(raw, into)
		}
		if err != nil {
			return time.Time{}, fmt.Errorf("parse a JWT: %w", err)
		}
	}
	if claims.Exp == nil {
		return time.Time{}, errors.New("a JWT without exp")
	}
	return time.Unix(int64(*claims.Exp), 0), nil
}
