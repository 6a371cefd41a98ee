package bolt

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"syscall"
	"time"

	"go.etcd.io/bbolt"
	berrors "go.etcd.io/bbolt/errors"
)

// format is the version of what the file holds; it moves when a version before could misread it. A file of the version
// before is brought to it when it is opened.
const format, formatBefore = "2", "1"

// The buckets. Those of records are in the order of their keys, so that what is listed together lies together.
const (
	bucketMeta    = "meta"    // the format, the service keys
	bucketOwners  = "owners"  // by id
	bucketTokens  = "tokens"  // by prefix: an owner's side by side under his tag
	bucketAnswers = "answers" // by tag and key
	bucketOutbox  = "outbox"  // by sequence, in eight bytes
	bucketDue     = "due"     // an index: tokens by when they are to be announced
	bucketEnds    = "ends"    // an index: tokens and answers by when they are to be collected
)

var (
	bucketsBefore = []string{bucketMeta, bucketOwners, bucketTokens, bucketAnswers, bucketOutbox}
	buckets       = append(slices.Clip(bucketsBefore), bucketDue, bucketEnds)
)

const (
	keyFormat = "format"
	keyKeys   = "keys"
)

const (
	// fileMode keeps the file to its owner: it holds the keys that sign sessions.
	fileMode = 0o600
	// lockTimeout is long enough for a process that is just ending.
	lockTimeout = 200 * time.Millisecond
)

// Open opens the store in the file, and makes it if there is none; its directory must exist. ErrLocked if
// another process has it open, ErrFormat if it is something else than a store of this version.
func Open(path string) (*Store, error) {
	db, err := openFile(path)
	if err != nil {
		return nil, fmt.Errorf("bolt: open %s: %w", path, err)
	}
	if err := guard(func() error { return prepare(db, path) }); err != nil {
		return nil, fmt.Errorf("bolt: open %s: %w", path, errors.Join(unreadable(err), db.Close()))
	}
	last, err := settle(db, path)
	if err != nil {
		return nil, fmt.Errorf("bolt: open %s: %w", path, errors.Join(err, db.Close()))
	}
	return start(db, last), nil
}

// tighten takes the file, which is known to be ours, from anybody but its owner.
func tighten(path string) error {
	info, err := os.Stat(path)
	if err != nil || info.Mode().Perm()&0o077 == 0 {
		return err
	}
	return os.Chmod(path, fileMode)
}

// settle brings to the disk what a process before may have written and not synced, the file's name too, and
// returns the last commit.
func settle(db *bbolt.DB, path string) (last int, err error) {
	if err := errors.Join(db.Sync(), syncDir(filepath.Dir(path))); err != nil {
		return 0, err
	}
	err = db.View(func(tx *bbolt.Tx) error {
		last = tx.ID()
		return nil
	})
	return last, err
}

func openFile(path string) (db *bbolt.DB, err error) {
	if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
		return nil, fmt.Errorf("%w: not a regular file", ErrFormat)
	}
	err = guard(func() (err error) { // after a panic the lock stays until the process ends
		db, err = bbolt.Open(path, fileMode, &bbolt.Options{
			Timeout: lockTimeout, FreelistType: bbolt.FreelistMapType, NoStatistics: true,
		})
		return err
	})
	if errors.Is(err, berrors.ErrTimeout) {
		return nil, ErrLocked
	}
	return db, unreadable(err)
}

// unreadable gives one name to whatever bbolt says of a file that is not its own, or is damaged. What the
// system says keeps its own.
func unreadable(err error) error {
	if err == nil || errors.Is(err, ErrFormat) {
		return err
	}
	if _, ok := errors.AsType[syscall.Errno](err); ok {
		return err
	}
	return fmt.Errorf("%w: %w", ErrFormat, err)
}

// prepare checks that the file is a store and whole, or makes it one if it is empty or of the version before.
func prepare(db *bbolt.DB, path string) error {
	was := ""
	err := db.View(func(tx *bbolt.Tx) error {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		if info.Size() < tx.Size() {
			return fmt.Errorf("%w: the file is %d bytes long and should be %d: an incomplete copy?", ErrFormat, info.Size(), tx.Size())
		}
		if first, _ := tx.Cursor().First(); first == nil {
			return nil
		}
		was, err = checkFormat(tx)
		return err
	})
	if err != nil {
		return err
	}
	if err := tighten(path); err != nil {
		return err
	}
	switch was {
	case "":
		return makeStore(db)
	case formatBefore:
		return db.Update(upgrade)
	}
	return nil
}

// checkFormat returns the format of a file that is a store.
func checkFormat(tx *bbolt.Tx) (found string, err error) {
	meta := tx.Bucket([]byte(bucketMeta))
	if meta == nil || meta.Get([]byte(keyFormat)) == nil {
		return "", fmt.Errorf("%w: another program's file", ErrFormat)
	}
	found = string(meta.Get([]byte(keyFormat)))
	needed, known := map[string][]string{formatBefore: bucketsBefore, format: buckets}[found]
	if !known {
		return "", fmt.Errorf("%w: its format is %.20q, this version's is %q", ErrFormat, found, format)
	}
	for _, name := range needed {
		if tx.Bucket([]byte(name)) == nil {
			return "", fmt.Errorf("%w: the bucket %s is missing", ErrFormat, name)
		}
	}
	return found, nil
}

func makeStore(db *bbolt.DB) error {
	return db.Update(func(tx *bbolt.Tx) error {
		for _, name := range buckets {
			if _, err := tx.CreateBucket([]byte(name)); err != nil {
				return err
			}
		}
		return tx.Bucket([]byte(bucketMeta)).Put([]byte(keyFormat), []byte(format))
	})
}

// syncDir makes the file's name durable, as each commit does what is in it.
func syncDir(dir string) error {
	if runtime.GOOS == "windows" { // which has no such thing
		return nil
	}
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
