package behaviour

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// quayGo sends and takes what the generated Go client does: the same slashes, no content type where there is no body, an
// error decoded only if it says that it is application/json. Its create fails before it sends anything, so a program makes
// that request itself with the content type that the client was told.
type quayGo struct {
	t            *testing.T
	base, bearer string
}

func (c quayGo) stranger() quayClient { c.bearer += "x"; return c }

func (c quayGo) create(title string) (quayToken, error) {
	body, err := json.Marshal(map[string]string{"title": title})
	if err != nil {
		return quayToken{}, err
	}
	raw, err := c.send("POST", "", strings.NewReader(string(body)))
	if err != nil {
		return quayToken{}, err
	}
	return quayOne(raw)
}

func (c quayGo) list(expiring *bool) (quayList, error) {
	query := ""
	if expiring != nil {
		query = "?expiring=" + strconv.FormatBool(*expiring)
	}
	raw, err := c.send("GET", query, nil)
	if err != nil {
		return quayList{}, err
	}
	return quayAll(raw)
}

func (c quayGo) get(uuid string) (quayToken, error) {
	raw, err := c.send("GET", "/"+uuid, nil)
	if err != nil {
		return quayToken{}, err
	}
	return quayOne(raw)
}

func (c quayGo) revoke(uuid string) error {
	_, err := c.send("DELETE", "/"+uuid, nil)
	return err
}

// quayError is the client's model of an error: a status that is no number, or a text that is none, breaks it.
type quayError struct {
	Status       int32  `json:"status"`
	Title        string `json:"title"`
	Detail       string `json:"detail"`
	Type         string `json:"type"`
	ErrorType    string `json:"error_type"`
	ErrorMessage string `json:"error_message"`
}

func (c quayGo) send(method, path string, body io.Reader) ([]byte, error) {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.base+"/api/v1/user/apptoken"+path, body)
	if err != nil {
		return nil, err
	}
	if body != nil {
		req.Header.Set("Content-Type", "*/*")
	}
	req.Header.Set("Accept", "*/*")
	req.Header.Set("User-Agent", "Swagger-Codegen/1.0.0/go")
	req.Header.Set("Authorization", "Bearer "+c.bearer)
	res, raw := fetch(c.t, req)
	switch res.StatusCode {
	case http.StatusBadRequest, http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound:
		if !strings.Contains(res.Header.Get("Content-Type"), "application/json") {
			return nil, errors.New("undefined response type")
		}
		var model quayError
		if err := json.Unmarshal(raw, &model); err != nil {
			return nil, err
		}
		if int(model.Status) != res.StatusCode || model.Title == "" || model.ErrorType == "" || model.Type == "" {
			return nil, errors.New("an error with gaps: " + string(raw))
		}
		return nil, quayRefusal(model.ErrorMessage)
	}
	if res.StatusCode >= 300 {
		return nil, errors.New(res.Status)
	}
	return raw, nil
}
