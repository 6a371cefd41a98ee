package bolt

import (
	"path/filepath"
	"testing"
	"time"

	"latchkey/shared/pat"
)

func TestTheOutboxIsReadFromAnywhere(t *testing.T) {
	s := open(t, "")
	o := s.owner(t, "user#alice")
	var all []Entry
	for i := range 300 { // beyond one byte of sequence
		all = append(all, entryOf(uint64(i+1), s.token(t, &o)))
	}
	must(t, s.Delivered(t.Context(), 10))
	for _, c := range []struct {
		after uint64
		max   int
		want  []Entry
	}{
		{0, 2, all[10:12]}, {5, 1, all[10:11]}, {10, 2, all[10:12]}, {11, 3, all[11:14]}, {255, 2, all[255:257]},
		{297, 100, all[297:]}, {299, 1, all[299:]}, {300, 1, nil}, {301, 1, nil}, {1<<64 - 1, 1, nil}, {0, 0, nil},
	} {
		got, err := s.After(t.Context(), c.after, c.max)
		must(t, err)
		same(t, "entries", got, c.want)
	}
}

func TestTheNewestChangeIsKnownWhenItIsDelivered(t *testing.T) {
	path := filepath.Join(t.TempDir(), "latchkey.db")
	s := open(t, path)
	newest := func(want uint64) {
		t.Helper()
		got, err := s.Newest(t.Context())
		must(t, err)
		same(t, "newest", got, want)
	}
	newest(0)
	o := s.owner(t, "user#alice")
	s.token(t, &o)
	s.token(t, &o)
	newest(2)
	must(t, s.Delivered(t.Context(), 2))
	newest(2)
	must(t, s.Close())
	s = open(t, path)
	newest(2)
	s.token(t, &o)
	newest(3)
}

func TestHowFarReadersAreIsKept(t *testing.T) {
	path := filepath.Join(t.TempDir(), "latchkey.db")
	s := open(t, path)
	readers := func(want map[string]uint64) {
		t.Helper()
		got, err := s.Readers(t.Context())
		must(t, err)
		same(t, "readers", got, want)
	}
	readers(nil)
	through := map[string]uint64{"log": 7, "one": 1<<64 - 1}
	must(t, s.SetReaders(t.Context(), through))
	want := map[string]uint64{"log": 7, "one": 1<<64 - 1}
	through["log"] = 8
	readers(want)
	must(t, s.Close())
	s = open(t, path)
	readers(want)
	must(t, s.SetReaders(t.Context(), map[string]uint64{"log": 9}))
	readers(map[string]uint64{"log": 9})
	keys := pat.Keys{Tag: [][]byte{[]byte("tag")}, Seal: []byte("seal"), Signing: []pat.SigningKey{{ID: "kid", CreatedAt: time.Time{}}}}
	must(t, s.PutKeys(t.Context(), keys, 0))
	must(t, s.SetReaders(t.Context(), nil))
	readers(nil)
	_, err := s.Keys(t.Context())
	must(t, err)
}

func TestADamagedRowOfReadersIsAnError(t *testing.T) {
	for name, edit := range map[string]func([]byte) []byte{
		"another version's": replace(`"v":1`, `"v":2`),
		"a negative number": replace(`"log":7`, `"log":-7`),
		"an unknown member": replace(`"v":1`, `"v":1,"until":1`),
	} {
		s := open(t, "")
		must(t, s.SetReaders(t.Context(), map[string]uint64{"log": 7}))
		s.rewrite(t, bucketMeta, keyReaders, edit)
		_, err := s.Readers(t.Context())
		damaged(t, name, err)
	}
}

func TestADamagedEntryHoldsBackNoOther(t *testing.T) {
	s := open(t, "")
	o := s.owner(t, "user#alice")
	first, _, last := s.token(t, &o), s.token(t, &o), s.token(t, &o)
	s.rewrite(t, bucketOutbox, string(sequenceKey(2)), func(row []byte) []byte { return row[1:] })
	got := s.pending(t, 10)
	damaged(t, "the second", got[1].Damage)
	same(t, "the second", got[1].Token, pat.Token{})
	same(t, "its place", got[1].Sequence, uint64(2))
	same(t, "the others", []Entry{got[0], got[2]}, []Entry{entryOf(1, first), entryOf(3, last)})
}
