package bolt

import (
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.etcd.io/bbolt"

	"latchkey/shared/pat"
)

func (s *Store) pending(t *testing.T, max int) []Entry {
	t.Helper()
	entries, err := s.After(t.Context(), 0, max)
	must(t, err)
	return entries
}

// entryOf is what the outbox should say of the token as it stands.
func entryOf(sequence uint64, t pat.Token) Entry {
	return Entry{Sequence: sequence, Token: pat.Token{
		ID: t.ID, Prefix: t.Prefix, Owner: t.Owner, CreatedBy: t.CreatedBy,
		Product: t.Product, Name: t.Name, Version: t.Version, Disabled: t.Disabled, Suspended: t.Suspended, Compromised: t.Compromised,
		NotBefore: t.NotBefore, ExpiresAt: t.ExpiresAt, RevokedAt: t.RevokedAt, LastChange: t.LastChange,
	}}
}

func TestEachChangeOfATokenIsInTheOutbox(t *testing.T) {
	s := open(t, "")
	same(t, "outbox at first", s.pending(t, 10), []Entry{})
	o := s.owner(t, "user#alice")
	token := s.token(t, &o)
	want := []Entry{entryOf(1, token)}
	same(t, "outbox after a creation", s.pending(t, 10), want)

	token.Name, token.Disabled, token.NotBefore = "renamed", true, noon()
	token.LastChange = pat.Change{Kind: pat.ChangeUpdated, By: "user#root", Via: "oidc", At: noon().Add(time.Minute)}
	must(t, s.UpdateToken(t.Context(), token, 1, pat.Standing{}))
	token.Version = 2
	want = append(want, entryOf(2, token))
	token.RevokedAt, token.Suspended, token.Compromised = noon().Add(time.Hour), true, true
	token.LastChange = pat.Change{Kind: pat.ChangeRevoked, By: "user#alice", Via: "token:" + string(token.ID), At: noon().Add(time.Hour)}
	must(t, s.UpdateToken(t.Context(), token, 2, pat.Standing{}))
	token.Version = 3
	want = append(want, entryOf(3, token))
	same(t, "outbox after changes", s.pending(t, 10), want)
	same(t, "the first of the outbox", s.pending(t, 2), want[:2])
}

func TestUseAndRefusalsAreNotInTheOutbox(t *testing.T) {
	s := open(t, "")
	o := s.owner(t, "user#alice")
	token := s.token(t, &o)
	must(t, s.TouchToken(t.Context(), token.Prefix, noon().Add(time.Second), pat.Usage{LastUsedAt: noon().Add(time.Minute)}))
	s.spendUses(t, token.Prefix, 1)
	must(t, s.PutOwner(t.Context(), o, o.Version, pat.Standing{}))
	for _, err := range []error{
		s.UpdateToken(t.Context(), token, 2, pat.Standing{}),
		s.UpdateToken(t.Context(), draft(t, o, noon()), 1, pat.Standing{}),
		s.CreateToken(t.Context(), pat.NewToken{Token: token, OwnerVersion: o.Version + 1}),
		s.CreateToken(t.Context(), pat.NewToken{Token: draft(t, o, noon()), OwnerVersion: o.Version}),
	} {
		if err == nil {
			t.Error("a write that should be refused was not")
		}
	}
	same(t, "outbox", s.pending(t, 10), []Entry{entryOf(1, token)})
}

func TestDeliveredEntriesAreGone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "latchkey.db")
	s := open(t, path)
	o := s.owner(t, "user#alice")
	var want []Entry
	for i := range 600 { // beyond one byte of sequence, and beyond one page
		if i < 3 || i > 590 {
			want = append(want, entryOf(uint64(i+1), s.token(t, &o)))
			continue
		}
		must(t, s.write(t.Context(), "fill the outbox", func(x *txn) error { return x.emit([]byte("x")) }))
	}
	must(t, s.Delivered(t.Context(), 0))
	same(t, "outbox", s.pending(t, 3), want[:3])
	must(t, s.Delivered(t.Context(), 2))
	same(t, "outbox after two", s.pending(t, 1), want[2:3])
	must(t, s.Delivered(t.Context(), 591))
	same(t, "outbox after most", s.pending(t, 100), want[3:])
	must(t, s.Delivered(t.Context(), 591))
	same(t, "outbox after most, again", s.pending(t, 100), want[3:])
	must(t, s.Delivered(t.Context(), 1<<63))
	same(t, "outbox after all", s.pending(t, 100), []Entry{})

	must(t, s.Close())
	s = open(t, path)
	same(t, "the next entry", s.pending(t, 1), []Entry{})
	same(t, "the next entry", entryOf(601, s.token(t, &o)), s.pending(t, 1)[0])
}

// While a transaction is under way nothing else is written, so a long outbox is cleared in several.
func TestALongOutboxIsClearedALittleAtATime(t *testing.T) {
	s := open(t, "")
	const entries = 3*deliveredBatch + 1
	must(t, s.write(t.Context(), "fill the outbox", func(x *txn) (err error) {
		for range entries {
			err = errors.Join(err, x.emit([]byte("x")))
		}
		return err
	}))
	before := s.commits(t)
	must(t, s.Delivered(t.Context(), entries-1))
	same(t, "transactions", s.commits(t)-before, 3)
	same(t, "entries", s.keysOf(t, bucketOutbox), []string{string(sequenceKey(entries))})
}

func TestTheOutboxHoldsNoHash(t *testing.T) {
	s := open(t, "")
	o := s.owner(t, "user#alice")
	token := s.token(t, &o)
	row, err := encodeToken(token)
	must(t, err)
	hash := hashIn(t, string(row))
	must(t, s.db.View(func(tx *bbolt.Tx) error {
		raw := string(tx.Bucket([]byte(bucketOutbox)).Get(sequenceKey(1)))
		if raw == "" || strings.Contains(raw, hash) || strings.Contains(raw, "hash") {
			t.Errorf("outbox: %s", raw)
		}
		return nil
	}))
}

// hashIn returns the hash as a token's row spells it.
func hashIn(t *testing.T, row string) string {
	t.Helper()
	_, rest, ok := strings.Cut(row, `"hash":"`)
	hash, _, end := strings.Cut(rest, `"`)
	if !ok || !end || len(hash) != 44 {
		t.Fatalf("no hash in a row")
	}
	return hash
}
