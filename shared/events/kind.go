package events

import (
	"slices"

	"latchkey/shared/pat"
)

// kindExpiring is the one kind whose events have members of their own.
const kindExpiring pat.ChangeKind = "expiring"

// kinds are those of all changes that there is an event for.
var kinds = [...]pat.ChangeKind{"created", "updated", "rotated", kindExpiring, "expired", "revoked", "compromised", "purged"}

// Types returns every type of event.
func Types() []string {
	types := make([]string, len(kinds))
	for i, kind := range kinds {
		types[i], _ = typeOf(kind)
	}
	return types
}

// typeOf returns the type of the events of that kind of change; known is false if there is none.
func typeOf(kind pat.ChangeKind) (name string, known bool) {
	return "dev.latchkey.token." + string(kind) + ".v1", slices.Contains(kinds[:], kind)
}
