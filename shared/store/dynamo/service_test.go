package dynamo_test

import (
	"crypto/rand"
	"log/slog"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"latchkey/localstack/faultproxy"
	"latchkey/shared/pat"
	"latchkey/shared/session"
	"latchkey/shared/store/dynamo"
)

// desk is the service over a rig, and its administrator.
type desk struct {
	*rig
	*pat.Service
	login pat.LoginRequest
	admin pat.Caller
}

// few is the limit of live tokens at a desk.
const few = 5

var superuser = pat.NewSecret("the superuser's own token")

func newDesk(t *testing.T, edits ...func(*dynamo.Options)) *desk {
	t.Helper()
	r := newRig(t, edits...)
	ring := pat.NewKeyRing(r.Store)
	policy := pat.DefaultPolicy()
	policy.TokensPerOwner = few
	d := &desk{rig: r, login: pat.LoginRequest{Username: "admin", Password: pat.NewSecret("correct horse battery")}}
	d.Service = pat.NewService(pat.Config{Store: r.Store, Ring: ring, Sessions: session.New(ring, "urn:test", nil),
		Superuser: superuser, Policy: policy,
		Now: time.Now, Rand: rand.Reader, Log: slog.New(slog.DiscardHandler)})
	_, err := d.Bootstrap(t.Context(), "admin", func() (pat.Secret, error) { return d.login.Password, nil })
	r.must(err)
	got, err := d.Login(t.Context(), d.login)
	r.must(err)
	d.admin = d.caller(got.Secret)
	return d
}

func (d *desk) caller(jwt pat.Secret) pat.Caller {
	d.Helper()
	c, err := d.Authenticate(d.Context(), pat.Credential{Scheme: pat.SchemeBearer, Secret: jwt})
	d.must(err)
	return c
}

func (d *desk) issue(edits ...func(*pat.CreateRequest)) pat.CreateResult {
	d.Helper()
	made, err := d.Create(d.Context(), d.admin, request(edits...))
	d.must(err)
	return made
}

func request(edits ...func(*pat.CreateRequest)) pat.CreateRequest {
	req := pat.CreateRequest{Name: "deploy", Scopes: []pat.Scope{"repo:read"}}
	for _, edit := range edits {
		edit(&req)
	}
	return req
}

func uses(n int64) func(*pat.CreateRequest) { return func(r *pat.CreateRequest) { r.MaxUses = n } }

func replayed(r *pat.CreateRequest) { r.Replay = &pat.Replay{Key: "key", Body: pat.Hash{1}} }

// operations are all that the service does with the store, each with what it needs made before.
func operations(d *desk) map[string]func() error {
	made, limited, ctx := d.issue(), d.issue(uses(3)), d.Context()
	name, groups := "renamed", []pat.Membership{{Group: "8", Role: pat.RoleAdmin}}
	return map[string]func() error{
		"verify": func() error { return only(d.Verify(ctx, pat.VerifyRequest{Token: made.Secret, Cost: 1})) },
		"spend":  func() error { return only(d.Verify(ctx, pat.VerifyRequest{Token: limited.Secret, Cost: 1})) },
		"create": func() error { return only(d.Create(ctx, d.admin, request(replayed))) },
		"list":   func() error { return only(d.List(ctx, d.admin, pat.ListRequest{})) },
		"find": func() error {
			return only(d.List(ctx, d.admin, pat.ListRequest{Prefix: string(made.Token.Prefix[:6])}))
		},
		"get":    func() error { return only(d.Get(ctx, d.admin, made.Token.ID)) },
		"patch":  func() error { return only(d.Patch(ctx, d.admin, pat.PatchRequest{ID: made.Token.ID, Name: &name})) },
		"delete": func() error { return d.Delete(ctx, d.admin, pat.DeleteRequest{ID: made.Token.ID}) },
		"log in": func() error { return only(d.Login(ctx, d.login)) },
		"users":  func() error { return only(d.ListUsers(ctx, d.admin, pat.ListUsersRequest{})) },
		"make a user": func() error {
			return only(d.CreateUser(ctx, d.admin, pat.CreateUserRequest{Name: "bob", Password: d.login.Password, Groups: groups}))
		},
		"ready": func() error { return d.Ready(ctx) },
	}
}

func TestAnUnreachableTableIsUnavailableAndDecidesNothing(t *testing.T) {
	for name, fault := range map[string]faultproxy.Fault{
		"throttled": faultproxy.Throttle(), "broken": faultproxy.Break(), "expired": faultproxy.Expire(), "denied": faultproxy.Deny(),
		"gone": faultproxy.NoTable(), "hung": faultproxy.Hang(),
	} {
		t.Run(name, func(t *testing.T) {
			d := newDesk(t, within(patient))
			all := operations(d)
			d.proxy.Fail("", faultproxy.Always, fault)
			var together sync.WaitGroup // since each may take all of its time
			for doing, do := range all {
				together.Go(func() { d.unavailable(doing, do) })
			}
			together.Wait()
			d.proxy.Heal()
			for _, doing := range []string{"verify", "spend", "create", "get", "patch", "list", "find", "users", "make a user", "log in", "ready", "delete"} {
				if err := all[doing](); err != nil {
					t.Errorf("%s afterwards: %v", doing, err)
				}
			}
		})
	}
}

// unavailable notes an answer that is no 503, or comes late.
func (d *desk) unavailable(doing string, do func() error) {
	began := time.Now()
	err := do()
	if e := pat.AsError(err); err == nil || e.Code != pat.CodeUnavailable || e.RetryAfter < time.Second {
		d.Errorf("%s: %v", doing, err)
	}
	if took := time.Since(began); took > patient+time.Second {
		d.Errorf("%s took %s", doing, took)
	}
}

// everyOther cancels every second transaction for another one's sake.
func everyOther() faultproxy.Fault {
	var n atomic.Int64
	cancel := faultproxy.Cancel("None", faultproxy.TransactionConflict)
	return func(r faultproxy.Request) *faultproxy.Answer {
		if n.Add(1)%2 == 1 {
			return cancel(r)
		}
		return r.Forward(r.Body)
	}
}

func TestInAStormOfConflictsTheLimitIsExact(t *testing.T) {
	d := newDesk(t)
	for range few - 1 {
		d.issue()
	}
	d.proxy.Fail("TransactWriteItems", faultproxy.Always, everyOther())
	var won atomic.Int64
	var all errgroup.Group
	for range 50 {
		all.Go(func() error {
			switch _, err := d.Create(t.Context(), d.admin, request()); pat.CodeOf(err) {
			case "":
				won.Add(1)
			case pat.CodeLimitReached:
			default:
				return err
			}
			return nil
		})
	}
	d.must(all.Wait())
	d.same("creates that succeeded", won.Load(), int64(1))
	d.same("tokens", len(d.walk(d.row(d.admin.Owner), 10)), few)
}

func TestConflictsWithoutEndAreUnavailable(t *testing.T) {
	d := newDesk(t)
	d.proxy.Fail("TransactWriteItems", faultproxy.Always, faultproxy.Cancel("None", faultproxy.TransactionConflict))
	for doing, err := range map[string]error{
		"create":      only(d.Create(t.Context(), d.admin, request())),
		"make a user": only(d.CreateUser(t.Context(), d.admin, pat.CreateUserRequest{Name: "bob", Password: d.login.Password})),
	} {
		if pat.CodeOf(err) != pat.CodeUnavailable {
			t.Errorf("%s: %v", doing, err)
		}
	}
	d.proxy.Heal()
	d.same("tokens", len(d.walk(d.row(d.admin.Owner), 10)), 0)
}

func only(_ any, err error) error { return err }

// A create whose answer is lost is not made anew, whatever its later tries meet.
func TestACreateThatMayHaveBeenMadeIsUnavailable(t *testing.T) {
	d := newDesk(t)
	d.proxy.Fail("TransactWriteItems", 1, faultproxy.DropAnswer())
	d.conflicts("TransactWriteItems", 2)
	if _, err := d.Create(t.Context(), d.admin, request()); pat.CodeOf(err) != pat.CodeUnavailable {
		t.Errorf("create: %v", err)
	}
	d.same("tokens", len(d.walk(d.row(d.admin.Owner), 10)), 1)
}

// A repeat with the same idempotency key gets the first one's token, even if nobody has heard of it.
func TestARepeatFindsTheTokenWhoseAnswerWasLost(t *testing.T) {
	d := newDesk(t)
	d.proxy.Fail("TransactWriteItems", faultproxy.Always, faultproxy.DropAnswer())
	if _, err := d.Create(t.Context(), d.admin, request(replayed)); pat.CodeOf(err) != pat.CodeUnavailable {
		t.Fatalf("create: %v", err)
	}
	d.proxy.Heal()
	made, err := d.Create(t.Context(), d.admin, request(replayed))
	d.must(err)
	d.same("is repeated", made.Replayed, true)
	d.same("tokens", len(d.walk(d.row(d.admin.Owner), 10)), 1)
}
