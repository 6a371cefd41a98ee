package bolt

import (
	"crypto/rand"
	"net/netip"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"go.etcd.io/bbolt"

	"latchkey/shared/pat"
)

func noon() time.Time { return time.Date(2026, 3, 14, 12, 0, 0, 123e6, time.UTC) }

// open opens the store at path, or a fresh one if path is "". The test closes it at its end.
func open(t testing.TB, path string) *Store {
	t.Helper()
	if path == "" {
		path = filepath.Join(t.TempDir(), "latchkey.db")
	}
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func same(t testing.TB, what string, got, want any) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty(), cmpopts.EquateComparable(netip.Addr{}, netip.Prefix{})); diff != "" {
		t.Errorf("%s (-want +got):\n%s", what, diff)
	}
}

// owner stores an owner.
func (s *Store) owner(t testing.TB, id pat.OwnerID) pat.Owner {
	t.Helper()
	tag, err := pat.NewTag(rand.Reader)
	must(t, err)
	o := pat.Owner{ID: id, Tag: tag, Epoch: 1, CreatedAt: noon(), UpdatedAt: noon()}
	must(t, s.PutOwner(t.Context(), o, 0, pat.Standing{}))
	o.Version = 1
	return o
}

// draft is a token as most are, not stored.
func draft(t testing.TB, o pat.Owner, at time.Time) pat.Token {
	t.Helper()
	p, err := pat.NewPrefix(o.Tag, at, rand.Reader)
	must(t, err)
	id, err := pat.NewID(p, rand.Reader)
	must(t, err)
	return pat.Token{
		Prefix: p, ID: id, Hash: pat.NewSecret(string(id)).Hash(), Owner: o.ID, CreatedBy: "user#bob",
		Product: pat.Quay, Name: "deploy", Scopes: []pat.Scope{"repo:read", "repo:write"}, MaxUses: 1000,
		Sealed: []byte("sealed"), MaxCalls: counts{"repo:read": 500},
		AllowedIPs: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")},
		ExpiresAt:  at.Add(time.Hour), CreatedAt: at, UpdatedAt: at, Version: 1, OwnerEpoch: 1, PurgeAt: at.Add(2 * time.Hour), DueAt: at.Add(time.Hour),
		LastChange: pat.Change{Kind: pat.ChangeCreated, By: "user#bob", Via: "session", IP: netip.MustParseAddr("192.0.2.1"), At: at},
		Usage:      pat.Usage{LastUsedAt: at, LastUsedIPs: []netip.Addr{netip.MustParseAddr("192.0.2.1")}, Calls: counts{"repo:read": 3}},
	}
}

// token stores a token of the owner.
func (s *Store) token(t testing.TB, o *pat.Owner) pat.Token {
	t.Helper()
	token := draft(t, *o, noon().Add(time.Duration(o.Version)*time.Second))
	must(t, s.CreateToken(t.Context(), pat.NewToken{Token: token, OwnerVersion: o.Version}))
	o.Version++
	return token
}

// told stores a token of which all has been told but its end.
func (s *Store) told(t testing.TB, o *pat.Owner) pat.Token {
	t.Helper()
	token := draft(t, *o, noon().Add(time.Duration(o.Version)*time.Second))
	token.DueAt = time.Time{}
	must(t, s.CreateToken(t.Context(), pat.NewToken{Token: token, OwnerVersion: o.Version}))
	o.Version++
	return token
}

// spendUses spends uses of a token as it stands.
func (s *Store) spendUses(t testing.TB, p pat.Prefix, n int64) {
	t.Helper()
	token, err := s.Token(t.Context(), p)
	must(t, err)
	_, err = s.SpendUses(t.Context(), token, n)
	must(t, err)
}

// rewrite changes the row at a key behind the store's back.
func (s *Store) rewrite(t testing.TB, bucket, key string, edit func([]byte) []byte) {
	t.Helper()
	must(t, s.db.Update(func(tx *bbolt.Tx) error {
		b := tx.Bucket([]byte(bucket))
		return b.Put([]byte(key), edit(append([]byte(nil), b.Get([]byte(key))...)))
	}))
}

// commits returns how often the file was written.
func (s *Store) commits(t testing.TB) (id int) {
	t.Helper()
	must(t, s.db.View(func(tx *bbolt.Tx) error {
		id = tx.ID()
		return nil
	}))
	return id
}
