package bolt

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"latchkey/shared/pat"
)

// contents is all that a store holds for a group and its only token.
type contents struct {
	Keys    pat.Keys
	Owner   pat.Owner
	Token   pat.Token
	Answer  pat.Answer
	Pending []Entry
}

func (s *Store) contents(t *testing.T, owner pat.OwnerID, p pat.Prefix) (c contents) {
	t.Helper()
	var err error
	c.Keys, err = s.Keys(t.Context())
	must(t, err)
	c.Owner, err = s.Owner(t.Context(), owner)
	must(t, err)
	c.Token, err = s.Token(t.Context(), p)
	must(t, err)
	c.Answer, err = s.Answer(t.Context(), c.Owner.Tag, "key")
	must(t, err)
	c.Pending, err = s.After(t.Context(), 0, 10)
	must(t, err)
	return c
}

// fill writes one record of every kind, the token by three writes.
func (s *Store) fill(t *testing.T) (pat.OwnerID, pat.Prefix) {
	t.Helper()
	ctx := t.Context()
	must(t, s.PutKeys(ctx, pat.Keys{Tag: [][]byte{[]byte("tag")}, Seal: []byte("seal"),
		Signing: []pat.SigningKey{{ID: "kid", Private: []byte("private"), CreatedAt: noon()}},
		Vault:   []pat.VaultKey{{ID: "vault", Key: []byte("plain"), CreatedAt: noon()}}}, 0))
	o := s.owner(t, "group#7")
	token := draft(t, o, noon())
	answer := pat.Answer{Tag: o.Tag, Key: "key", Body: pat.Hash{1}, Sealed: []byte("sealed"), Until: noon()}
	must(t, s.CreateToken(ctx, pat.NewToken{Token: token, OwnerVersion: 1, Answer: &answer}))
	must(t, s.TouchToken(ctx, token.Prefix, noon(), pat.Usage{LastUsedAt: noon().Add(time.Minute)}))
	token.Name = "renamed"
	must(t, s.UpdateToken(ctx, token, 1, pat.Standing{}))
	s.spendUses(t, token.Prefix, 7)
	return o.ID, token.Prefix
}

func TestAReopenedStoreHoldsAllOfIt(t *testing.T) {
	path := filepath.Join(t.TempDir(), "latchkey.db")
	s := open(t, path)
	owner, p := s.fill(t)
	want := s.contents(t, owner, p)
	must(t, s.Close())
	same(t, "contents", open(t, path).contents(t, owner, p), want)
	if want.Token.Usage.Uses != 7 || want.Token.Version != 2 || len(want.Pending) != 2 {
		t.Errorf("which was not what was written: %+v", want)
	}
}

// A copy of the file as it is at this moment is what a process that is killed now leaves behind.
func TestAnAcknowledgedWriteIsInTheFile(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "latchkey.db")
	s := open(t, path)
	owner, p := s.fill(t)
	for i := range 8 {
		left := filepath.Join(dir, fmt.Sprintf("left%d.db", i))
		raw, err := os.ReadFile(path)
		must(t, err)
		must(t, os.WriteFile(left, raw, 0o600))
		same(t, "contents", open(t, left).contents(t, owner, p), s.contents(t, owner, p))

		s.spendUses(t, p, 1)
	}
}

// A process that is killed while it writes leaves the state before: the root of the new one is what is written
// last, and here it is taken back.
func TestAWriteThatIsCutOffHasNotHappened(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "latchkey.db")
	s := open(t, path)
	owner, p := s.fill(t)
	want := s.contents(t, owner, p)
	before, err := os.ReadFile(path)
	must(t, err)
	s.spendUses(t, p, 1)
	after, err := os.ReadFile(path)
	must(t, err)

	// The two first pages are the roots of the two last states.
	size := os.Getpagesize()
	root := 0
	if bytes.Equal(before[:size], after[:size]) {
		root = size
	}
	copy(after[root:root+size], before[root:root+size])
	left := filepath.Join(dir, "left.db")
	must(t, os.WriteFile(left, after, 0o600))
	same(t, "contents", open(t, left).contents(t, owner, p), want)
}

func TestAPageThatVanishesIsAnError(t *testing.T) {
	path := filepath.Join(t.TempDir(), "latchkey.db")
	s := open(t, path)
	o := s.owner(t, "user#alice")
	token := s.token(t, &o)
	must(t, os.Truncate(path, 2*int64(os.Getpagesize())))
	_, err := s.Token(t.Context(), token.Prefix)
	if _, ok := errors.AsType[panicked](err); !ok {
		t.Errorf("a read of a page that is gone: %v", err)
	}
	err = s.PutOwner(t.Context(), o, o.Version, pat.Standing{})
	if err == nil || errors.Is(err, pat.ErrConflict) {
		t.Errorf("a write beside a page that is gone: %v", err)
	}
	must(t, s.Close())
}
