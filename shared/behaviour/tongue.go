package behaviour

import (
	"net/http"
	"strings"
)

// tongue is how an API words its refusals, and where it shows secrets.
type tongue struct {
	prefix     string // of its paths
	challenges bool   // 401 and 403 have WWW-Authenticate
	sound      func(*answer) error
	code       func(*answer) string
	faults     func(*answer) []string
	shows      func(*answer) bool // whether the answer may hold a secret
	secrets    []string           // the members that are secrets here alone
}

// own is Latchkey's.
var own = tongue{prefix: "/", challenges: true, sound: (*answer).soundProblem, code: (*answer).problemCode,
	faults: (*answer).problemFaults, shows: func(a *answer) bool { return a.status == http.StatusCreated }}

// tongue returns that of the API which the answer is of.
func (a *answer) tongue() tongue {
	for _, t := range []tongue{
		hub,
		quay,
		lance,
		node,
	} {
		if strings.HasPrefix(a.path, t.prefix) {
			return t
		}
	}
	return own
}
