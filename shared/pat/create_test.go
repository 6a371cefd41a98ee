package pat_test

import (
	"errors"
	"net/netip"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"latchkey/shared/pat"
)

const day = 24 * time.Hour

func TestACreatedTokenIsWhatWasAskedFor(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.as("alice"), func(r *pat.CreateRequest) {
		*r = pat.CreateRequest{Name: "deploy", Description: "two\nlines", Scopes: []pat.Scope{"repo:write", "repo:admin"},
			Expiry: pat.Expiry{After: time.Hour}, NotBefore: morning.Add(time.Minute), AllowedIPs: nets("192.0.2.0/24"), MaxUses: 3}
	})
	want := pat.Token{
		Prefix: made.Token.Prefix, ID: made.Token.ID, Hash: made.Secret.Hash(), Owner: "user#alice", CreatedBy: "user#alice",
		Name: "deploy", Description: "two\nlines", Scopes: []pat.Scope{"repo:write", "repo:admin"}, AllowedIPs: nets("192.0.2.0/24"),
		NotBefore: morning.Add(time.Minute), ExpiresAt: morning.Add(time.Hour), MaxUses: 3,
		CreatedAt: morning, UpdatedAt: morning, Version: 1, OwnerEpoch: 1, PurgeAt: morning.Add(time.Hour + 30*day), DueAt: morning.Add(time.Hour),
		LastChange: pat.Change{Kind: pat.ChangeCreated, By: "user#alice", Via: "session", IP: netip.MustParseAddr(home), At: morning},
	}
	if diff := compare(want, made.Token); diff != "" {
		t.Errorf("answered (-want +got):\n%s", diff)
	}
	if diff := compare(want, w.record(made.Token.Prefix)); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
	if made.Token.Prefix.Tag() != w.row("user#alice").Tag || made.Token.ID.Prefix() != made.Token.Prefix || made.Replayed {
		t.Errorf("got %s of %s, replayed %t", made.Token.Prefix, made.Token.ID, made.Replayed)
	}
	if form := "pat_" + string(made.Token.Prefix) + "-"; !strings.HasPrefix(made.Secret.Reveal(), form) || len(made.Secret.Reveal()) != 77 {
		t.Error("the secret is not of the native form")
	}
}

func TestTheBrandLeadsTheSecret(t *testing.T) {
	w := newWorld(t, withPolicy(func(p *pat.Policy) { p.Brand = "acme" }))
	made := w.create(w.as("alice"))
	if !strings.HasPrefix(made.Secret.Reveal(), "acme_"+string(made.Token.Prefix)+"-") {
		t.Error("it does not")
	}
	w.wantVerdict(made.Secret, pat.VerifyValid)
}

const (
	noControl = "no control characters and none that change the direction of writing "
	network   = "an address, or a network with its host bits zero such as 192.0.2.0/24"
	scopeIs   = "a scope is resource:action in lower case, at most 128 characters"
	groupIs   = "letters, digits and . _ : -, at most 64"
)

func manyScopes(n int) []pat.Scope {
	out := make([]pat.Scope, n)
	for i := range out {
		out[i] = pat.Scope("r:" + strings.Repeat("a", i+1))
	}
	return out
}

func TestEveryPartOfACreationHasItsBounds(t *testing.T) {
	name := func(s string) func(*pat.CreateRequest) { return func(r *pat.CreateRequest) { r.Name = s } }
	description := func(s string) func(*pat.CreateRequest) { return func(r *pat.CreateRequest) { r.Description = s } }
	at := func(d time.Duration) func(*pat.CreateRequest) { return withExpiry(pat.Expiry{At: morning.Add(d)}) }
	after := func(d time.Duration) func(*pat.CreateRequest) { return withExpiry(pat.Expiry{After: d}) }
	notBefore := func(d time.Duration) func(*pat.CreateRequest) {
		return func(r *pat.CreateRequest) { r.NotBefore, r.Expiry.After = morning.Add(d), time.Hour }
	}
	const tooLate = "expiresAt: at most 366 days from now, which is 2027-03-05T05:06:07Z"
	for _, c := range []struct {
		name string
		edit func(*pat.CreateRequest)
		want []string // none: it is accepted
	}{
		{"no name", name(""), []string{"name: a name is needed"}},
		{"a blank name", name(" \u00a0\u3000"), []string{"name: a name is needed"}},
		{"a name of characters that show nothing", name("\u200b\u2060\u00ad\u3164"), []string{"name: a name is needed"}},
		{"a name of 100 characters", name(strings.Repeat("é", 100)), nil},
		{"a name of 101 characters", name(strings.Repeat("é", 101)), []string{"name: at most 100 characters"}},
		{"a name in any script", name("部署 тест 🚀\u200d"), nil},
		{"a name that is no text", name("a\xffb"), []string{"name: not valid UTF-8"}},
		{"a name with a NUL", name("a\x00b"), []string{"name: " + noControl + "(U+0000)"}},
		{"a name with a newline", name("a\nb"), []string{"name: " + noControl + "(U+000A)"}},
		{"a name with an escape", name("\x1b[31mred"), []string{"name: " + noControl + "(U+001B)"}},
		{"a name with DEL", name("a\x7f"), []string{"name: " + noControl + "(U+007F)"}},
		{"a name with a C1 control", name("a\u009b"), []string{"name: " + noControl + "(U+009B)"}},
		{"a name that turns right to left", name("a\u202eb"), []string{"name: " + noControl + "(U+202E)"}},
		{"a name that isolates", name("a\u2067b"), []string{"name: " + noControl + "(U+2067)"}},
		{"a name with a direction mark", name("a\u200fb"), []string{"name: " + noControl + "(U+200F)"}},
		{"a name with an Arabic letter mark", name("a\u061cb"), []string{"name: " + noControl + "(U+061C)"}},
		{"a name with a line separator", name("a\u2028b"), []string{"name: " + noControl + "(U+2028)"}},
		{"a name with a byte order mark", name("\ufeffa"), []string{"name: " + noControl + "(U+FEFF)"}},
		{"a long name with a control", name(strings.Repeat("a", 101) + "\x00"), []string{"name: at most 100 characters", "name: " + noControl + "(U+0000)"}},

		{"no description", description(""), nil},
		{"a description of lines and tabs", description("a\n\tb"), nil},
		{"a description with a carriage return", description("a\r\n"), []string{"description: " + noControl + "(U+000D)"}},
		{"a description of 1000 characters", description(strings.Repeat("é", 1000)), nil},
		{"a description of 1001 characters", description(strings.Repeat("é", 1001)), []string{"description: at most 1000 characters"}},
		{"a description that turns right to left", description("a\u202eb"), []string{"description: " + noControl + "(U+202E)"}},

		{"no scopes", withScopes(), []string{"scopes: at least one scope"}},
		{"64 scopes", withScopes(manyScopes(64)...), nil},
		{"65 scopes", withScopes(manyScopes(65)...), []string{"scopes: at most 64 scopes"}},
		{"malformed scopes", withScopes("repo:read", "repo", "Repo:read"), []string{"scopes/1: " + scopeIs, "scopes/2: " + scopeIs}},
		{"a scope twice", withScopes("a:b", "c:d", "a:b"), []string{"scopes/2: this scope is there twice"}},

		{"an expiry now", at(0), []string{"expiresAt: in the past"}},
		{"an expiry in the past", at(-time.Hour), []string{"expiresAt: in the past"}},
		{"an expiry within this millisecond", at(999 * time.Microsecond), []string{"expiresAt: in the past"}},
		{"an expiry in a millisecond", at(time.Millisecond), nil},
		{"an expiry in 366 days", at(366 * day), nil},
		{"an expiry a millisecond later", at(366*day + time.Millisecond), []string{tooLate}},
		{"a lifetime below zero", after(-time.Second), []string{"expiresAt: in the past"}},
		{"a lifetime of 366 days", after(366 * day), nil},
		{"a lifetime of 367 days", after(367 * day), []string{tooLate}},
		{"a lifetime without an end", after(1<<63 - 1), []string{tooLate}},
		{"no expiry", withExpiry(pat.Expiry{Never: true}), []string{"expiresAt: the policy has no tokens without an expiry; at most 366 days"}},

		{"a start in the past", notBefore(-time.Hour), nil},
		{"a start just before the end", notBefore(time.Hour - time.Millisecond), nil},
		{"a start at the end", notBefore(time.Hour), []string{"notBefore: before the expiry, which is 2026-03-04T06:06:07Z"}},
		{"a start after the end", notBefore(2 * time.Hour), []string{"notBefore: before the expiry, which is 2026-03-04T06:06:07Z"}},

		{"32 networks", func(r *pat.CreateRequest) { r.AllowedIPs = make32() }, nil},
		{"33 networks", func(r *pat.CreateRequest) { r.AllowedIPs = append(make32(), nets("::1/128")...) }, []string{"allowedIps: at most 32"}},
		{"a network with host bits", withIPs("192.0.2.0/24", "192.0.2.7/24"), []string{"allowedIps/1: " + network}},
		{"an IPv4 network in IPv6", withIPs("::ffff:192.0.2.0/120"), []string{"allowedIps/0: " + network}},
		{"a network that is none", func(r *pat.CreateRequest) { r.AllowedIPs = []netip.Prefix{{}} }, []string{"allowedIps/0: " + network}},
		{"everywhere", withIPs("0.0.0.0/0", "::/0"), nil},

		{"uses below zero", withUses(-1), []string{"maxUses: 1 to 1000000000"}},
		{"one use", withUses(1), nil},
		{"a thousand million uses", withUses(1e9), nil},
		{"one use more", withUses(1e9 + 1), []string{"maxUses: 1 to 1000000000"}},

		{"a malformed group", forGroup("a b"), []string{"groupId: " + groupIs}},
		{"a group with a long name", forGroup(strings.Repeat("a", 65)), []string{"groupId: " + groupIs}},

		{"all wrong at once", func(r *pat.CreateRequest) {
			*r = pat.CreateRequest{Description: "\x00", Expiry: pat.Expiry{At: morning}, MaxUses: -1, AllowedIPs: make([]netip.Prefix, 1)}
		}, []string{"name: a name is needed", "description: " + noControl + "(U+0000)", "scopes: at least one scope",
			"expiresAt: in the past", "maxUses: 1 to 1000000000", "allowedIps/0: " + network}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			made, err := w.Create(w.ctx, w.as("alice"), request(c.edit))
			if c.want == nil {
				w.must(err)
				w.record(made.Token.Prefix)
				return
			}
			w.refusedFields(err, pat.CodeInvalid, c.want...)
			if diff := compare(pat.CreateResult{}, made); diff != "" || w.store.calls("CreateToken") != 0 {
				t.Errorf("something was made: %s", diff)
			}
		})
	}
}

func make32() []netip.Prefix {
	out := make([]netip.Prefix, 32)
	for i := range out {
		out[i] = netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, 0, byte(i)}), 32)
	}
	return out
}

func TestPolicyBoundsACreation(t *testing.T) {
	never := withExpiry(pat.Expiry{Never: true})
	for _, c := range []struct {
		name   string
		policy func(*pat.Policy)
		edit   func(*pat.CreateRequest)
		want   []string
	}{
		{"never expiring may be allowed", func(p *pat.Policy) { p.AllowNeverExpiring = true }, never, nil},
		{"a maximum that is no whole day is named as it is", func(p *pat.Policy) { p.MaxLifetime = 90 * time.Minute }, never,
			[]string{"expiresAt: the policy has no tokens without an expiry; at most 1h30m0s"}},
		{"a maximum of one day is one day", func(p *pat.Policy) { p.MaxLifetime = day }, never,
			[]string{"expiresAt: the policy has no tokens without an expiry; at most 1 day"}},
		{"a scope that is not listed is not minted", func(p *pat.Policy) { p.Mintable = []pat.Scope{"repo:read"} },
			withScopes("repo:read", "repo:write", "repo:public_read"),
			[]string{"scopes/1: the policy has no such scope", "scopes/2: the policy has no such scope"}},
		{"management scopes need no listing", func(p *pat.Policy) { p.Mintable = []pat.Scope{"repo:read"} },
			withScopes("repo:read", pat.ScopeTokensRead), nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, withPolicy(c.policy))
			made, err := w.Create(w.ctx, w.as("alice"), request(c.edit))
			if c.want != nil {
				w.refusedFields(err, pat.CodeInvalid, c.want...)
				return
			}
			w.must(err)
			w.wantVerdict(made.Secret, pat.VerifyValid)
		})
	}
}

func TestATokenWithoutAnExpiryIsNeverPurgedUnlessRevoked(t *testing.T) {
	w := newWorld(t, withPolicy(func(p *pat.Policy) { p.AllowNeverExpiring = true }))
	alice := w.as("alice")
	made := w.create(alice, withExpiry(pat.Expiry{Never: true}))
	w.create(alice, withExpiry(pat.Expiry{Never: true}), func(r *pat.CreateRequest) { r.NotBefore = morning.Add(day) })
	if !made.Token.ExpiresAt.IsZero() || !made.Token.PurgeAt.IsZero() {
		t.Errorf("it expires %s and is purged %s", made.Token.ExpiresAt, made.Token.PurgeAt)
	}
	w.clock.advance(20 * 366 * day)
	w.wantVerdict(made.Secret, pat.VerifyValid)
	w.must(w.Delete(w.ctx, w.as("alice"), pat.DeleteRequest{ID: made.Token.ID}))
	if got := w.record(made.Token.Prefix).PurgeAt; !got.Equal(w.clock.Now().Add(30 * day)) {
		t.Errorf("purged %s after a revocation at %s", got, w.clock.Now())
	}
}

func TestTheDefaultLifetimeIsThePolicys(t *testing.T) {
	w := newWorld(t)
	if got := w.create(w.as("alice")).Token.ExpiresAt; !got.Equal(morning.Add(90 * day)) {
		t.Errorf("it expires %s", got)
	}
}

func TestTimesAreKeptInUTCAndWholeMilliseconds(t *testing.T) {
	w := newWorld(t)
	w.clock.set(morning.Add(1_999_999).In(time.FixedZone("far", 5*3600)))
	east := time.FixedZone("east", 3600)
	made := w.create(w.as("alice"), func(r *pat.CreateRequest) {
		r.Expiry.At = morning.Add(time.Hour + 1_999_999).In(east)
		r.NotBefore = morning.Add(time.Minute + 1_999_999).In(east)
	})
	for name, got := range map[string][2]time.Time{
		"createdAt": {made.Token.CreatedAt, morning.Add(time.Millisecond)},
		"expiresAt": {made.Token.ExpiresAt, morning.Add(time.Hour + time.Millisecond)},
		"notBefore": {made.Token.NotBefore, morning.Add(time.Minute + time.Millisecond)},
	} {
		if got[0] != got[1] {
			t.Errorf("%s is %s, want %s", name, got[0], got[1])
		}
	}
}

func TestTheLimitCountsLiveTokens(t *testing.T) {
	w := newWorld(t, withPolicy(func(p *pat.Policy) { p.TokensPerOwner = 3 }))
	alice, bob := w.as("alice"), w.as("bob")
	full := func() {
		t.Helper()
		e := w.refused(errOf(w.Create(w.ctx, alice, request())), pat.CodeLimitReached)
		if e.Message != "3 live tokens are the limit; revoke one first" {
			t.Errorf("message %q", e.Message)
		}
	}
	first := w.create(alice)
	short := w.create(alice, withExpiry(pat.Expiry{After: time.Minute}))
	w.create(alice)
	full()
	w.create(bob)
	w.must(errOf(w.Patch(w.ctx, alice, pat.PatchRequest{ID: first.Token.ID, Enabled: ptr(false)})))
	full() // a disabled one can be enabled again
	w.must(w.Delete(w.ctx, alice, pat.DeleteRequest{ID: first.Token.ID}))
	w.create(alice)
	full()
	w.clock.set(short.Token.ExpiresAt.Add(-time.Millisecond))
	full()
	w.clock.set(short.Token.ExpiresAt)
	w.create(alice)
	full()
}

func TestTheLimitIsExactHoweverManyCreationsRace(t *testing.T) {
	w := newWorld(t, withPolicy(func(p *pat.Policy) { p.TokensPerOwner = 5 }))
	alice := w.as("alice")
	var made, refused atomic.Int64
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() {
			_, err := w.Create(w.ctx, alice, request())
			switch {
			case err == nil:
				made.Add(1)
			case pat.CodeOf(err) == pat.CodeLimitReached:
				refused.Add(1)
			}
		})
	}
	all.Wait()
	if made.Load() != 5 || refused.Load() != 15 {
		t.Errorf("%d were made and %d refused, of 20 with a limit of 5", made.Load(), refused.Load())
	}
}

func TestCreationsAreThrottledPerCaller(t *testing.T) {
	w := newWorld(t, withPolicy(func(p *pat.Policy) { p.Creates = pat.Rate{PerMinute: 2, Burst: 3} }))
	alice, bob := w.as("alice"), w.as("bob")
	for range 3 {
		w.create(alice)
	}
	e := w.refused(errOf(w.Create(w.ctx, alice, request())), pat.CodeRateLimited)
	if e.RetryAfter != 30*time.Second {
		t.Errorf("retry after %s", e.RetryAfter)
	}
	w.create(bob)
	w.clock.advance(30 * time.Second)
	w.create(alice)
	w.refused(errOf(w.Create(w.ctx, alice, request())), pat.CodeRateLimited)
}

func TestATakenAddressIsDrawnAgain(t *testing.T) {
	w := newWorld(t)
	alice := w.as("alice")
	w.store.failNext("CreateToken", 2, pat.ErrPrefixTaken)
	made := w.create(alice)
	w.wantVerdict(made.Secret, pat.VerifyValid)
	if n := w.store.calls("CreateToken"); n != 3 {
		t.Errorf("%d tries", n)
	}
}

func TestACreationGivesUpInTheEnd(t *testing.T) {
	w := newWorld(t)
	alice := w.as("alice")
	w.store.fail("CreateToken", pat.ErrOwnerMoved)
	e := w.refused(errOf(w.Create(w.ctx, alice, request())), pat.CodeUnavailable)
	if n := w.store.calls("CreateToken"); n != 16 || !errors.Is(e, pat.ErrOwnerMoved) {
		t.Errorf("after %d tries: %v", n, e)
	}
}

func TestAFailingStoreMakesNoToken(t *testing.T) {
	down := errors.New("the store is down")
	for _, method := range []string{"Owner", "CountLive", "CreateToken"} {
		t.Run(method, func(t *testing.T) {
			w := newWorld(t)
			alice := w.as("alice")
			w.store.fail(method, down)
			made, err := w.Create(w.ctx, alice, request())
			if e := w.refused(err, pat.CodeUnavailable); !errors.Is(e, down) || !made.Secret.IsZero() {
				t.Errorf("got %+v, %v", made, e)
			}
		})
	}
	t.Run("PutOwner, of an owner's first token", func(t *testing.T) {
		w := newWorld(t)
		w.identities["foreign.a.x"] = pat.Identity{Issuer: "https://issuer.example", Subject: "42"}
		stranger := w.by(pat.NewSecret("foreign.a.x"))
		w.store.fail("PutOwner", down)
		w.refused(errOf(w.Create(w.ctx, stranger, request())), pat.CodeUnavailable)
	})
	t.Run("randomness", func(t *testing.T) {
		w := newWorld(t, func(c *pat.Config) { c.Rand = exhausted{} })
		w.refused(errOf(w.Create(w.ctx, w.as("alice"), request())), pat.CodeInternal)
	})
}

func TestALostAnswerToACreationIsNoSecret(t *testing.T) {
	w := newWorld(t)
	alice := w.as("alice")
	w.store.lose("CreateToken", errors.New("the answer was lost"))
	made, err := w.Create(w.ctx, alice, request())
	w.refused(err, pat.CodeUnavailable)
	page, err := w.List(w.ctx, alice, pat.ListRequest{})
	if err != nil || len(page.Tokens) != 1 || !made.Secret.IsZero() {
		t.Errorf("%d tokens are there, %v", len(page.Tokens), err)
	}
}
