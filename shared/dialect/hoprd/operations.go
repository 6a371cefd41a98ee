package hoprd

import (
	"slices"
	"strings"

	"latchkey/shared/pat"
)

// operations are the node's, by the names that its API gives them. Clients know no other. The first three are those of
// this API; the others are for nodes, which ask whether a token is good for them.
var operations = []string{
	"tokensCreate", "tokensGetToken", "tokensDelete",
	"ticketsGetStatistics", "ticketsRedeemTickets", "ticketsGetTickets",
	"settingsGetSettings", "settingsSetSetting",
	"nodeGetVersion", "nodeGetPeers", "nodeGetMetrics", "nodeGetInfo", "nodeGetEntryNodes", "nodeStreamWebsocket", "nodePing",
	"messagesWebsocket", "messagesGetSize", "messagesPopAllMessage", "messagesPopMessage", "messagesSendMessage",
	"messagesDeleteMessages", "messagesSign", "messageSign",
	"channelsOpenChannel", "channelsGetChannels", "channelsGetChannel", "channelsCloseChannel", "channelsRedeemTickets",
	"channelsGetTickets", "channelsFundChannels",
	"aliasesSetAlias", "aliasesGetAliases", "aliasesGetAlias", "aliasesRemoveAlias",
	"accountWithdraw", "accountGetBalances", "accountGetAddresses", "accountGetAddress",
	"peersPingPeer", "peerInfoGetPeerInfo",
}

const scopePrefix = string(pat.HOPRd) + ":"

// scopeOf is the scope that stands for an operation.
func scopeOf(operation string) pat.Scope { return pat.Scope(scopePrefix + operation) }

// operationOf is the operation that a scope stands for, if it does for one.
func operationOf(scope pat.Scope) (operation string, ok bool) {
	operation, ok = strings.CutPrefix(string(scope), scopePrefix)
	return operation, ok && slices.Contains(operations, operation)
}
