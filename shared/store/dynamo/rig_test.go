package dynamo_test

import (
	"crypto/rand"
	"errors"
	"net/netip"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"latchkey/localstack/dynamolocal"
	"latchkey/localstack/faultproxy"
	"latchkey/shared/pat"
	"latchkey/shared/store/dynamo"
)

// rig is a store on a table of its own, with a proxy between that can fail.
type rig struct {
	*testing.T
	*dynamo.Store
	db    *dynamolocal.DB
	proxy *faultproxy.Proxy
	table string
}

func newRig(t *testing.T, edits ...func(*dynamo.Options)) *rig {
	t.Helper()
	t.Parallel()
	db := dynamolocal.Start(t)
	r := &rig{T: t, db: db, proxy: faultproxy.Start(t, db.Endpoint), table: db.Table(t)}
	r.Store = r.open(edits...)
	return r
}

// open opens another store on the table, as another process would.
func (r *rig) open(edits ...func(*dynamo.Options)) *dynamo.Store {
	r.Helper()
	cfg := r.db.Config()
	cfg.BaseEndpoint = aws.String(r.proxy.URL)
	o := dynamo.Options{Table: r.table, AWS: &cfg, Call: unhurried}
	for _, edit := range edits {
		edit(&o)
	}
	s, err := dynamo.Open(r.Context(), o)
	r.must(err)
	r.Cleanup(func() { _ = s.Close() })
	return s
}

// unhurried bounds the calls of tests that are not about time, on however busy a machine.
const unhurried = 30 * time.Second

// within bounds a call.
func within(d time.Duration) func(*dynamo.Options) { return func(o *dynamo.Options) { o.Call = d } }

func (r *rig) must(err error) {
	r.Helper()
	if err != nil {
		r.Fatal(err)
	}
}

func (r *rig) wants(doing string, err, want error) {
	r.Helper()
	if !errors.Is(err, want) {
		r.Errorf("%s: %v, want: %v", doing, err, want)
	}
}

func (r *rig) same(what string, got, want any) {
	r.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.EquateComparable(netip.Addr{}, netip.Prefix{})); diff != "" {
		r.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// unjudged notes an error that is missing, or that says that a condition was judged.
func (r *rig) unjudged(doing string, err error) {
	r.Helper()
	for _, answer := range []error{nil, pat.ErrNotFound, pat.ErrConflict, pat.ErrSpent, pat.ErrCallerMoved} {
		if errors.Is(err, answer) {
			r.Errorf("%s: %v", doing, err)
		}
	}
}

// calls runs do and returns how often the operation went over the wire meanwhile; "": any.
func (r *rig) calls(operation string, do func()) (n int) {
	r.Helper()
	r.proxy.Reset()
	do()
	for _, c := range r.proxy.Calls() {
		if operation == "" || c.Operation == operation {
			n++
		}
	}
	return n
}

func noon() time.Time { return time.Date(2026, 3, 14, 12, 0, 0, 123e6, time.UTC) }

// owner stores an owner.
func (r *rig) owner(id pat.OwnerID) pat.Owner {
	r.Helper()
	tag, err := pat.NewTag(rand.Reader)
	r.must(err)
	o := pat.Owner{ID: id, Tag: tag, Epoch: 1, CreatedAt: noon(), UpdatedAt: noon()}
	r.must(r.PutOwner(r.Context(), o, 0, pat.Standing{}))
	o.Version = 1
	return o
}

// draft is a token as most are, not stored.
func (r *rig) draft(o pat.Owner, second int) pat.Token {
	r.Helper()
	at := noon().Add(time.Duration(second) * time.Second)
	p, err := pat.NewPrefix(o.Tag, at, rand.Reader)
	r.must(err)
	id, err := pat.NewID(p, rand.Reader)
	r.must(err)
	return pat.Token{
		Prefix: p, ID: id, Hash: pat.NewSecret(string(id)).Hash(), Owner: o.ID, CreatedBy: o.ID,
		Name: "deploy", Scopes: []pat.Scope{"repo:read", "repo:write"},
		ExpiresAt: at.Add(time.Hour), CreatedAt: at, UpdatedAt: at, Version: 1, OwnerEpoch: 1, PurgeAt: at.Add(2 * time.Hour), DueAt: at.Add(time.Hour),
		LastChange: pat.Change{Kind: pat.ChangeCreated, By: o.ID, Via: "session", IP: netip.MustParseAddr("192.0.2.1"), At: at},
	}
}

// limited is one that has so many uses, and calls for a scope.
func (r *rig) limited(o pat.Owner, uses int64) pat.Token {
	t := r.draft(o, 60)
	t.MaxUses, t.MaxCalls = uses, map[pat.Scope]int64{"repo:read": uses}
	return t
}

// create stores a token of the owner, whose version it moves on.
func (r *rig) create(o *pat.Owner, t pat.Token) pat.Token {
	r.Helper()
	r.must(r.CreateToken(r.Context(), pat.NewToken{Token: t, OwnerVersion: o.Version}))
	o.Version++
	return t
}

func (r *rig) stored(p pat.Prefix) pat.Token {
	r.Helper()
	t, err := r.Token(r.Context(), p)
	r.must(err)
	return t
}

func (r *rig) row(id pat.OwnerID) pat.Owner {
	r.Helper()
	o, err := r.Owner(r.Context(), id)
	r.must(err)
	return o
}

// walk turns all pages of an owner's tokens.
func (r *rig) walk(o pat.Owner, max int) (all []pat.Token) {
	r.Helper()
	for before := pat.Prefix(""); ; {
		page, next, err := r.Tokens(r.Context(), o.ID, o.Tag, before, max)
		r.must(err)
		if all = append(all, page...); next == "" {
			return all
		}
		before = next
	}
}

func answerOf(o pat.Owner, at time.Time) *pat.Answer {
	return &pat.Answer{Tag: o.Tag, Key: "key", Body: pat.Hash{1}, Sealed: []byte("sealed"), Until: at.Add(10 * time.Minute)}
}

func keys() pat.Keys {
	return pat.Keys{Tag: [][]byte{[]byte("tag key of thirty-two bytes.....")}, Seal: []byte("sealing key of thirty-two bytes."),
		Signing: []pat.SigningKey{{ID: "kid", Private: []byte("private"), CreatedAt: noon()}},
		Vault:   []pat.VaultKey{{ID: "vault", Wrapped: []byte("wrapped"), KMS: "arn", CreatedAt: noon()}}}
}
