package mem_test

import (
	"testing"

	"latchkey/shared/pat"
	"latchkey/shared/store/mem"
	"latchkey/shared/store/storetest"
)

func TestStore(t *testing.T) {
	storetest.Run(t, func(*testing.T) pat.Store { return mem.New() })
}

func TestPurge(t *testing.T) {
	storetest.RunPurge(t, func(*testing.T) storetest.Purger { return mem.New() })
}
