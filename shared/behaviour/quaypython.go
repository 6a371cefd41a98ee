package behaviour

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
)

// quayPython sends and takes what the generated Python client does. Its base has a slash at the end, and its paths one at
// the beginning; it names a content type where there is no body, and sends {} where there is nothing to say.
type quayPython struct {
	t            *testing.T
	base, bearer string
}

// quayBase is the base that the generated clients have by themselves, where the door takes it.
func quayBase(door Door) string {
	if door.Differs(KeptSlashes) {
		return door.BaseURL
	}
	return door.BaseURL + "/"
}

func (c quayPython) stranger() quayClient { c.bearer += "x"; return c }

// create gives the client a dictionary: its own model of a new token has no title, and is refused.
func (c quayPython) create(title string) (quayToken, error) {
	if _, err := c.send("POST", "", map[string]string{"friendlyName": title}); err == nil {
		return quayToken{}, errors.New("a token was made of the generated model, which has no title")
	}
	raw, err := c.send("POST", "", map[string]string{"title": title})
	if err != nil {
		return quayToken{}, err
	}
	return quayOne(raw)
}

func (c quayPython) list(expiring *bool) (quayList, error) {
	query := ""
	if expiring != nil {
		query = "?expiring=" + map[bool]string{true: "True", false: "False"}[*expiring]
	}
	raw, err := c.send("GET", query, nil)
	if err != nil {
		return quayList{}, err
	}
	return quayAll(raw)
}

func (c quayPython) get(uuid string) (quayToken, error) {
	raw, err := c.send("GET", "/"+uuid, nil)
	if err != nil {
		return quayToken{}, err
	}
	return quayOne(raw)
}

func (c quayPython) revoke(uuid string) error {
	_, err := c.send("DELETE", "/"+uuid, nil)
	return err
}

// send takes whatever is from 200 to 299, and shows the body of what is not: here, its detail.
func (c quayPython) send(method, path string, body any) ([]byte, error) {
	c.t.Helper()
	text := ""
	if method != "GET" {
		text = "{}"
	}
	if body != nil {
		raw, err := json.Marshal(body)
		if err != nil {
			return nil, err
		}
		text = string(raw)
	}
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+"/api/v1/user/apptoken"+path, strings.NewReader(text))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Accept", "*/*")
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Swagger-Codegen/1.0.0/python")
	req.Header.Set("Authorization", "Bearer "+c.bearer)
	res, raw := fetch(c.t, req)
	if res.StatusCode >= 200 && res.StatusCode <= 299 {
		return raw, nil
	}
	var refused struct{ Detail string }
	if err := json.Unmarshal(raw, &refused); err != nil {
		return nil, fmt.Errorf("(%d) Reason: %s: %s", res.StatusCode, res.Status, raw)
	}
	return nil, quayRefusal(refused.Detail)
}
