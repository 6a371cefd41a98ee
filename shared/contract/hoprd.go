package contract

import (
	"encoding/base64"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"latchkey/shared/behaviour"
)

// HOPRd shows the contract of a HOPRd node's API for tokens.
func HOPRd(t *testing.T, door behaviour.Door) {
	hold(t, door, "HOPRd", slices.Concat(nodePaths, nodeCallers, nodeCreate, nodeBodies, nodeDelegation, nodeSelf, nodeLimits,
		nodeDelete, nodeErrors, nodeAcross))
}

const (
	nodeTokens = "/api/v3/tokens/"
	nodeToken  = "/api/v3/token"
)

// right is a capability, with limits of so many calls each.
func right(operation string, limits ...int) string {
	var all []string
	for _, limit := range limits {
		all = append(all, `{"type":"calls","conditions":{"max":`+strconv.Itoa(limit)+`}}`)
	}
	if all == nil {
		return `{"endpoint":"` + operation + `"}`
	}
	return `{"endpoint":"` + operation + `","limits":[` + strings.Join(all, ",") + `]}`
}

// rights is the body that asks for capabilities, with what more is given, such as `,"lifetime":60`.
func rights(more string, capabilities ...string) string {
	return `{"capabilities":[` + strings.Join(capabilities, ",") + `]` + more + `}`
}

// superuser is how a client shows the superuser's token.
func (g *ground) superuser() []string { return key(g.door.Superuser) }

// key is a token in the header that is made for it.
func key(token string) []string { return []string{"X-Auth-Token", url.PathEscape(token)} }

// basicUser is a token as the user name of Basic.
func basicUser(token string) []string {
	return []string{"Authorization", "Basic " + base64.StdEncoding.EncodeToString([]byte(url.PathEscape(token)+":"))}
}

// node makes a call with a token.
func (g *ground) node(status int, token, route, body string) answer {
	g.Helper()
	return g.ask(status, "", route, body, key(token)...)
}

// nodeMake has the superuser make a token and returns it.
func (g *ground) nodeMake(more string, capabilities ...string) string {
	g.Helper()
	return g.node(201, g.door.Superuser, "POST "+nodeTokens, rights(more, capabilities...)).text("token")
}

// nodeRefused checks a refusal's status and whole body.
func (g *ground) nodeRefused(a answer, status int, body string) {
	g.Helper()
	if a.code != status || a.body != body {
		g.Errorf("got %d %s, want %d %s", a.code, a.body, status, body)
	}
}

const (
	nodeInvalid      = `{"status":"INVALID_INPUT"}`
	nodeUnauthorized = `{"status":"UNAUTHORIZED","error":"authentication failed"}`
	nodeForbidden    = `{"status":"UNAUTHORIZED","error":"authorization failed"}`
)

// operations are the names of all that a node does.
var operations = strings.Fields(`
	tokensCreate tokensGetToken tokensDelete ticketsGetStatistics ticketsRedeemTickets ticketsGetTickets
	settingsGetSettings settingsSetSetting nodeGetVersion nodeGetPeers nodeGetMetrics nodeGetInfo
	nodeGetEntryNodes nodeStreamWebsocket nodePing messagesWebsocket messagesGetSize messagesPopAllMessage
	messagesPopMessage messagesSendMessage messagesDeleteMessages messagesSign messageSign
	channelsOpenChannel channelsGetChannels channelsGetChannel channelsCloseChannel channelsRedeemTickets
	channelsGetTickets channelsFundChannels aliasesSetAlias aliasesGetAliases aliasesGetAlias
	aliasesRemoveAlias accountWithdraw accountGetBalances accountGetAddresses accountGetAddress
	peersPingPeer peerInfoGetPeerInfo`)
