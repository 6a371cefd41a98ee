package behaviour

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// quayWeb sends and takes what Quay's web interface does, but that it has a bearer and no cookie: it insists on 200 for a
// create and on 204 for an end, shows the detail of an error, and on 401 looks at its title and its error_type.
type quayWeb struct {
	t            *testing.T
	base, bearer string
}

func (c quayWeb) stranger() quayClient { c.bearer += "x"; return c }

func (c quayWeb) create(title string) (quayToken, error) {
	body, err := json.Marshal(map[string]string{"title": title})
	if err != nil {
		return quayToken{}, err
	}
	raw, err := c.send(http.StatusOK, "POST", "", string(body))
	if err != nil {
		return quayToken{}, err
	}
	return quayOne(raw)
}

func (c quayWeb) list(expiring *bool) (quayList, error) {
	query := ""
	if expiring != nil {
		query = "?expiring=" + strconv.FormatBool(*expiring)
	}
	raw, err := c.send(http.StatusOK, "GET", query, "")
	if err != nil {
		return quayList{}, err
	}
	return quayAll(raw)
}

func (c quayWeb) get(uuid string) (quayToken, error) {
	raw, err := c.send(http.StatusOK, "GET", "/"+uuid, "")
	if err != nil {
		return quayToken{}, err
	}
	return quayOne(raw)
}

func (c quayWeb) revoke(uuid string) error {
	_, err := c.send(http.StatusNoContent, "DELETE", "/"+uuid, "")
	return err
}

func (c quayWeb) send(status int, method, path, body string) ([]byte, error) {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+"/api/v1/user/apptoken"+path, strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	req.Header.Set("Accept", "application/json, text/plain, */*")
	req.Header.Set("X-Requested-With", "XMLHttpRequest")
	req.Header.Set("X-CSRF-Token", "none")
	req.Header.Set("Origin", "https://console.example")
	req.Header.Set("Authorization", "Bearer "+c.bearer)
	res, raw := fetch(c.t, req)
	if res.Header.Get("Access-Control-Allow-Origin") != "*" {
		return nil, errors.New("an answer that no page may read")
	}
	if res.StatusCode == status {
		return raw, nil
	}
	var refused struct {
		Detail    string `json:"detail"`
		Title     string `json:"title"`
		ErrorType string `json:"error_type"`
	}
	if err := json.Unmarshal(raw, &refused); err != nil || refused.Detail == "" || refused.Title != refused.ErrorType {
		return nil, fmt.Errorf("request failed with status code %d: %s", res.StatusCode, raw)
	}
	if res.StatusCode == http.StatusUnauthorized && refused.Title != "invalid_token" {
		return nil, errors.New("asked for a fresh login that nobody can give")
	}
	return nil, quayRefusal(refused.Detail)
}
