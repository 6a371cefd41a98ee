package contract

import (
	"fmt"
	"strings"
	"testing"

	"latchkey/shared/behaviour/inprocess"
	"latchkey/shared/pat"
	"latchkey/shared/store/storetest"
)

// call is a request that succeeds with the status, as long as the store answers.
type call struct {
	status          int
	as, route, body string
	header          []string
}

// calls are the products' routes that ask the store, and the gate. Each makes what it needs anew.
var calls = map[string]func(*ground) call{
	"Quay's list": func(g *ground) call { return call{200, g.alice(), "GET " + quayTokens, "", nil} },
	"Quay's list by a token": func(g *ground) call {
		return call{200, g.quayBearer(), "GET " + quayTokens + "?expiring=True", "", nil}
	},
	"Quay's create": func(g *ground) call { return call{200, g.alice(), "POST " + quayTokens, `{"title":"x"}`, nil} },
	"Quay's create by a token": func(g *ground) call {
		return call{200, g.quayBearer(), "POST " + quayTokens, `{"title":"x"}`, nil}
	},
	"Quay's get":    func(g *ground) call { return call{200, g.alice(), "GET " + quayAt(g.quayToken("x")), "", nil} },
	"Quay's delete": func(g *ground) call { return call{204, g.alice(), "DELETE " + quayAt(g.quayToken("x")), "{}", nil} },
	"Authlance's list": func(g *ground) call {
		return call{200, g.admin(), "GET " + lancePATs + "?groupId=" + g.lanceOf().group, "", nil}
	},
	"Authlance's create": func(g *ground) call { return call{201, g.admin(), "POST " + lancePATs, g.lanceOf().wish(""), nil} },
	"Authlance's delete": func(g *ground) call {
		return call{204, g.admin(), "DELETE " + lancePATs + "/" + g.lanceOf().make("").text("id"), "", nil}
	},
	"Authlance's verify": func(g *ground) call {
		return call{200, "", lanceVerify, members("token", g.lanceOf().make("").text("token")), nil}
	},
	"HOPRd's create": func(g *ground) call {
		maker := g.nodeMake("", right("tokensCreate", 5), right("nodePing"))
		return call{201, "", "POST " + nodeTokens, rights("", right("nodePing")), key(maker)}
	},
	"HOPRd's create by its superuser": func(g *ground) call {
		return call{201, "", "POST " + nodeTokens, rights("", right("nodePing")), g.superuser()}
	},
	"HOPRd's get": func(g *ground) call {
		return call{200, "", "GET " + nodeToken, "", basicUser(g.nodeMake("", right("tokensGetToken", 5)))}
	},
	"HOPRd's delete": func(g *ground) call {
		deleter := g.nodeMake("", right("tokensDelete", 5))
		return call{204, "", "DELETE " + nodeTokens + g.nodeMake("", right("nodePing")), "{}", key(deleter)}
	},
	"the gate, for a session": func(g *ground) call { return call{204, g.alice(), "GET /v1/auth", "", nil} },
	"the gate, for Quay's": func(g *ground) call {
		return call{204, "", "GET /v1/auth", "", []string{"Authorization", quayBasic("$app", g.quayToken("x").text("token_code"))}}
	},
	"the gate, for Authlance's": func(g *ground) call { return call{204, g.lanceOf().make("").text("token"), "GET /v1/auth", "", nil} },
}

// quayBearer is a native token of the administrator's that may use Quay's API.
func (g *ground) quayBearer() string {
	return g.ask(201, g.admin(), "POST /v1/tokens", `{"name":"automation","scopes":["user:admin"]}`).text("token")
}

// lanceOf is a new group, and the service's administrator in the place of its own.
func (g *ground) lanceOf() *lance { return &lance{ground: g, group: g.number(), ann: g.admin()} }

// Whichever call of the store fails, before its work or after it, there is no verdict: 503, and nothing that was made is
// shown. Only a use that is not noted is not the answer's affair.
func TestWhicheverCallOfTheStoreFailsNothingIsDecided(t *testing.T) {
	for name, prepare := range calls {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var faults *storetest.Faulty
			svc := inprocess.Over(t, func(store pat.Store) pat.Store { faults = storetest.NewFaulty(store); return faults },
				`LATCHKEY_POLICY={"creates":{"perMinute":1000000,"burst":1000000},"tokensPerOwner":1000}`)
			g := &ground{T: t, place: newPlace(t, svc.Door)}
			met := 0
			for _, method := range []string{"Keys", "Owner", "PutOwner", "Token", "CreateToken", "UpdateToken", "TouchToken", "SpendUses",
				"SpendCalls", "Tokens", "CountLive", "Answer"} {
				for nth := 1; g.fails(prepare, faults, method, nth); nth++ {
					met++
				}
			}
			if met == 0 {
				t.Error("it asks the store nothing")
			}
		})
	}
}

// fails has the nth call of the method fail, and reports whether there is one.
func (g *ground) fails(prepare func(*ground) call, faults *storetest.Faulty, method string, nth int) bool {
	g.Helper()
	for _, when := range []storetest.When{storetest.Before, storetest.After} {
		c := prepare(g)
		faults.Fail(method, nth, when)
		a := g.send(c.as, c.route, c.body, c.header...)
		met := !faults.Waiting()
		faults.Calm()
		if !met || method == "TouchToken" {
			if a.code != c.status {
				g.Errorf("%d, want %d: %s", a.code, c.status, a.body)
			}
			if !met {
				return false
			}
			continue
		}
		if fault := fmt.Sprintf("call %d of %s, %d", nth, method, when); a.code != 503 || a.header.Get("Retry-After") == "" || strings.Contains(a.body, `"token`) {
			g.Errorf("%s: %d %v %s", fault, a.code, a.header, a.body)
		}
	}
	return true
}
