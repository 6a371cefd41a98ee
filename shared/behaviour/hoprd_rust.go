package behaviour

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
)

// rustNode sends and takes what the generated Rust client does: an X-Span-ID on every call, and of each call the statuses
// that the description lists; any other is an error without a name to it. Of those, only DELETE's and GET's 404 has no body.
type rustNode struct {
	t    *testing.T
	base string
	key  string
}

func newRustNode(t *testing.T, door Door, key string) *rustNode {
	return &rustNode{t: t, base: door.BaseURL + "/api/v3", key: url.PathEscape(key)}
}

// rustAnswer is any of the models.
type rustAnswer struct {
	status int

	Token        string               `json:"token"`
	ID           string               `json:"id"`
	Description  string               `json:"description"`
	ValidUntil   *int32               `json:"valid_until"` // in 32 bits
	Capabilities []rustNodeCapability `json:"capabilities"`
	Status       string               `json:"status"`
	Error        string               `json:"error"`
}

type rustNodeCapability struct {
	Endpoint string `json:"endpoint"`
	Limits   []struct {
		Type       string `json:"type"`
		Conditions *struct {
			Max *int32 `json:"max"`
		} `json:"conditions"`
	} `json:"limits"`
}

func (c *rustNode) create(body map[string]any) rustAnswer {
	c.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.call("POST", "/tokens/", raw, 201, 400, 403, 422)
}

func (c *rustNode) token() rustAnswer {
	c.t.Helper()
	return c.call("GET", "/token", nil, 200, 401, 403, 404)
}

func (c *rustNode) delete(id string) rustAnswer {
	c.t.Helper()
	return c.call("DELETE", "/tokens/"+url.PathEscape(id), nil, 204, 401, 403, 404)
}

func (c *rustNode) call(method, path string, body []byte, known ...int) rustAnswer {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	if body != nil {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("X-Span-ID", span())
	req.Header.Set("x-auth-token", c.key)
	req.Header.Set("User-Agent", "")
	res, raw := fetch(c.t, req)
	if !slices.Contains(known, res.StatusCode) {
		c.t.Fatalf("%s: Unexpected response code %d: %s", method, res.StatusCode, raw)
	}
	out := rustAnswer{status: res.StatusCode}
	if res.StatusCode == http.StatusNoContent || res.StatusCode == http.StatusNotFound {
		if len(raw) > 0 {
			c.t.Errorf("%d with a body: %s", res.StatusCode, raw)
		}
		return out
	}
	if err := json.Unmarshal(raw, &out); err != nil {
		c.t.Fatalf("%s: Response body did not match the schema: %v: %s", method, err, raw)
	}
	if out.Status == "" && res.StatusCode >= 400 {
		c.t.Errorf("%d without a status: %s", res.StatusCode, raw)
	}
	return out
}

// span is a random id of a request.
func span() string {
	var b [16]byte
	_, _ = rand.Read(b[:])
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
