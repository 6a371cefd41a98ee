package pat_test

import (
	"strings"
	"testing"
	"time"

	"latchkey/shared/pat"
)

// mute is a product whose requests say nothing but a name, which may be any text.
var mute = pat.Product{Name: pat.Quay, Shape: pat.ShapeQuay, Takes: map[pat.ProductName]pat.Form{pat.Native: pat.AsBearer},
	Secludes: true, Forgets: true, ForgetsExpired: day, Lasts: true, Mute: true, AnyName: 255}

// byToken is a caller with a native token who speaks the product's API, where user:admin gives all that is needed.
func (w *world) byToken(product pat.Product, secret pat.Secret) pat.Caller {
	w.t.Helper()
	credential := bearer(secret)
	credential.Product, credential.Needs, credential.Grants = product, pat.ScopeUserAdmin, []pat.Scope{pat.ScopeTokensWrite, "quay:app"}
	caller, err := w.Authenticate(w.ctx, credential)
	w.must(err)
	return caller
}

var asApp = withScopes("quay:app")

func TestANameIsAnyTextWhereTheProductSaysSo(t *testing.T) {
	w := newWorld(t)
	alice := w.through(mute, "alice")
	for _, name := range []string{"", " ", "\x00", "a\x1b[2J\r\n\u202eb", strings.Repeat("😀", 255)} {
		made := w.create(alice, func(r *pat.CreateRequest) { r.Name = name })
		if got := w.record(made.Token.Prefix).Name; got != name {
			t.Errorf("%q is kept as %q", name, got)
		}
	}
	for _, name := range []string{strings.Repeat("a", 256), strings.Repeat("é", 256), "\xff"} {
		_, err := w.Create(w.ctx, alice, request(func(r *pat.CreateRequest) { r.Name = name }))
		w.refusedFields(err, pat.CodeInvalid, "name: at most 255 characters")
	}
}

func TestWhatAMuteProductsTokenMakesIsNoMoreThanIt(t *testing.T) {
	for _, c := range []struct {
		name   string
		policy func(*pat.Policy)
		maker  pat.Expiry
		want   time.Duration // from now; 0: no end
	}{
		{"its maker ends", func(*pat.Policy) {}, pat.Expiry{After: day}, day},
		{"its maker has no end", func(p *pat.Policy) { p.AllowNeverExpiring = true }, pat.Expiry{Never: true}, 0},
		{"its life is shorter", func(p *pat.Policy) { p.Lifetimes = map[pat.ProductName]time.Duration{pat.Quay: time.Hour} }, pat.Expiry{After: day}, time.Hour},
		{"its life is longer", func(p *pat.Policy) { p.Lifetimes = map[pat.ProductName]time.Duration{pat.Quay: 14 * day} }, pat.Expiry{After: day}, day},
		{"another product has a life", func(p *pat.Policy) { p.Lifetimes = map[pat.ProductName]time.Duration{pat.HOPRd: time.Hour} }, pat.Expiry{After: day}, day},
		{"lifetimes are for all", func(p *pat.Policy) { p.LifetimesForAll, p.DefaultLifetime = true, 2*day }, pat.Expiry{After: 30 * day}, 2 * day},
		{"a life beyond the maximum, which is for all", func(p *pat.Policy) {
			p.LifetimesForAll, p.MaxLifetime, p.DefaultLifetime = true, 10*day, day
			p.Lifetimes = map[pat.ProductName]time.Duration{pat.Quay: 14 * day}
		}, pat.Expiry{After: 10 * day}, 10 * day},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, withPolicy(c.policy))
			maker := w.create(w.as(root), withScopes(pat.ScopeUserAdmin), withIPs(home+"/32"), withExpiry(c.maker))
			made := w.create(w.byToken(mute, maker.Secret), asApp).Token
			if left := made.ExpiresAt.Sub(morning); c.want == 0 != made.ExpiresAt.IsZero() || c.want > 0 && left != c.want {
				t.Errorf("it ends %v, want after %s", made.ExpiresAt, c.want)
			}
			if diff := compare(nets(home+"/32"), made.AllowedIPs); diff != "" {
				t.Errorf("its addresses: -want +got:\n%s", diff)
			}
			if made.Owner != pat.UserID(root) || made.Product != pat.Quay {
				t.Errorf("it is %s's, of %q", made.Owner, made.Product)
			}
		})
	}
}

func TestWhatIsNeededAndGrantedIsForThatCallAlone(t *testing.T) {
	w := newWorld(t)
	for _, scopes := range [][]pat.Scope{{pat.ScopeTokensWrite}, {"repo:admin"}} {
		credential := bearer(w.create(w.as(root), withScopes(scopes...)).Secret)
		credential.Product, credential.Needs, credential.Grants = mute, pat.ScopeUserAdmin, []pat.Scope{pat.ScopeTokensWrite, "quay:app"}
		_, err := w.Authenticate(w.ctx, credential)
		if e := w.refused(err, pat.CodeInsufficientScope); e.Scope != pat.ScopeUserAdmin {
			t.Errorf("%s: it needs %s", scopes, e.Scope)
		}
	}
	secret := w.create(w.as(root), withScopes(pat.ScopeUserAdmin)).Secret
	w.create(w.byToken(mute, secret), asApp)
	_, err := w.Create(w.ctx, w.byToken(mute, secret), request(withScopes("repo:read")))
	w.refused(err, pat.CodeForbidden)
	_, err = w.Create(w.ctx, w.by(secret), request(asApp))
	w.refused(err, pat.CodeInsufficientScope)
}

func TestAnExpiredTokenIsForgottenAfterTheProductsTime(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.through(mute, "alice"), withExpiry(pat.Expiry{After: time.Hour})).Token
	listed := func(want int) {
		t.Helper()
		all, err := w.ListWhole(w.ctx, w.through(mute, "alice"), pat.WholeRequest{})
		w.must(err)
		if len(all) != want {
			t.Errorf("%d are listed, want %d", len(all), want)
		}
	}
	w.clock.advance(time.Hour + day - time.Millisecond)
	listed(1)
	w.clock.advance(time.Millisecond)
	listed(0)
	w.refused(w.Delete(w.ctx, w.through(mute, "alice"), pat.DeleteRequest{ID: made.ID}), pat.CodeNotFound)
	_, err := w.Get(w.ctx, w.as("alice"), made.ID)
	w.must(err)
}

func TestAWholeListNeedsTheRightToRead(t *testing.T) {
	w := newWorld(t)
	caller := w.by(w.create(w.as("alice"), withScopes("repo:read")).Secret)
	_, err := w.ListWhole(w.ctx, caller, pat.WholeRequest{})
	if e := w.refused(err, pat.CodeInsufficientScope); e.Scope != pat.ScopeTokensRead {
		t.Errorf("it needs %s", e.Scope)
	}
}

func TestSoonIsATenthOfALife(t *testing.T) {
	for _, c := range []struct {
		name      string
		lifetimes map[pat.ProductName]time.Duration
		soon      time.Duration
	}{
		{"of the product's", map[pat.ProductName]time.Duration{pat.Quay: 10 * day}, day},
		{"of four weeks, where it has none", map[pat.ProductName]time.Duration{pat.HOPRd: 10 * day}, 28 * day / 10},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, withPolicy(func(p *pat.Policy) { p.Lifetimes = c.lifetimes }))
			alice := w.through(mute, "alice")
			for name, after := range map[string]time.Duration{"ended": time.Millisecond, "now": 2 * time.Millisecond, "soon": c.soon + time.Millisecond,
				"later": c.soon + 2*time.Millisecond} {
				w.create(alice, withExpiry(pat.Expiry{After: after}), func(r *pat.CreateRequest) { r.Name = name })
			}
			w.clock.advance(time.Millisecond)
			all, err := w.ListWhole(w.ctx, w.through(mute, "alice"), pat.WholeRequest{Soon: true})
			w.must(err)
			names := map[string]bool{}
			for _, token := range all {
				names[token.Name] = true
			}
			if diff := compare(map[string]bool{"now": true, "soon": true}, names); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}
