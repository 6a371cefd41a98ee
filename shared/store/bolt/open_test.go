package bolt_test

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"go.etcd.io/bbolt"

	"latchkey/shared/pat"
	"latchkey/shared/store/bolt"
)

func TestAFileIsOneProcesssAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "latchkey.db")
	first, err := bolt.Open(path)
	must(t, err)
	if second, err := bolt.Open(path); !errors.Is(err, bolt.ErrLocked) || second != nil {
		t.Fatalf("opened twice: %v", err)
	}
	must(t, first.Close())
	again, err := bolt.Open(path)
	must(t, err)
	must(t, again.Close())
}

func TestAFileIsItsOwnersAlone(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // which has no such modes
	}
	fresh := filepath.Join(t.TempDir(), "fresh.db")
	empty := filepath.Join(t.TempDir(), "empty.db")
	must(t, os.WriteFile(empty, nil, 0o666))
	for _, path := range []string{fresh, empty} {
		s, err := bolt.Open(path)
		must(t, err)
		must(t, s.Close())
		info, err := os.Stat(path)
		must(t, err)
		if info.Mode() != 0o600 {
			t.Errorf("%s has the mode %s", filepath.Base(path), info.Mode())
		}
	}
}

func TestADirectoryIsNotMade(t *testing.T) {
	path := filepath.Join(t.TempDir(), "missing", "latchkey.db")
	if _, err := bolt.Open(path); !errors.Is(err, fs.ErrNotExist) || errors.Is(err, bolt.ErrFormat) {
		t.Errorf("opened in a directory that is missing: %v", err)
	}
	if _, err := os.Stat(filepath.Dir(path)); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the directory is there: %v", err)
	}
}

func TestWhatIsNoStoreIsRefusedAndLeftAlone(t *testing.T) {
	for _, c := range []struct {
		name string
		says string
		make func(t *testing.T, path string)
	}{
		{"a few words", "", func(t *testing.T, path string) { write(t, path, []byte("not a database\n")) }},
		{"less than two pages", "", func(t *testing.T, path string) { write(t, path, make([]byte, 5000)) }},
		{"many zeros", "", func(t *testing.T, path string) { write(t, path, make([]byte, 1<<16)) }},
		{"much text", "", func(t *testing.T, path string) { write(t, path, bytes.Repeat([]byte("latchkey "), 10000)) }},
		{"another program's file", "another program", func(t *testing.T, path string) {
			edit(t, path, func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("theirs")); return err })
		}},
		{"another program's file with a bucket of our name", "another program", func(t *testing.T, path string) {
			edit(t, path, func(tx *bbolt.Tx) error { _, err := tx.CreateBucket([]byte("meta")); return err })
		}},
		{"a later format", `"3"`, func(t *testing.T, path string) {
			makeStore(t, path)
			edit(t, path, func(tx *bbolt.Tx) error { return tx.Bucket([]byte("meta")).Put([]byte("format"), []byte("3")) })
		}},
		{"a store without its tokens", "tokens", func(t *testing.T, path string) {
			makeStore(t, path)
			edit(t, path, func(tx *bbolt.Tx) error { return tx.DeleteBucket([]byte("tokens")) })
		}},
		{"the first pages of a store", "", func(t *testing.T, path string) {
			makeStore(t, path)
			must(t, os.Truncate(path, 3*int64(os.Getpagesize())))
		}},
		{"the first half of a store", "incomplete", func(t *testing.T, path string) {
			makeStore(t, path)
			edit(t, path, func(tx *bbolt.Tx) error {
				return tx.Bucket([]byte("owners")).Put([]byte("user#b"), make([]byte, 1<<16))
			})
			edit(t, path, func(tx *bbolt.Tx) error { return nil }) // which moves all but those pages to the front
			info, err := os.Stat(path)
			must(t, err)
			must(t, os.Truncate(path, info.Size()/2))
		}},
		{"a store whose pages are spoilt", "", func(t *testing.T, path string) {
			makeStore(t, path)
			raw, err := os.ReadFile(path)
			must(t, err)
			for i := 2 * os.Getpagesize(); i < len(raw); i++ {
				raw[i] = 0xa5
			}
			write(t, path, raw)
		}},
		{"a directory", "not a regular file", func(t *testing.T, path string) { must(t, os.Mkdir(path, 0o700)) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "latchkey.db")
			c.make(t, path)
			before, _ := os.ReadFile(path)
			s, err := bolt.Open(path)
			if s != nil || !errors.Is(err, bolt.ErrFormat) || !strings.Contains(err.Error(), c.says) {
				t.Fatalf("%v, want %v that says %q", err, bolt.ErrFormat, c.says)
			}
			if !strings.Contains(err.Error(), path) {
				t.Errorf("%v: which file?", err)
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(before, after) {
				t.Error("the file has changed")
			}
		})
	}
}

func write(t *testing.T, path string, raw []byte) {
	t.Helper()
	must(t, os.WriteFile(path, raw, 0o600))
}

// edit changes a file with bbolt alone.
func edit(t *testing.T, path string, change func(*bbolt.Tx) error) {
	t.Helper()
	db, err := bbolt.Open(path, 0o600, nil)
	must(t, err)
	must(t, db.Update(change))
	must(t, db.Close())
}

func makeStore(t *testing.T, path string) {
	t.Helper()
	s, err := bolt.Open(path)
	must(t, err)
	must(t, s.PutOwner(t.Context(), pat.Owner{ID: "user#alice", Tag: "00000000"}, 0, pat.Standing{}))
	must(t, s.Close())
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
