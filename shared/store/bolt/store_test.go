package bolt_test

import (
	"path/filepath"
	"testing"

	"latchkey/shared/pat"
	"latchkey/shared/store/bolt"
	"latchkey/shared/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) pat.Store { return open(t) })
}

func TestPurge(t *testing.T) {
	storetest.RunPurge(t, func(t *testing.T) storetest.Purger { return open(t) })
}

func open(t *testing.T) *bolt.Store {
	t.Helper()
	store, err := bolt.Open(filepath.Join(t.TempDir(), "latchkey.db"))
	must(t, err)
	return store
}
