package dynamo_test

import (
	"net/netip"
	"sync"
	"testing"
	"time"

	"latchkey/localstack/faultproxy"
	"latchkey/shared/pat"
)

// keyed is a product whose tokens are all one owner's, without a limit to their number.
var keyed = pat.Product{Name: pat.HOPRd, Shape: pat.ShapeHOPRd, Takes: map[pat.ProductName]pat.Form{pat.HOPRd: pat.AsKey},
	Superuser: true, Owner: pat.ServiceID(pat.HOPRd), Lasts: true, Nameless: true, Unlimited: true}

// root is the superuser.
func (d *desk) root() pat.Caller {
	d.Helper()
	root, err := d.Authenticate(d.Context(), pat.Credential{Product: keyed, Scheme: pat.SchemeKey, Keys: []pat.Secret{superuser}, Needs: "hoprd:tokensCreate",
		Grants: []pat.Scope{pat.ScopeTokensWrite}, Source: pat.Source{IP: netip.MustParseAddr("192.0.2.7")}})
	d.must(err)
	return root
}

// In a storm of conflicts a maker is told to come again, or has his token: none is lost, and none is made unseen.
func TestInAStormOfConflictsNoTokenIsLost(t *testing.T) {
	d := newDesk(t)
	root := d.root()
	ping := pat.CreateRequest{Scopes: []pat.Scope{"hoprd:nodePing"}}
	_, err := d.Create(t.Context(), root, ping)
	d.must(err)
	d.proxy.Fail("TransactWriteItems", faultproxy.Always, everyOther())
	made := make([]pat.CreateResult, 48)
	var all sync.WaitGroup
	for i := range made {
		all.Go(func() {
			var err error
			if made[i], err = d.Create(t.Context(), root, ping); err != nil {
				if e := pat.AsError(err); e.Code != pat.CodeUnavailable || e.RetryAfter < time.Second {
					t.Errorf("create: %v", err)
				}
			}
		})
	}
	all.Wait()
	d.proxy.Heal()
	won := 1
	for _, m := range made {
		if m.Secret.IsZero() {
			continue
		}
		won++
		if got, err := d.Verify(t.Context(), pat.VerifyRequest{Token: m.Secret}); err != nil || got.Code != pat.VerifyValid {
			t.Errorf("a token that was made is %s, %v", got.Code, err)
		}
	}
	d.same("tokens", len(d.walk(d.row(keyed.Owner), 100)), won)
	d.same("version of the owner", d.row(keyed.Owner).Version, int64(1))
	if won < 40 {
		t.Errorf("%d of 49 were made", won)
	}
}
