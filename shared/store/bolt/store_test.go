package bolt_test

import (
	"path/filepath"
	"testing"

	"latchkey/shared/pat"
	"latchkey/shared/store/bolt"
	"latchkey/shared/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(t *testing.T) pat.Store {
		store, err := bolt.Open(filepath.Join(t.TempDir(), "latchkey.db"))
		if err != nil {
			t.Fatal(err)
		}
		return store
	})
}
