package pat_test

import (
	"strings"
	"testing"
	"time"

	"latchkey/shared/pat"
)

// rights are the dimensions in which a token may not go beyond the one that makes or widens it. Each wish is
// judged against a calling token with the scopes tokens:write and repo:write, ten days, and two networks.
var rights = []struct {
	name   string
	scopes []pat.Scope
	expiry pat.Expiry
	ips    string
	want   []string
}{
	{"all of its own", []pat.Scope{"tokens:write", "repo:write"}, pat.Expiry{After: 10 * day}, "192.0.2.0/24 2001:db8::/32", nil},
	{"less of everything", []pat.Scope{"repo:write"}, pat.Expiry{After: time.Hour}, "192.0.2.7/32", nil},
	{"what its scopes imply", []pat.Scope{"repo:read", "repo:public_read", "tokens:read"}, pat.Expiry{After: day}, "192.0.2.0/25", nil},
	{"a higher scope", []pat.Scope{"repo:write", "repo:admin"}, pat.Expiry{After: day}, "192.0.2.0/25",
		[]string{"scopes/1: the caller does not hold repo:admin, so it cannot give it"}},
	{"another scope", []pat.Scope{"thing:do"}, pat.Expiry{After: day}, "192.0.2.0/25",
		[]string{"scopes/0: the caller does not hold thing:do, so it cannot give it"}},
	{"another management scope", []pat.Scope{"self:rotate", "tokens:introspect", "admin:all"}, pat.Expiry{After: day}, "192.0.2.0/25",
		[]string{"scopes/0: the caller does not hold self:rotate, so it cannot give it",
			"scopes/1: the caller does not hold tokens:introspect, so it cannot give it",
			"scopes/2: the caller does not hold admin:all, so it cannot give it"}},
	{"a longer life", []pat.Scope{"repo:read"}, pat.Expiry{After: 10*day + time.Millisecond}, "192.0.2.0/25",
		[]string{"expiresAt: not after the calling token's own expiry, 2026-03-14T05:06:07Z"}},
	{"life without an end", []pat.Scope{"repo:read"}, pat.Expiry{Never: true}, "192.0.2.0/25",
		[]string{"expiresAt: not after the calling token's own expiry, 2026-03-14T05:06:07Z"}},
	{"anywhere", []pat.Scope{"repo:read"}, pat.Expiry{After: day}, "", []string{"allowedIps: not wider than the calling token's own"}},
	{"a wider network", []pat.Scope{"repo:read"}, pat.Expiry{After: day}, "192.0.2.0/23", []string{"allowedIps: not wider than the calling token's own"}},
	{"all of IPv4", []pat.Scope{"repo:read"}, pat.Expiry{After: day}, "0.0.0.0/0", []string{"allowedIps: not wider than the calling token's own"}},
	{"one network more", []pat.Scope{"repo:read"}, pat.Expiry{After: day}, "192.0.2.0/25 198.51.100.0/24",
		[]string{"allowedIps: not wider than the calling token's own"}},
	{"everything at once", []pat.Scope{"thing:do"}, pat.Expiry{Never: true}, "::/0",
		[]string{"scopes/0: the caller does not hold thing:do, so it cannot give it",
			"expiresAt: not after the calling token's own expiry, 2026-03-14T05:06:07Z",
			"allowedIps: not wider than the calling token's own"}},
}

func neverExpiring(p *pat.Policy) { p.AllowNeverExpiring = true }

// calling is alice's token that makes and widens others.
func (w *world) calling(edits ...func(*pat.CreateRequest)) pat.Caller {
	w.t.Helper()
	edits = append([]func(*pat.CreateRequest){withScopes("tokens:write", "repo:write"), withExpiry(pat.Expiry{After: 10 * day}),
		withIPs("192.0.2.0/24", "2001:db8::/32")}, edits...)
	return w.by(w.create(w.as("alice"), edits...).Secret)
}

func TestATokenMakesNoneBeyondItself(t *testing.T) {
	for _, c := range rights {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, withPolicy(neverExpiring))
			made, err := w.Create(w.ctx, w.calling(), request(withScopes(c.scopes...), withExpiry(c.expiry), withIPs(strings.Fields(c.ips)...)))
			if c.want != nil {
				w.refusedFields(err, pat.CodeForbidden, c.want...)
				return
			}
			w.must(err)
			if made.Token.Owner != "user#alice" || !strings.HasPrefix(made.Token.LastChange.Via, "token:") {
				t.Errorf("owner %s, made via %s", made.Token.Owner, made.Token.LastChange.Via)
			}
			w.wantVerdict(made.Secret, pat.VerifyValid)
		})
	}
}

func TestATokenWidensNoneBeyondItself(t *testing.T) {
	for _, c := range rights {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, withPolicy(neverExpiring))
			calling := w.calling()
			narrow := w.create(w.as("alice"), withScopes("repo:public_read"), withExpiry(pat.Expiry{After: time.Minute}), withIPs("192.0.2.7/32")).Token
			req := pat.PatchRequest{ID: narrow.ID, Scopes: &c.scopes, Expiry: &c.expiry, AllowedIPs: ptr(nets(strings.Fields(c.ips)...))}
			got, err := w.Patch(w.ctx, calling, req)
			if c.want != nil {
				w.refusedFields(err, pat.CodeForbidden, c.want...)
				if diff := compare(narrow, w.record(narrow.Prefix)); diff != "" {
					t.Errorf("it was changed: %s", diff)
				}
				return
			}
			w.must(err)
			if diff := compare(c.scopes, got.Scopes); diff != "" || got.Version != 2 {
				t.Errorf("version %d, scopes %s", got.Version, diff)
			}
		})
	}
}

func TestWideningOneThingIsJudgedByTheWholeToken(t *testing.T) {
	// A token that is already beyond the calling one gets nothing more from it, not even what it could give.
	for _, c := range []struct {
		name    string
		strong  []func(*pat.CreateRequest)
		req     pat.PatchRequest
		refused bool
	}{
		{"a longer life for a stronger token", []func(*pat.CreateRequest){withScopes("repo:admin"), withExpiry(pat.Expiry{After: time.Hour})},
			pat.PatchRequest{Expiry: &pat.Expiry{After: 2 * time.Hour}}, true},
		{"a network for a stronger token", []func(*pat.CreateRequest){withScopes("repo:admin"), withIPs("192.0.2.7/32")},
			pat.PatchRequest{AllowedIPs: ptr(nets("192.0.2.8/32"))}, true},
		{"a scope for one that lives longer", []func(*pat.CreateRequest){withScopes("repo:read"), withIPs("192.0.2.7/32")},
			pat.PatchRequest{Scopes: &[]pat.Scope{"repo:write"}}, true},
		{"enabling a stronger token that was disabled", []func(*pat.CreateRequest){withScopes("repo:admin")}, pat.PatchRequest{Enabled: ptr(true)}, true},
		{"enabling one of its own strength that was disabled", []func(*pat.CreateRequest){withScopes("repo:read"), withExpiry(pat.Expiry{After: day}), withIPs("192.0.2.7/32")},
			pat.PatchRequest{Enabled: ptr(true)}, false},
		{"a life without an end", []func(*pat.CreateRequest){withScopes("repo:read"), withIPs("192.0.2.7/32"), withExpiry(pat.Expiry{After: day})},
			pat.PatchRequest{Expiry: &pat.Expiry{Never: true}}, true},
		{"an end for a token without one", []func(*pat.CreateRequest){withScopes("repo:admin"), withExpiry(pat.Expiry{Never: true})},
			pat.PatchRequest{Expiry: &pat.Expiry{After: 20 * day}}, false},
		{"another name for a stronger token", []func(*pat.CreateRequest){withScopes("repo:admin")}, pat.PatchRequest{Name: ptr("new")}, false},
		{"a shorter life for a stronger token", []func(*pat.CreateRequest){withScopes("repo:admin"), withExpiry(pat.Expiry{After: 20 * day})},
			pat.PatchRequest{Expiry: &pat.Expiry{After: 15 * day}}, false},
		{"a lower scope for a stronger token", []func(*pat.CreateRequest){withScopes("repo:admin")},
			pat.PatchRequest{Scopes: &[]pat.Scope{"repo:write"}}, false},
		{"fewer networks for a stronger token", []func(*pat.CreateRequest){withScopes("repo:admin"), withIPs("198.51.100.0/24")},
			pat.PatchRequest{AllowedIPs: ptr(nets("198.51.100.7/32"))}, false},
		{"enabling a stronger token that is not disabled", []func(*pat.CreateRequest){withScopes("repo:admin")}, pat.PatchRequest{Enabled: ptr(true)}, false},
		{"disabling a stronger token", []func(*pat.CreateRequest){withScopes("repo:admin")}, pat.PatchRequest{Enabled: ptr(false)}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, withPolicy(neverExpiring))
			calling := w.calling()
			strong := w.create(w.as("alice"), c.strong...).Token
			if strings.HasSuffix(c.name, "that was disabled") {
				w.must(errOf(w.Patch(w.ctx, w.as("alice"), pat.PatchRequest{ID: strong.ID, Enabled: ptr(false)})))
			}
			c.req.ID = strong.ID
			if _, err := w.Patch(w.ctx, calling, c.req); c.refused {
				w.refused(err, pat.CodeForbidden)
			} else {
				w.must(err)
			}
		})
	}
}

func TestTheDefaultLifetimeEndsWithTheCallingToken(t *testing.T) {
	w := newWorld(t)
	calling := w.calling()
	if got := w.create(calling, withIPs("192.0.2.0/24")).Token.ExpiresAt; !got.Equal(morning.Add(10 * day)) {
		t.Errorf("it expires %s", got)
	}
	long := w.calling(withExpiry(pat.Expiry{After: 300 * day}))
	if got := w.create(long, withIPs("192.0.2.0/24")).Token.ExpiresAt; !got.Equal(morning.Add(90 * day)) {
		t.Errorf("it expires %s", got)
	}
	target := w.create(w.as("alice"), withScopes("repo:read"), withIPs("192.0.2.0/24"), withExpiry(pat.Expiry{After: day})).Token
	got, err := w.Patch(w.ctx, calling, pat.PatchRequest{ID: target.ID, Expiry: &pat.Expiry{}})
	if w.must(err); !got.ExpiresAt.Equal(morning.Add(10 * day)) {
		t.Errorf("patched to the default, it expires %s", got.ExpiresAt)
	}
}

func TestATokenWithLimitedUsesMakesAndWidensNoOther(t *testing.T) {
	w := newWorld(t)
	calling := w.calling(withUses(100))
	const refusal = "maxUses: a token with a limited number of uses makes and widens no others"
	narrow := request(withIPs("192.0.2.7/32"), withExpiry(pat.Expiry{After: time.Hour}), withUses(1))
	w.refusedFields(errOf(w.Create(w.ctx, calling, narrow)), pat.CodeForbidden, refusal)

	target := w.create(w.as("alice"), withIPs("192.0.2.7/32"), withExpiry(pat.Expiry{After: time.Hour})).Token
	w.refusedFields(errOf(w.Patch(w.ctx, calling, pat.PatchRequest{ID: target.ID, Expiry: &pat.Expiry{After: 2 * time.Hour}})), pat.CodeForbidden, refusal)
	w.must(errOf(w.Patch(w.ctx, calling, pat.PatchRequest{ID: target.ID, Expiry: &pat.Expiry{After: time.Minute}})))
}

func TestATokenWidensNotEvenItself(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.as("alice"), withScopes("tokens:write"), withExpiry(pat.Expiry{After: day}), withIPs("192.0.2.0/24"))
	self := w.by(made.Secret)
	for name, req := range map[string]pat.PatchRequest{
		"scopes":     {Scopes: &[]pat.Scope{"tokens:write", "repo:read"}},
		"expiresAt":  {Expiry: &pat.Expiry{After: 2 * day}},
		"allowedIps": {AllowedIPs: ptr(nets())},
	} {
		t.Run(name, func(t *testing.T) {
			w.in(t)
			req.ID = made.Token.ID
			w.refused(errOf(w.Patch(w.ctx, self, req)), pat.CodeForbidden)
		})
	}
	w.must(errOf(w.Patch(w.ctx, self, pat.PatchRequest{ID: made.Token.ID, Expiry: &pat.Expiry{After: time.Hour}})))
}

func TestATokenActsForItsOwnerAlone(t *testing.T) {
	w := newWorld(t)
	w.user("carol", inGroup("7", pat.RoleAdmin))
	carol := w.as("carol")
	theirs := w.create(carol, forGroup("7"))
	token := w.by(w.create(carol, withScopes("tokens:write", "repo:read")).Secret)
	w.refused(errOf(w.Create(w.ctx, token, request(forGroup("7")))), pat.CodeNotFound)
	w.refused(errOf(w.Get(w.ctx, token, theirs.Token.ID)), pat.CodeNotFound)
	w.refused(errOf(w.List(w.ctx, token, pat.ListRequest{Group: "7"})), pat.CodeNotFound)

	powerful := w.by(w.create(w.as(root), withScopes("admin:all", "repo:read")).Secret)
	w.refusedFields(errOf(w.Create(w.ctx, powerful, request(forGroup("7")))), pat.CodeForbidden, "groupId: a token makes tokens for its own owner only")
	w.must(errOf(w.Get(w.ctx, powerful, theirs.Token.ID)))
	w.refusedFields(errOf(w.Patch(w.ctx, powerful, pat.PatchRequest{ID: theirs.Token.ID, Expiry: &pat.Expiry{After: 91 * day}})), pat.CodeForbidden,
		"groupId: a token makes tokens for its own owner only", "expiresAt: not after the calling token's own expiry, 2026-06-02T05:06:07Z")
	w.must(w.Delete(w.ctx, powerful, pat.DeleteRequest{ID: theirs.Token.ID}))
}

func TestAGroupsTokenMakesTokensOfTheGroup(t *testing.T) {
	w := newWorld(t)
	w.user("carol", inGroup("7", pat.RoleAdmin))
	group := w.by(w.create(w.as("carol"), forGroup("7"), withScopes("tokens:write", "repo:read")).Secret)
	for _, edit := range []func(*pat.CreateRequest){forGroup(""), forGroup("7")} {
		if made := w.create(group, edit); made.Token.Owner != "group#7" || made.Token.CreatedBy != "group#7" {
			t.Errorf("owner %s, made by %s", made.Token.Owner, made.Token.CreatedBy)
		}
	}
	w.refused(errOf(w.Create(w.ctx, group, request(forGroup("8")))), pat.CodeNotFound)
}

func TestWhoMakesAGroupsTokens(t *testing.T) {
	for _, c := range []struct {
		name, user, group string
		want              pat.Code // "": done
	}{
		{"an admin of the group", "carol", "7", ""},
		{"a member of the group", "dave", "7", pat.CodeForbidden},
		{"one of another group", "erin", "7", pat.CodeNotFound},
		{"one of no group", "alice", "7", pat.CodeNotFound},
		{"one of no group, for a group that does not exist", "alice", "nobody", pat.CodeNotFound},
		{"an administrator", root, "7", ""},
		{"an administrator, for a group that did not exist", root, "new", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.user("carol", inGroup("7", pat.RoleAdmin))
			w.user("dave", inGroup("7", pat.RoleMember))
			w.user("erin", inGroup("8", pat.RoleAdmin))
			w.create(w.as("carol"), forGroup("7")) // so that it exists
			made, err := w.Create(w.ctx, w.as(c.user), request(forGroup(c.group)))
			if c.want != "" {
				w.refused(err, c.want)
				return
			}
			w.must(err)
			if made.Token.Owner != pat.GroupID(c.group) || made.Token.CreatedBy != pat.UserID(c.user) ||
				made.Token.Prefix.Tag() != w.row(pat.GroupID(c.group)).Tag {
				t.Errorf("owner %s, made by %s at %s", made.Token.Owner, made.Token.CreatedBy, made.Token.Prefix)
			}
		})
	}
}

func TestAGroupThatOneIsNotInLooksLikeNone(t *testing.T) {
	w := newWorld(t)
	w.user("carol", inGroup("7", pat.RoleAdmin))
	w.create(w.as("carol"), forGroup("7"))
	alice := w.as("alice")
	real := w.refused(errOf(w.Create(w.ctx, alice, request(forGroup("7")))), pat.CodeNotFound)
	none := w.refused(errOf(w.Create(w.ctx, alice, request(forGroup("8")))), pat.CodeNotFound)
	if diff := compare(none, real); diff != "" {
		t.Errorf("they differ: %s", diff)
	}
}

func TestACreationFailsWhenItsMakerHasLostSomethingMeanwhile(t *testing.T) {
	w := newWorld(t)
	w.user("carol", inGroup("7", pat.RoleAdmin))
	moved := func(name string) func() {
		return func() { w.rewriteOwner(pat.UserID(name), func(o *pat.Owner) { o.Epoch++ }) }
	}
	for _, c := range []struct {
		name, user string
		edit       func(*pat.CreateRequest)
		during     string
		meanwhile  func()
		want       pat.Code
	}{
		{"his sessions ended before the count", "alice", forGroup(""), "CountLive", moved("alice"), pat.CodeUnauthenticated},
		{"his sessions ended before the write", "alice", forGroup(""), "CreateToken", moved("alice"), pat.CodeUnauthenticated},
		{"his rights in the group ended before the write", "carol", forGroup("7"), "CreateToken", moved("carol"), pat.CodeUnauthenticated},
		{"he was suspended before the write", "bob", forGroup(""), "CreateToken",
			func() { w.rewriteOwner("user#bob", func(o *pat.Owner) { o.Suspended, o.Epoch = true, o.Epoch+1 }) }, pat.CodeForbidden},
		{"he was deleted before the write", "frank", forGroup(""), "CreateToken",
			func() { w.rewriteOwner("user#frank", func(o *pat.Owner) { o.Deleted = true }) }, pat.CodeForbidden},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.in(t)
			caller := w.as(c.user)
			w.store.first(c.during, c.meanwhile)
			made, err := w.Create(w.ctx, caller, request(c.edit))
			w.refused(err, c.want)
			if !made.Secret.IsZero() {
				t.Error("a secret was given")
			}
		})
	}
}

func TestASuspendedGroupGetsNoTokensAndItsOwnMakeNoCalls(t *testing.T) {
	w := newWorld(t)
	w.user("carol", inGroup("7", pat.RoleAdmin))
	carol := w.as("carol")
	made := w.create(carol, forGroup("7"))
	w.rewriteOwner("group#7", func(o *pat.Owner) { o.Suspended = true })
	w.refused(errOf(w.Create(w.ctx, carol, request(forGroup("7")))), pat.CodeForbidden)
	w.refused(errOf(w.Authenticate(w.ctx, bearer(made.Secret))), pat.CodeUnauthenticated)
}

func TestAnAdministratorsScopesStayOnHisOwnTokens(t *testing.T) {
	w := newWorld(t)
	w.user("root", admin)
	w.user("alice")
	root := w.as("root")
	_, err := w.Create(w.ctx, root, request(forGroup("7"), withScopes("user:admin")))
	w.refusedFields(err, pat.CodeForbidden, "scopes/0: user:admin is for an administrator's own tokens")

	made := w.create(w.as("alice"), withScopes("repo:read"))
	_, err = w.Patch(w.ctx, root, pat.PatchRequest{ID: made.Token.ID, Scopes: ptr([]pat.Scope{"repo:read", "admin:all"})})
	w.refusedFields(err, pat.CodeForbidden, "scopes/1: admin:all is for an administrator's own tokens")

	w.create(root, withScopes("admin:all"))
}
