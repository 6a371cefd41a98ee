package pat_test

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/shared/pat"
	"latchkey/shared/store/mem"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/crypto/argon2"
)

// world is a service with all its surroundings: a store in memory that can be watched and disturbed, a clock
// that the test moves, randomness that repeats. Its Create, Login, Verify and Authenticate are the service's
// and note what they see. When the test is over, nothing in writing may have a secret in it.
type world struct {
	*pat.Service
	t          testing.TB
	ctx        context.Context
	store      *spyStore
	clock      *clock
	sessions   *fakeSessions
	identities fakeIdentities
	random     *seeded
	written    *written
	policy     pat.Policy

	mu      sync.Mutex
	secrets []string
}

// Every password and every session in these tests has this syllable in it, so that one is found wherever it
// is written.
const syllable = "hush"

const (
	home = "192.0.2.7"
	root = "root"
)

func newWorld(t testing.TB, edits ...func(*pat.Config)) *world {
	t.Helper()
	w := &world{t: t, ctx: t.Context(), clock: &clock{now: morning}, sessions: &fakeSessions{issued: map[string]pat.Session{}},
		identities: fakeIdentities{}, random: newSeeded(t.Name()), written: &written{}}
	w.store = newSpyStore(mem.New(), w.written)
	if err := w.store.Store.PutKeys(w.ctx, pat.Keys{Tag: [][]byte{tagKey(1)}, Seal: tagKey(7)}, 0); err != nil {
		t.Fatal(err)
	}
	config := pat.Config{Store: w.store, Ring: pat.NewKeyRing(w.store), Sessions: w.sessions, Identities: w.identities,
		Policy: pat.DefaultPolicy(), Now: w.clock.Now, Rand: w.random,
		Log: slog.New(slog.NewTextHandler(w.written, &slog.HandlerOptions{Level: slog.LevelDebug}))}
	for _, edit := range edits {
		edit(&config)
	}
	w.policy = config.Policy
	w.Service = pat.NewService(config)
	t.Cleanup(w.checkSilence)
	return w
}

// withPolicy changes the policy of a world.
func withPolicy(edit func(*pat.Policy)) func(*pat.Config) {
	return func(c *pat.Config) { edit(&c.Policy) }
}

var tokenForm = regexp.MustCompile(`[a-z]_[0-9a-v]{16}-?[0-9A-Za-z]{56}`)

func (w *world) checkSilence() {
	text := w.written.String()
	if strings.Contains(text, syllable) {
		w.t.Errorf("a password or a session was written down:\n%s", text)
	}
	for _, secret := range w.secrets {
		if strings.Contains(text, secret) || strings.Contains(text, secret[max(0, len(secret)-56):]) {
			w.t.Errorf("a token was written down:\n%s", text)
		}
	}
	if found := tokenForm.FindString(text); found != "" {
		w.t.Errorf("%q was written down", found)
	}
}

// in makes a subtest the one that fails, in a world that several share.
func (w *world) in(t *testing.T) {
	whole := w.t
	w.t = t
	t.Cleanup(func() { w.t = whole })
}

func (w *world) saw(err error) {
	if err != nil {
		w.written.add(fmt.Sprintf("%v %+v %#v", err, err, pat.AsError(err)))
	}
}

func (w *world) Create(ctx context.Context, c pat.Caller, req pat.CreateRequest) (pat.CreateResult, error) {
	made, err := w.Service.Create(ctx, c, req)
	w.saw(err)
	if !made.Secret.IsZero() {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.secrets = append(w.secrets, made.Secret.Reveal())
		w.written.add(fmt.Sprintf("%+v", made))
	}
	return made, err
}

func (w *world) Verify(ctx context.Context, req pat.VerifyRequest) (pat.VerifyResult, error) {
	result, err := w.Service.Verify(ctx, req)
	w.saw(err)
	return result, err
}

func (w *world) Login(ctx context.Context, req pat.LoginRequest) (pat.LoginResult, error) {
	result, err := w.Service.Login(ctx, req)
	w.saw(err)
	return result, err
}

func (w *world) Authenticate(ctx context.Context, c pat.Credential) (pat.Caller, error) {
	caller, err := w.Service.Authenticate(ctx, c)
	w.saw(err)
	return caller, err
}

// phc is the stored form of a password, worked out apart from the code under test and once for all tests.
var phc = sync.OnceValue(func() string {
	salt := []byte("0123456789abcdef")
	key := argon2.IDKey([]byte(password), salt, 2, 19*1024, 1, 32)
	b64 := base64.RawStdEncoding.EncodeToString
	return "$argon2id$v=19$m=19456,t=2,p=1$" + b64(salt) + "$" + b64(key)
})

// password is that of every user who has one.
const password = "hush-correct-horse"

// user makes a local user. He has no password unless edits give him one: hashing takes its time.
func (w *world) user(name string, edits ...func(*pat.Owner)) pat.Owner {
	w.t.Helper()
	tag, err := pat.NewTag(w.random)
	if err != nil {
		w.t.Fatal(err)
	}
	row := pat.Owner{ID: pat.UserID(name), Tag: tag, Epoch: 1, CreatedAt: w.clock.Now(), UpdatedAt: w.clock.Now()}
	for _, edit := range edits {
		edit(&row)
	}
	if err := w.store.Store.PutOwner(w.ctx, row, 0, pat.Standing{}); err != nil {
		w.t.Fatal(err)
	}
	row.Version = 1
	return row
}

func admin(o *pat.Owner)        { o.Admin = true }
func withPassword(o *pat.Owner) { o.Password = pat.PasswordHash(phc()) }

func inGroup(group string, role pat.Role) func(*pat.Owner) {
	return func(o *pat.Owner) { o.Groups = append(o.Groups, pat.Membership{Group: group, Role: role}) }
}

// row returns an owner's row as it is stored.
func (w *world) row(id pat.OwnerID) pat.Owner {
	w.t.Helper()
	row, err := w.store.Store.Owner(w.ctx, id)
	if err != nil {
		w.t.Fatal(err)
	}
	return row
}

// record returns a token as it is stored.
func (w *world) record(p pat.Prefix) pat.Token {
	w.t.Helper()
	t, err := w.store.Store.Token(w.ctx, p)
	if err != nil {
		w.t.Fatal(err)
	}
	return t
}

// rewrite changes a stored token behind the service's back.
func (w *world) rewrite(p pat.Prefix, edit func(*pat.Token)) {
	w.t.Helper()
	t := w.record(p)
	was := t.Version
	edit(&t)
	if err := w.store.Store.UpdateToken(w.ctx, t, was, pat.Standing{}); err != nil {
		w.t.Fatal(err)
	}
}

// rewriteOwner changes a stored row behind the service's back.
func (w *world) rewriteOwner(id pat.OwnerID, edit func(*pat.Owner)) {
	w.t.Helper()
	row := w.row(id)
	was := row.Version
	edit(&row)
	if err := w.store.Store.PutOwner(w.ctx, row, was, pat.Standing{}); err != nil {
		w.t.Fatal(err)
	}
}

// jwt issues a session of the user, reduced to the scopes if there are any.
func (w *world) jwt(name string, scopes ...pat.Scope) pat.Secret {
	w.t.Helper()
	row := w.row(pat.UserID(name))
	jwt, err := w.sessions.Issue(w.ctx, pat.Session{Owner: row.ID, Epoch: row.Epoch, Scopes: scopes,
		IssuedAt: w.clock.Now(), ExpiresAt: w.clock.Now().Add(time.Hour)})
	if err != nil {
		w.t.Fatal(err)
	}
	return jwt
}

// bearer is the credential of a secret, from home.
func bearer(secret pat.Secret) pat.Credential {
	return pat.Credential{Product: nativeAPI, Scheme: pat.SchemeBearer, Secret: secret, Source: from(home)}
}

func from(ip string) pat.Source { return pat.Source{IP: netip.MustParseAddr(ip)} }

// by authenticates a secret that must be good.
func (w *world) by(secret pat.Secret) pat.Caller {
	w.t.Helper()
	caller, err := w.Authenticate(w.ctx, bearer(secret))
	if err != nil {
		w.t.Fatal(err)
	}
	return caller
}

// as is a caller with a session of the user, who is made if there is none of that name.
func (w *world) as(name string, scopes ...pat.Scope) pat.Caller {
	w.t.Helper()
	if _, err := w.store.Store.Owner(w.ctx, pat.UserID(name)); errors.Is(err, pat.ErrNotFound) {
		if name == root {
			w.user(name, admin)
		} else {
			w.user(name)
		}
	}
	return w.by(w.jwt(name, scopes...))
}

// request is a good request for a token, with edits.
func request(edits ...func(*pat.CreateRequest)) pat.CreateRequest {
	req := pat.CreateRequest{Name: "ci", Scopes: []pat.Scope{"repo:read"}}
	for _, edit := range edits {
		edit(&req)
	}
	return req
}

func withScopes(scopes ...pat.Scope) func(*pat.CreateRequest) {
	return func(r *pat.CreateRequest) { r.Scopes = scopes }
}

func withExpiry(e pat.Expiry) func(*pat.CreateRequest) {
	return func(r *pat.CreateRequest) { r.Expiry = e }
}

func withIPs(rules ...string) func(*pat.CreateRequest) {
	return func(r *pat.CreateRequest) { r.AllowedIPs = nets(rules...) }
}

func withUses(n int64) func(*pat.CreateRequest) {
	return func(r *pat.CreateRequest) { r.MaxUses = n }
}

func forGroup(group string) func(*pat.CreateRequest) {
	return func(r *pat.CreateRequest) { r.Group = group }
}

func nets(rules ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(rules))
	for i, rule := range rules {
		out[i] = netip.MustParsePrefix(rule)
	}
	return out
}

// create makes a token that must succeed.
func (w *world) create(c pat.Caller, edits ...func(*pat.CreateRequest)) pat.CreateResult {
	w.t.Helper()
	made, err := w.Create(w.ctx, c, request(edits...))
	if err != nil {
		w.t.Fatal(err)
	}
	return made
}

// verdict verifies a secret from home, spending one use.
func (w *world) verdict(secret pat.Secret) pat.VerifyCode {
	w.t.Helper()
	result, err := w.Verify(w.ctx, pat.VerifyRequest{Token: secret, IP: netip.MustParseAddr(home), Cost: 1})
	if err != nil {
		w.t.Fatal(err)
	}
	return result.Code
}

func (w *world) wantVerdict(secret pat.Secret, want pat.VerifyCode) {
	w.t.Helper()
	if got := w.verdict(secret); got != want {
		w.t.Errorf("the verdict is %s, want %s", got, want)
	}
}

// refused checks that an error is a refusal of that code, fit to be sent, and returns it.
func (w *world) refused(err error, code pat.Code) *pat.Error {
	w.t.Helper()
	w.saw(err)
	if err == nil {
		w.t.Fatalf("it was done, and not refused as %s", code)
	}
	e := pat.AsError(err)
	if e.Code != code {
		w.t.Fatalf("refused as %v, want %s", err, code)
	}
	if e.Message == "" || (code == pat.CodeUnavailable || code == pat.CodeRateLimited) != (e.RetryAfter >= time.Second) {
		w.t.Errorf("message %q, retry after %s", e.Message, e.RetryAfter)
	}
	return e
}

// refusedFields checks that the refusal names exactly these fields, each as "field: detail".
func (w *world) refusedFields(err error, code pat.Code, want ...string) {
	w.t.Helper()
	var got []string
	for _, f := range w.refused(err, code).Fields {
		got = append(got, f.Field+": "+f.Detail)
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := compare(want, got); diff != "" {
		w.t.Errorf("fields (-want +got):\n%s", diff)
	}
}

// must fails the test on an error.
func (w *world) must(err error) {
	w.t.Helper()
	w.saw(err)
	if err != nil {
		w.t.Fatal(err)
	}
}

// compare returns how two values differ, "" if they do not.
func compare(want, got any) string {
	return cmp.Diff(want, got, cmpopts.EquateComparable(netip.Addr{}, netip.Prefix{}),
		cmp.Comparer(func(a, b pat.Secret) bool { return a.Reveal() == b.Reveal() }))
}

func ptr[T any](v T) *T { return &v }
