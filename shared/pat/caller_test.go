package pat_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"latchkey/shared/pat"
)

// can lists what a caller may do, by trying.
func (w *world) can(c pat.Caller) map[string]bool {
	w.t.Helper()
	try := func(err error) bool {
		w.saw(err)
		code := pat.CodeOf(err)
		return err == nil || code != pat.CodeInsufficientScope && code != pat.CodeForbidden
	}
	_, read := w.List(w.ctx, c, pat.ListRequest{})
	_, write := w.Create(w.ctx, c, pat.CreateRequest{})
	_, users := w.ListUsers(w.ctx, c, pat.ListUsersRequest{})
	_, others := w.List(w.ctx, c, pat.ListRequest{Owner: "user#someone"})
	return map[string]bool{"read": try(read), "write": try(write), "users": try(users), "everyone": others == nil}
}

func rightsOf(names ...string) map[string]bool {
	out := map[string]bool{"read": false, "write": false, "users": false, "everyone": false}
	for _, name := range names {
		out[name] = true
	}
	return out
}

func TestWhatASessionMayDo(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		name, user string
		scopes     []pat.Scope
		want       map[string]bool
	}{
		{"a user's whole session", "alice", nil, rightsOf("read", "write")},
		{"an administrator's whole session", root, nil, rightsOf("read", "write", "users", "everyone")},
		{"a session to read", "alice", []pat.Scope{"tokens:read"}, rightsOf("read")},
		{"a session to write", "alice", []pat.Scope{"tokens:write"}, rightsOf("read", "write")},
		{"a session for something else", "alice", []pat.Scope{"repo:read"}, rightsOf()},
		{"a session that claims an administrator's scope", "alice", []pat.Scope{"admin:all"}, rightsOf()},
		{"an administrator's session to read", root, []pat.Scope{"tokens:read"}, rightsOf("read")},
		{"an administrator's session for users", root, []pat.Scope{"user:admin"}, rightsOf("users")},
		{"an administrator's session for all", root, []pat.Scope{"admin:all"}, rightsOf("read", "write", "users", "everyone")},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.in(t)
			if diff := compare(c.want, w.can(w.as(c.user, c.scopes...))); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

func TestWhatASessionMayGive(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		name, user string
		scopes     []pat.Scope
		give       pat.Scope
		may        bool
	}{
		{"a user gives any scope that is not Latchkey's", "alice", nil, "anything:at_all", true},
		{"a user gives the right to write tokens", "alice", nil, "tokens:write", true},
		{"a user gives the right to rotate itself", "alice", nil, "self:rotate", true},
		{"a user gives the right to introspect", "alice", nil, "tokens:introspect", true},
		{"a user does not give the right over users", "alice", nil, "user:admin", false},
		{"a user does not give the right over all", "alice", nil, "admin:all", false},
		{"an administrator gives the right over all", root, nil, "admin:all", true},
		{"an administrator gives any scope", root, nil, "anything:at_all", true},
		{"a reduced session gives what it has", "alice", []pat.Scope{"tokens:write", "repo:write"}, "repo:read", true},
		{"a reduced session gives nothing else", "alice", []pat.Scope{"tokens:write", "repo:write"}, "thing:do", false},
		{"an administrator's reduced session gives nothing else", root, []pat.Scope{"admin:all"}, "thing:do", false},
		{"an administrator's reduced session gives no more management", root, []pat.Scope{"tokens:write"}, "user:admin", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.in(t)
			if _, err := w.Create(w.ctx, w.as(c.user, c.scopes...), request(withScopes(c.give))); c.may {
				w.must(err)
			} else {
				w.refusedFields(err, pat.CodeForbidden, "scopes/0: the caller does not hold "+string(c.give)+", so it cannot give it")
			}
		})
	}
}

func TestACallerNeedsTheScopeOfWhatItDoes(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.as("alice"))
	reader, other := w.as("alice", "tokens:read"), w.as("alice", "repo:read")
	for name, c := range map[string]struct {
		err  error
		want pat.Scope
	}{
		"create":      {errOf(w.Create(w.ctx, reader, request())), "tokens:write"},
		"patch":       {errOf(w.Patch(w.ctx, reader, pat.PatchRequest{ID: made.Token.ID})), "tokens:write"},
		"delete":      {w.Delete(w.ctx, reader, pat.DeleteRequest{ID: made.Token.ID}), "tokens:write"},
		"get":         {errOf(w.Get(w.ctx, other, made.Token.ID)), "tokens:read"},
		"list":        {errOf(w.List(w.ctx, other, pat.ListRequest{})), "tokens:read"},
		"create user": {errOf(w.CreateUser(w.ctx, reader, pat.CreateUserRequest{})), "user:admin"},
		"list users":  {errOf(w.ListUsers(w.ctx, reader, pat.ListUsersRequest{})), "user:admin"},
		"get user":    {errOf(w.GetUser(w.ctx, reader, "bob")), "user:admin"},
		"patch user":  {errOf(w.PatchUser(w.ctx, reader, pat.PatchUserRequest{Name: "bob", Admin: ptr(true)})), "user:admin"},
		"delete user": {w.DeleteUser(w.ctx, reader, "bob"), "user:admin"},
	} {
		if e := w.refused(c.err, pat.CodeInsufficientScope); e.Scope != c.want || e.Message != "this needs the scope "+string(c.want) {
			t.Errorf("%s: told that %s is missing: %q", name, e.Scope, e.Message)
		}
	}
	before := w.store.calls()
	w.refused(errOf(w.Create(w.ctx, reader, request())), pat.CodeInsufficientScope)
	if w.store.calls() != before {
		t.Error("the store was asked before the caller was judged")
	}
}

func TestANobodyDoesNothing(t *testing.T) {
	w := newWorld(t)
	w.user("alice", admin)
	for _, nobody := range []pat.Caller{{}, {Owner: "user#alice"}} {
		if diff := compare(rightsOf(), w.can(nobody)); diff != "" {
			t.Errorf("-want +got:\n%s", diff)
		}
		w.refused(w.Logout(w.ctx, nobody, struct{}{}), pat.CodeForbidden)
		w.refused(w.DeleteSelf(w.ctx, nobody, struct{}{}), pat.CodeForbidden)
		w.refused(errOf(w.Self(w.ctx, nobody, struct{}{})), pat.CodeForbidden)
	}
}

func TestEveryScheme(t *testing.T) {
	w := newWorld(t)
	token := w.create(w.as("alice"), withScopes("tokens:write")).Secret
	w.user("carol", inGroup("7", pat.RoleAdmin))
	groups := w.create(w.as("carol"), forGroup("7")).Secret
	session := w.jwt("alice")
	w.identities["foreign.sub.x"] = pat.Identity{Issuer: "https://issuer.example", Subject: "auth0|42"}
	const foreign = "oidc#ffb55acfff1cbc1b#auth0|42"
	dead := w.create(w.as("alice"))
	w.must(w.Delete(w.ctx, w.as("alice"), pat.DeleteRequest{ID: dead.Token.ID}))
	for _, c := range []struct {
		name   string
		scheme pat.Scheme
		user   string
		secret pat.Secret
		want   pat.OwnerID // "": refused
	}{
		{"nothing", pat.SchemeNone, "", pat.Secret{}, ""},
		{"a secret without a scheme", pat.SchemeNone, "", token, ""},
		{"a scheme without a secret", pat.SchemeBearer, "", pat.Secret{}, ""},
		{"a user name without a secret", pat.SchemeBasic, "alice", pat.Secret{}, ""},
		{"a session as bearer", pat.SchemeBearer, "", session, "user#alice"},
		{"a session as a password", pat.SchemeBasic, "alice", session, ""},
		{"a token as bearer", pat.SchemeBearer, "", token, "user#alice"},
		{"a token as a password", pat.SchemeBasic, "alice", token, "user#alice"},
		{"a token as a password without a user", pat.SchemeBasic, "", token, "user#alice"},
		{"a token as another's password", pat.SchemeBasic, "bob", token, ""},
		{"a token as a password, the user in capitals", pat.SchemeBasic, "Alice", token, ""},
		{"a token as a password, the user as an owner", pat.SchemeBasic, "user#alice", token, ""},
		{"a group's token as bearer", pat.SchemeBearer, "", groups, "group#7"},
		{"a group's token as its password", pat.SchemeBasic, "7", groups, "group#7"},
		{"a group's token as its maker's password", pat.SchemeBasic, "carol", groups, ""},
		{"a revoked token", pat.SchemeBearer, "", dead.Secret, ""},
		{"a token with a space", pat.SchemeBearer, "", pat.NewSecret(token.Reveal() + " "), ""},
		{"junk", pat.SchemeBearer, "", pat.NewSecret("junk"), ""},
		{"a JWT of ours that is not good", pat.SchemeBearer, "", pat.NewSecret("session.other.sig"), ""},
		{"another issuer's JWT", pat.SchemeBearer, "", pat.NewSecret("foreign.sub.x"), foreign},
		{"another issuer's JWT that is not good", pat.SchemeBearer, "", pat.NewSecret("foreign.forged.x"), ""},
		{"another issuer's JWT as a password", pat.SchemeBasic, "", pat.NewSecret("foreign.sub.x"), ""},
		{"a scheme that there is none of", pat.Scheme(9), "", pat.NewSecret("junk"), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			w.in(t)
			caller, err := w.Authenticate(w.ctx, pat.Credential{Product: nativeAPI, Scheme: c.scheme, Username: c.user, Secret: c.secret, Source: from(home)})
			if c.want == "" {
				w.refused(err, pat.CodeUnauthenticated)
				if caller.Owner != "" {
					t.Errorf("a caller beside the error: %s", caller.Owner)
				}
				return
			}
			w.must(err)
			if caller.Owner != c.want || caller.Source != from(home) {
				t.Errorf("the caller is %s from %s, want %s", caller.Owner, caller.Source.IP, c.want)
			}
		})
	}
}

func TestASessionIsWorthNothingWithoutItsUser(t *testing.T) {
	for _, c := range []struct {
		name string
		edit func(*pat.Owner)
		good bool
	}{
		{"as he was", func(*pat.Owner) {}, true},
		{"suspended", func(o *pat.Owner) { o.Suspended = true }, false},
		{"deleted", func(o *pat.Owner) { o.Deleted = true }, false},
		{"at a later epoch", func(o *pat.Owner) { o.Epoch++ }, false},
		{"at an earlier epoch", func(o *pat.Owner) { o.Epoch-- }, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.user("alice")
			jwt := w.jwt("alice")
			w.rewriteOwner("user#alice", c.edit)
			if _, err := w.Authenticate(w.ctx, bearer(jwt)); c.good {
				w.must(err)
			} else {
				w.refused(err, pat.CodeUnauthenticated)
			}
		})
	}
	t.Run("never there", func(t *testing.T) {
		w := newWorld(t)
		jwt, err := w.sessions.Issue(w.ctx, pat.Session{Owner: "user#nobody", ExpiresAt: morning.Add(time.Hour)})
		w.must(err)
		w.refused(errOf(w.Authenticate(w.ctx, bearer(jwt))), pat.CodeUnauthenticated)
	})
}

func TestTheLogSaysWhyAJWTWasRefusedAndTheAnswerDoesNot(t *testing.T) {
	w := newWorld(t)
	e := w.refused(errOf(w.Authenticate(w.ctx, bearer(pat.NewSecret("foreign.forged.x")))), pat.CodeUnauthenticated)
	const reason = "identify: not a good JWT"
	if !strings.Contains(w.written.String(), reason) || strings.Contains(e.Error(), reason) {
		t.Errorf("the answer is %v", e)
	}
}

func TestAllRefusedCredentialsLookTheSame(t *testing.T) {
	w := newWorld(t)
	alice := w.as("alice")
	dead := w.create(alice)
	w.must(w.Delete(w.ctx, alice, pat.DeleteRequest{ID: dead.Token.ID}))
	narrow := w.create(alice, withIPs("198.51.100.0/24"))
	old := w.jwt("alice")
	w.must(w.Logout(w.ctx, alice, struct{}{}))
	want := w.refused(errOf(w.Authenticate(w.ctx, pat.Credential{})), pat.CodeUnauthenticated)
	for name, secret := range map[string]pat.Secret{"revoked": dead.Secret, "elsewhere": narrow.Secret, "logged out": old, "junk": pat.NewSecret("junk")} {
		if diff := compare(want, w.refused(errOf(w.Authenticate(w.ctx, bearer(secret))), pat.CodeUnauthenticated)); diff != "" {
			t.Errorf("%s differs: %s", name, diff)
		}
	}
}

func TestWhatAnIssuersUserMayDo(t *testing.T) {
	w := newWorld(t)
	w.user("carol", inGroup("7", pat.RoleAdmin))
	theirs := w.create(w.as("carol"), forGroup("7"))
	w.identities["foreign.sub.x"] = pat.Identity{Issuer: "https://issuer.example", Subject: "42", Groups: []string{"7", "not a group", ""}}
	stranger := w.by(pat.NewSecret("foreign.sub.x"))
	if diff := compare(rightsOf("read", "write"), w.can(stranger)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	made := w.create(stranger)
	if row := w.row(stranger.Owner); row.Version != 2 || !row.CreatedAt.Equal(morning) || !row.UpdatedAt.Equal(morning) || w.store.calls("CreateToken") != 2 {
		t.Errorf("his row is %+v, after %d tries in all", row, w.store.calls("CreateToken"))
	}
	if made.Token.Owner != stranger.Owner || made.Token.LastChange.Via != "oidc" {
		t.Errorf("owner %s via %s", made.Token.Owner, made.Token.LastChange.Via)
	}
	w.wantVerdict(made.Secret, pat.VerifyValid)
	w.must(errOf(w.Get(w.ctx, stranger, theirs.Token.ID))) // the claim makes a member
	w.refused(w.Delete(w.ctx, stranger, pat.DeleteRequest{ID: theirs.Token.ID}), pat.CodeForbidden)
	w.refused(w.Logout(w.ctx, stranger, struct{}{}), pat.CodeForbidden)

	w.rewriteOwner(stranger.Owner, func(o *pat.Owner) { o.Suspended = true })
	w.refused(errOf(w.Authenticate(w.ctx, bearer(pat.NewSecret("foreign.sub.x")))), pat.CodeUnauthenticated)
	w.refused(errOf(w.Authenticate(w.ctx, bearer(made.Secret))), pat.CodeUnauthenticated)
}

func TestAnIssuersClaimMakesAMemberOfSixtyFourGroupsAtMost(t *testing.T) {
	w := newWorld(t)
	identity := pat.Identity{Issuer: "https://issuer.example", Subject: "42"}
	for range pat.MaxGroups {
		identity.Groups = append(identity.Groups, "not a group") // and not counted
	}
	for i := range pat.MaxGroups + 1 {
		identity.Groups = append(identity.Groups, fmt.Sprint(i))
	}
	w.identities["foreign.sub.x"] = identity
	stranger := w.by(pat.NewSecret("foreign.sub.x"))
	w.must(errOf(w.List(w.ctx, stranger, pat.ListRequest{Group: "63"})))
	w.refused(errOf(w.List(w.ctx, stranger, pat.ListRequest{Group: "64"})), pat.CodeNotFound)
}

func TestAnIssuersClaimDoesNotLowerARoleGivenHere(t *testing.T) {
	w := newWorld(t)
	w.identities["foreign.sub.x"] = pat.Identity{Issuer: "https://issuer.example", Subject: "42", Groups: []string{"7"}}
	made := w.create(w.by(pat.NewSecret("foreign.sub.x"))) // so that there is a row
	w.rewriteOwner(made.Token.Owner, inGroup("7", pat.RoleAdmin))
	w.create(w.by(pat.NewSecret("foreign.sub.x")), forGroup("7"))
}

func TestAnIssuersSubjectIsNeverALocalUser(t *testing.T) {
	w := newWorld(t)
	w.user("alice", admin)
	for jwt, identity := range map[string]pat.Identity{
		"foreign.name.x":     {Issuer: "https://issuer.example", Subject: "alice"},
		"foreign.owner.x":    {Issuer: "https://issuer.example", Subject: "user#alice"},
		"foreign.nobody.x":   {Issuer: "", Subject: "alice"},
		"foreign.unnamed.x":  {Issuer: "https://issuer.example", Subject: ""},
		"foreign.spaced.x":   {Issuer: "https://issuer.example", Subject: "a b"},
		"foreign.accented.x": {Issuer: "https://issuer.example", Subject: "é"},
	} {
		w.identities[jwt] = identity
		caller, err := w.Authenticate(w.ctx, bearer(pat.NewSecret(jwt)))
		if err != nil {
			w.refused(err, pat.CodeUnauthenticated)
		} else if w.can(caller)["users"] || caller.Owner == "user#alice" {
			t.Errorf("%s is %s and an administrator", jwt, caller.Owner)
		}
	}
	w.identities["foreign.1.x"] = pat.Identity{Issuer: "https://one.example", Subject: "42"}
	w.identities["foreign.2.x"] = pat.Identity{Issuer: "https://two.example", Subject: "42"}
	if a, b := w.by(pat.NewSecret("foreign.1.x")), w.by(pat.NewSecret("foreign.2.x")); a.Owner == b.Owner {
		t.Errorf("two issuers' 42 are both %s", a.Owner)
	}
}

func TestWithoutAnIssuerNoForeignTokenIsTaken(t *testing.T) {
	w := newWorld(t, func(c *pat.Config) { c.Identities = nil })
	w.refused(errOf(w.Authenticate(w.ctx, bearer(pat.NewSecret("foreign.sub.x")))), pat.CodeUnauthenticated)
}

func TestWhatCannotBeJudgedIsUnavailable(t *testing.T) {
	w := newWorld(t)
	session, token := w.jwt(string(w.user("alice").ID.Name())), w.create(w.as("alice")).Secret
	down := errors.New("down")
	w.refused(errOf(w.Authenticate(w.ctx, bearer(pat.NewSecret("foreign.down.x")))), pat.CodeUnavailable)
	w.sessions.fails = down
	w.refused(errOf(w.Authenticate(w.ctx, bearer(session))), pat.CodeUnavailable)
	w.sessions.fails = nil
	w.store.fail("Owner", down)
	for _, secret := range []pat.Secret{session, token, pat.NewSecret("foreign.1.x")} {
		w.identities["foreign.1.x"] = pat.Identity{Issuer: "https://one.example", Subject: "42"}
		if e := w.refused(errOf(w.Authenticate(w.ctx, bearer(secret))), pat.CodeUnavailable); !errors.Is(e, down) {
			t.Errorf("the log is told %v", e)
		}
	}
}

func TestASessionEnds(t *testing.T) {
	for _, c := range []struct {
		name string
		end  func(*world)
	}{
		{"in an hour", func(w *world) { w.clock.advance(time.Hour) }},
		{"when its user logs out", func(w *world) { w.must(w.Logout(w.ctx, w.as("alice"), struct{}{})) }},
		{"when its user logs out elsewhere, with a reduced session", func(w *world) { w.must(w.Logout(w.ctx, w.as("alice", "repo:read"), struct{}{})) }},
		{"when its user is suspended", func(w *world) { w.patchUser(pat.PatchUserRequest{Name: "alice", Suspended: ptr(true)}) }},
		{"when its user was suspended and is no more", func(w *world) {
			w.patchUser(pat.PatchUserRequest{Name: "alice", Suspended: ptr(true)})
			w.patchUser(pat.PatchUserRequest{Name: "alice", Suspended: ptr(false)})
		}},
		{"when its user is no administrator any more", func(w *world) {
			w.patchUser(pat.PatchUserRequest{Name: "alice", Admin: ptr(true)})
			w.patchUser(pat.PatchUserRequest{Name: "alice", Admin: ptr(false)})
		}},
		{"when its user is put out of a group", func(w *world) {
			w.patchUser(pat.PatchUserRequest{Name: "alice", Groups: &[]pat.Membership{{Group: "7", Role: pat.RoleAdmin}}})
			w.patchUser(pat.PatchUserRequest{Name: "alice", Groups: &[]pat.Membership{}})
		}},
		{"when its user is no admin of the group any more", func(w *world) {
			w.patchUser(pat.PatchUserRequest{Name: "alice", Groups: &[]pat.Membership{{Group: "7", Role: pat.RoleAdmin}}})
			w.patchUser(pat.PatchUserRequest{Name: "alice", Groups: &[]pat.Membership{{Group: "7", Role: pat.RoleMember}}})
		}},
		{"when its user is deleted", func(w *world) { w.must(w.DeleteUser(w.ctx, w.as(root), "alice")) }},
		{"when its user is deleted and the name taken again", func(w *world) {
			w.must(w.DeleteUser(w.ctx, w.as(root), "alice"))
			w.must(errOf(w.CreateUser(w.ctx, w.as(root), pat.CreateUserRequest{Name: "alice", Password: pat.NewSecret(password)})))
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			w.as("alice")
			whole, reduced := w.jwt("alice"), w.jwt("alice", "tokens:read")
			c.end(w)
			for _, jwt := range []pat.Secret{whole, reduced} {
				w.refused(errOf(w.Authenticate(w.ctx, bearer(jwt))), pat.CodeUnauthenticated)
			}
		})
	}
}

// patchUser changes a user as an administrator.
func (w *world) patchUser(req pat.PatchUserRequest) pat.Owner {
	w.t.Helper()
	row, err := w.PatchUser(w.ctx, w.as(root), req)
	w.must(err)
	return row
}

func TestASessionOutlivesWhatTakesNothingAway(t *testing.T) {
	w := newWorld(t)
	w.as("alice")
	jwt := w.jwt("alice")
	for _, req := range []pat.PatchUserRequest{
		{Name: "alice"},
		{Name: "alice", Suspended: ptr(false)},
		{Name: "alice", Admin: ptr(false)},
		{Name: "alice", Groups: &[]pat.Membership{{Group: "7", Role: pat.RoleMember}}},
		{Name: "alice", Groups: &[]pat.Membership{{Group: "7", Role: pat.RoleAdmin}, {Group: "8", Role: pat.RoleMember}}},
		{Name: "alice", Groups: &[]pat.Membership{{Group: "8", Role: pat.RoleMember}, {Group: "7", Role: pat.RoleAdmin}, {Group: "9", Role: pat.RoleMember}}},
		{Name: "alice", Admin: ptr(true)},
	} {
		w.patchUser(req)
		w.by(jwt)
	}
	w.must(w.Logout(w.ctx, w.as("bob"), struct{}{}))
	w.by(jwt)
}

func TestWhoIsNoAdministratorAnyMoreHasNothingLeftOfIt(t *testing.T) {
	w := newWorld(t)
	w.user("boss", admin)
	boss := w.as("boss")
	powerful := w.create(boss, withScopes("admin:all", "repo:read"))
	users := w.create(boss, withScopes("user:admin"))
	plain := w.create(boss, withScopes("tokens:write", "repo:read"))
	jwt := w.jwt("boss")
	w.patchUser(pat.PatchUserRequest{Name: "boss", Admin: ptr(false)})

	w.refused(errOf(w.Authenticate(w.ctx, bearer(jwt))), pat.CodeUnauthenticated)
	w.wantVerdict(powerful.Secret, pat.VerifyRevoked)
	w.wantVerdict(users.Secret, pat.VerifyRevoked)
	w.wantVerdict(plain.Secret, pat.VerifyValid)
	if diff := compare(rightsOf("read", "write"), w.can(w.by(plain.Secret))); diff != "" {
		t.Errorf("his plain token: -want +got:\n%s", diff)
	}
	if diff := compare(rightsOf("read", "write"), w.can(w.as("boss"))); diff != "" {
		t.Errorf("his new session: -want +got:\n%s", diff)
	}
}

func TestAnAdministrativeScopeIsWorthNothingWithoutTheOffice(t *testing.T) {
	// As after a demotion whose sweep has not come this far.
	w := newWorld(t)
	w.user("boss", admin)
	powerful := w.create(w.as("boss"), withScopes("admin:all")).Secret
	w.rewriteOwner("user#boss", func(o *pat.Owner) { o.Admin = false })
	if diff := compare(rightsOf(), w.can(w.by(powerful))); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

func TestATokenOfASuspendedOwnerIsNoCallerBeforeTheSweepComes(t *testing.T) {
	w := newWorld(t)
	secret := w.create(w.as("alice")).Secret
	w.rewriteOwner("user#alice", func(o *pat.Owner) { o.Suspended = true })
	w.refused(errOf(w.Authenticate(w.ctx, bearer(secret))), pat.CodeUnauthenticated)
	w.rewriteOwner("user#alice", func(o *pat.Owner) { o.Suspended, o.Deleted = false, true })
	w.refused(errOf(w.Authenticate(w.ctx, bearer(secret))), pat.CodeUnauthenticated)
}

func TestACallIsAUse(t *testing.T) {
	w := newWorld(t)
	made := w.create(w.as("alice"), withUses(2))
	w.by(made.Secret)
	w.by(made.Secret)
	w.refused(errOf(w.Authenticate(w.ctx, bearer(made.Secret))), pat.CodeUnauthenticated)
	if usage := w.record(made.Token.Prefix).Usage; usage.Uses != 2 || !usage.LastUsedAt.Equal(morning) {
		t.Errorf("usage %+v", usage)
	}
}
