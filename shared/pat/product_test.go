package pat_test

import (
	"errors"
	"testing"
	"time"

	"latchkey/shared/pat"
)

// Two products: Latchkey's own, and one that does as much otherwise as Docker Hub.
var (
	nativeAPI = pat.Product{Takes: map[pat.ProductName]pat.Form{pat.Native: pat.AsBearer | pat.AsPassword}}
	hubAPI    = pat.Product{Name: pat.DockerHub, Shape: pat.ShapeDockerHub, Exchanges: true, Secludes: true, Forgets: true, Lasts: true, Nameless: true}
)

// through is a caller with a session of the user, who speaks another product's API.
func (w *world) through(product pat.Product, name string) pat.Caller {
	w.t.Helper()
	w.as(name)
	credential := bearer(w.jwt(name))
	credential.Product = product
	caller, err := w.Authenticate(w.ctx, credential)
	if err != nil {
		w.t.Fatal(err)
	}
	return caller
}

// hubLogin is a log-in at Docker Hub.
func hubLogin(name string, secret pat.Secret) pat.LoginRequest {
	return pat.LoginRequest{Product: hubAPI, Username: name, Password: secret, Source: from(home)}
}

func TestAProductSeesWhatItMadeAndNativeSeesAll(t *testing.T) {
	w := newWorld(t)
	hub, native := w.through(hubAPI, "alice"), w.as("alice")
	own, other := w.create(hub).Token, w.create(native).Token
	if own.Product != pat.DockerHub || other.Product != pat.Native {
		t.Errorf("made by %q and %q", own.Product, other.Product)
	}
	for _, c := range []struct {
		by    pat.Caller
		id    pat.ID
		shown bool
	}{
		{hub, own.ID, true}, {hub, other.ID, false}, {native, own.ID, true}, {native, other.ID, true},
		{w.through(hubAPI, root), own.ID, false}, {w.as(root), own.ID, true},
	} {
		if _, err := w.Get(w.ctx, c.by, c.id); (err == nil) != c.shown {
			t.Errorf("%s through %q: %v", c.by.Owner, c.by.Product.Name, err)
		}
	}
	for n, by := range []pat.Product{1: hubAPI, 2: nativeAPI} {
		page, err := w.List(w.ctx, w.through(by, "alice"), pat.ListRequest{})
		w.must(err)
		if n > 0 && len(page.Tokens) != n {
			t.Errorf("%q lists %d tokens, want %d", by.Name, len(page.Tokens), n)
		}
	}
}

func TestAProductThatForgetsDoesNotKnowWhatHasEnded(t *testing.T) {
	w := newWorld(t)
	hub := w.through(hubAPI, "alice")
	revoked, compromised := w.create(hub).Token, w.create(hub).Token
	w.must(w.Delete(w.ctx, hub, pat.DeleteRequest{ID: revoked.ID}))
	w.rewrite(compromised.Prefix, func(t *pat.Token) { t.Compromised = true })
	for _, token := range []pat.Token{revoked, compromised} {
		_, err := w.Get(w.ctx, hub, token.ID)
		w.refused(err, pat.CodeNotFound)
		_, err = w.Patch(w.ctx, hub, pat.PatchRequest{ID: token.ID, Enabled: ptr(true)})
		w.refused(err, pat.CodeNotFound)
		w.refused(w.Delete(w.ctx, hub, pat.DeleteRequest{ID: token.ID}), pat.CodeNotFound)
		_, err = w.Get(w.ctx, w.as("alice"), token.ID)
		w.must(err)
		w.must(w.Delete(w.ctx, w.as("alice"), pat.DeleteRequest{ID: token.ID}))
	}
}

func TestAChangeThatComesSecondFindsForgottenWhatTheFirstEnded(t *testing.T) {
	w := newWorld(t)
	hub := w.through(hubAPI, "alice")
	second := map[string]func(pat.ID) error{
		"delete": func(id pat.ID) error { return w.Delete(w.ctx, hub, pat.DeleteRequest{ID: id}) },
		"patch": func(id pat.ID) error {
			_, err := w.Patch(w.ctx, hub, pat.PatchRequest{ID: id, Enabled: ptr(false)})
			return err
		},
	}
	for name, change := range second {
		t.Run(name, func(t *testing.T) {
			w.in(t)
			id := w.create(hub).Token.ID
			w.store.first("UpdateToken", func() { w.must(w.Delete(w.ctx, hub, pat.DeleteRequest{ID: id})) })
			w.refused(change(id), pat.CodeNotFound)
		})
	}
}

func TestWhatAProductAllowsOfATokensLifeAndName(t *testing.T) {
	w := newWorld(t)
	hub := w.through(hubAPI, "alice")
	century := morning.AddDate(100, 0, 0)
	for name, c := range map[string]struct {
		expiry pat.Expiry
		want   time.Time
	}{
		"nothing said": {pat.Expiry{}, time.Time{}},
		"never":        {pat.Expiry{Never: true}, time.Time{}},
		"a century":    {pat.Expiry{At: century}, century},
		"the last day": {pat.Expiry{At: time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)}, time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)},
	} {
		token := w.create(hub, withExpiry(c.expiry)).Token
		if !token.ExpiresAt.Equal(c.want) || token.PurgeAt.Year() > 9999 || token.PurgeAt.IsZero() != c.want.IsZero() {
			t.Errorf("%s: expires %v, is purged %v", name, token.ExpiresAt, token.PurgeAt)
		}
	}
	_, err := w.Create(w.ctx, hub, request(withExpiry(pat.Expiry{At: morning})))
	w.refusedFields(err, pat.CodeInvalid, "expiresAt: in the past")

	nameless := func(r *pat.CreateRequest) { r.Name = "" }
	w.create(hub, nameless)
	_, err = w.Create(w.ctx, w.as("alice"), request(nameless))
	w.refused(err, pat.CodeInvalid)
}

func TestWhatADialectKeepsOnATokenIsBounded(t *testing.T) {
	w := newWorld(t)
	keeps := func(n int) func(*pat.CreateRequest) {
		return func(r *pat.CreateRequest) { r.Wire = make([]byte, n) }
	}
	if made := w.create(w.through(hubAPI, "alice"), keeps(pat.MaxWire)); len(w.record(made.Token.Prefix).Wire) != pat.MaxWire {
		t.Errorf("it keeps %d bytes", len(w.record(made.Token.Prefix).Wire))
	}
	_, err := w.Create(w.ctx, w.as("alice"), request(keeps(pat.MaxWire+1)))
	w.refused(err, pat.CodeInternal)
}

func TestNoProductsTokenIsACredentialForAnother(t *testing.T) {
	w := newWorld(t)
	hub, native := w.create(w.through(hubAPI, "alice")).Secret, w.create(w.as("alice")).Secret
	for _, c := range []struct {
		product pat.Product
		secret  pat.Secret
		taken   bool
	}{
		{nativeAPI, native, true}, {nativeAPI, hub, false}, {hubAPI, native, false}, {hubAPI, hub, false},
	} {
		for _, scheme := range []pat.Scheme{pat.SchemeBearer, pat.SchemeBasic} {
			_, err := w.Authenticate(w.ctx, pat.Credential{Product: c.product, Scheme: scheme, Secret: c.secret, Source: from(home)})
			if c.taken != (err == nil) || err != nil && pat.CodeOf(err) != pat.CodeUnauthenticated {
				t.Errorf("%q takes it: %v, want %t", c.product.Name, err, c.taken)
			}
		}
	}
	w.wantVerdict(hub, pat.VerifyValid)
	w.wantVerdict(native, pat.VerifyValid)
}

func TestATokenLogsItsOwnerInWhereItsProductSaysSo(t *testing.T) {
	w := newWorld(t)
	hub := w.through(hubAPI, "alice")
	made := w.create(hub, withScopes("repo:read", "repo:write"))
	got, err := w.Login(w.ctx, hubLogin("alice", made.Secret))
	w.must(err)
	second := morning.Truncate(time.Second)
	want := pat.Session{ID: got.Session.ID, Owner: "user#alice", Epoch: w.row("user#alice").Epoch, Scopes: made.Token.Scopes,
		Token: made.Token.ID, Product: pat.DockerHub, Tag: w.row("user#alice").Tag, IssuedAt: second, ExpiresAt: second.Add(10 * time.Minute)}
	if diff := compare(want, got.Session); diff != "" {
		t.Error(diff)
	}
	if !w.record(made.Token.Prefix).Usage.LastUsedAt.Equal(morning) {
		t.Error("the use was not noted")
	}
	_, err = w.Login(w.ctx, pat.LoginRequest{Username: "alice", Password: made.Secret, Source: from(home)})
	w.refused(err, pat.CodeUnauthenticated)
	_, err = w.Login(w.ctx, hubLogin("", made.Secret))
	w.refused(err, pat.CodeUnauthenticated)
	_, err = w.Login(w.ctx, hubLogin("alice", w.create(w.as("alice")).Secret))
	w.refused(err, pat.CodeUnauthenticated)
}

func TestASessionGotWithATokenManagesNothing(t *testing.T) {
	w := newWorld(t)
	hub := w.through(hubAPI, root)
	made := w.create(hub, withScopes("repo:read"))
	got, err := w.Login(w.ctx, hubLogin(root, made.Secret))
	w.must(err)
	for _, product := range []pat.Product{hubAPI, nativeAPI} {
		credential := bearer(got.Secret)
		credential.Product = product
		_, err := w.Authenticate(w.ctx, credential)
		w.refused(err, pat.CodeExchanged)
	}
	w.rewriteOwner(pat.UserID(root), func(o *pat.Owner) { o.Epoch++ })
	_, err = w.Authenticate(w.ctx, bearer(got.Secret))
	w.refused(err, pat.CodeUnauthenticated)
}

func TestALoginWithATokenDecidesNothingWithoutTheStore(t *testing.T) {
	for _, method := range []string{"Token", "Owner"} {
		t.Run(method, func(t *testing.T) {
			w := newWorld(t)
			made := w.create(w.through(hubAPI, "alice"))
			w.store.fail(method, errors.New("the store is down"))
			_, err := w.Login(w.ctx, hubLogin("alice", made.Secret))
			w.refused(err, pat.CodeUnavailable)
		})
	}
}

func TestASuspendedOwnersTokenLogsNobodyIn(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.through(hubAPI, "alice"))
	for name, lose := range map[string]func(*pat.Owner){
		"suspended": func(o *pat.Owner) { o.Suspended = true },
		"deleted":   func(o *pat.Owner) { o.Suspended, o.Deleted = false, true },
	} {
		w.rewriteOwner("user#alice", lose)
		if _, err := w.Login(w.ctx, hubLogin("alice", made.Secret)); pat.CodeOf(err) != pat.CodeUnauthenticated {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnOwnersUUIDIsHisTag(t *testing.T) {
	tag := pat.Tag("k3v9b2mq")
	uuid := tag.UUID()
	if _, ok := pat.ParseID(uuid); !ok || uuid != tag.UUID() || uuid == pat.Tag("k3v9b2mr").UUID() {
		t.Errorf("got %s", uuid)
	}
	if got, ok := pat.TagOf(uuid); !ok || got != tag {
		t.Errorf("got %s back, %t", got, ok)
	}
	for _, bad := range []string{"", "x", uuid[:35] + "z", uuid[1:], "00000000-0000-8000-8000-000000000000", pat.Tag("").UUID()} {
		if tag, ok := pat.TagOf(bad); ok {
			t.Errorf("%q is of %s", bad, tag)
		}
	}
}

// A product without limits to a lifetime has them where the operator says so.
func TestThePolicysLifetimesCanBindAllProducts(t *testing.T) {
	for _, c := range []struct {
		name   string
		policy func(*pat.Policy)
		expiry pat.Expiry
		want   pat.Code
	}{
		{"not bound, without end", func(*pat.Policy) {}, pat.Expiry{}, ""},
		{"not bound, for years", func(*pat.Policy) {}, pat.Expiry{After: 5 * 366 * day}, ""},
		{"bound, without end", func(p *pat.Policy) { p.LifetimesForAll = true }, pat.Expiry{}, pat.CodeInvalid},
		{"bound, for years", func(p *pat.Policy) { p.LifetimesForAll = true }, pat.Expiry{After: 5 * 366 * day}, pat.CodeInvalid},
		{"bound, within", func(p *pat.Policy) { p.LifetimesForAll = true }, pat.Expiry{After: 30 * day}, ""},
		{"bound, where none needs an end", func(p *pat.Policy) { p.LifetimesForAll, p.AllowNeverExpiring = true, true }, pat.Expiry{}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, withPolicy(c.policy))
			_, err := w.Create(w.ctx, w.through(hubAPI, "alice"), request(func(r *pat.CreateRequest) { r.Expiry = c.expiry }))
			if pat.CodeOf(err) != c.want {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}
