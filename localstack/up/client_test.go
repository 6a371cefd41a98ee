package main

import (
	"crypto/rand"
	"encoding/json"
	"net/http"
	"strings"
)

// call asks once and returns the status. An answer that is no JSON, such as the gateway's own, is not read.
func (c *client) call(method, path, bearer, body string, into any) int {
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+path, strings.NewReader(body))
	if err != nil {
		c.t.Error(err)
		return 0
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		c.t.Error(err)
		return 0
	}
	defer res.Body.Close()
	if into != nil && res.StatusCode < 300 {
		if err := json.NewDecoder(res.Body).Decode(into); err != nil {
			c.t.Errorf("%s %s: %v", method, path, err)
		}
	}
	return res.StatusCode
}

func lower() string { return strings.ToLower(rand.Text()[:10]) }
