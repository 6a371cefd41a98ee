package behaviour

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"testing"
)

// pythonNode sends and takes what hoprd-sdk-python does: a content type and Basic on every call, {} where there is no
// body, and models that raise where something needed is null or an operation is unknown.
type pythonNode struct {
	t        *testing.T
	host     string
	key      string
	username string
}

func newPythonNode(t *testing.T, door Door, key string) *pythonNode {
	return &pythonNode{t: t, host: door.BaseURL + "/api/v3", key: url.PathEscape(key)}
}

type nodeBody struct {
	Capabilities []nodeCapability `json:"capabilities"`
	Lifetime     *int64           `json:"lifetime,omitempty"`
	Description  *string          `json:"description,omitempty"`
}

type nodeToken struct {
	ID           string           `json:"id"`
	Description  string           `json:"description"`
	Capabilities []nodeCapability `json:"capabilities"`
	ValidUntil   *int64           `json:"valid_until"`
}

type nodeCapability struct {
	Endpoint string      `json:"endpoint"`
	Limits   []nodeLimit `json:"limits,omitempty"`
}

type nodeLimit struct {
	Type       string         `json:"type"`
	Conditions nodeConditions `json:"conditions"`
}

type nodeConditions struct {
	Max *int `json:"max,omitempty"`
}

// pythonError is the exception: the status, and the body as a text.
type pythonError struct {
	status int
	body   string
}

func (e *pythonError) Error() string { return fmt.Sprintf("(%d) %s", e.status, e.body) }

func (c *pythonNode) create(body nodeBody) (string, *pythonError) {
	c.t.Helper()
	raw, err := json.Marshal(body)
	if err != nil {
		c.t.Fatal(err)
	}
	return c.made(raw)
}

func (c *pythonNode) createWithout() (string, *pythonError) {
	c.t.Helper()
	return c.made([]byte("{}"))
}

func (c *pythonNode) made(body []byte) (string, *pythonError) {
	c.t.Helper()
	raw, err := c.call("POST", "/tokens/", body)
	if err != nil {
		return "", err
	}
	var made struct{ Token string }
	if err := json.Unmarshal(raw, &made); err != nil || made.Token == "" {
		c.t.Fatalf("what was made: %v: %s", err, raw)
	}
	return made.Token, nil
}

func (c *pythonNode) token() (nodeToken, *pythonError) {
	c.t.Helper()
	raw, err := c.call("GET", "/token", nil)
	if err != nil {
		return nodeToken{}, err
	}
	var token nodeToken
	if err := json.Unmarshal(raw, &token); err != nil {
		c.t.Fatalf("%v: %s", err, raw)
	}
	if token.ID == "" || token.Capabilities == nil {
		c.t.Fatalf("Invalid value, must not be None: %s", raw)
	}
	for _, capability := range token.Capabilities {
		if !slices.Contains(nodeOperations, capability.Endpoint) {
			c.t.Fatalf("Invalid value for endpoint (%s)", capability.Endpoint)
		}
		for _, limit := range capability.Limits {
			if limit.Type != "calls" {
				c.t.Fatalf("Invalid value for type (%s)", limit.Type)
			}
		}
	}
	return token, nil
}

func (c *pythonNode) delete(id string) *pythonError {
	c.t.Helper()
	_, err := c.call("DELETE", "/tokens/"+url.PathEscape(id), []byte("{}"))
	return err
}

func (c *pythonNode) call(method, path string, body []byte) ([]byte, *pythonError) {
	c.t.Helper()
	req, err := http.NewRequestWithContext(c.t.Context(), method, c.host+path, bytes.NewReader(body))
	if err != nil {
		c.t.Fatal(err)
	}
	req.Header.Set("Accept", "application/json")
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "Swagger-Codegen/1.0.0/python")
	if c.key != "" {
		req.Header["x-auth-token"] = []string{c.key}
	}
	req.Header.Set("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(c.username+":"))) // Og== without a name
	res, raw := fetch(c.t, req)
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return nil, &pythonError{res.StatusCode, string(raw)}
	}
	return raw, nil
}

// nodeOperations are those that the SDK's model knows.
var nodeOperations = []string{
	"tokensCreate", "tokensGetToken", "tokensDelete", "ticketsGetStatistics", "ticketsRedeemTickets", "ticketsGetTickets",
	"settingsGetSettings", "settingsSetSetting", "nodeGetVersion", "nodeGetPeers", "nodeGetMetrics", "nodeGetInfo",
	"nodeGetEntryNodes", "nodeStreamWebsocket", "nodePing", "messagesWebsocket", "messagesGetSize", "messagesPopAllMessage",
	"messagesPopMessage", "messagesSendMessage", "messagesDeleteMessages", "messagesSign", "messageSign",
	"channelsOpenChannel", "channelsGetChannels", "channelsGetChannel", "channelsCloseChannel", "channelsRedeemTickets",
	"channelsGetTickets", "channelsFundChannels", "aliasesSetAlias", "aliasesGetAliases", "aliasesGetAlias",
	"aliasesRemoveAlias", "accountWithdraw", "accountGetBalances", "accountGetAddresses", "accountGetAddress",
	"peersPingPeer", "peerInfoGetPeerInfo",
}
