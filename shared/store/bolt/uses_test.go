package bolt_test

import (
	"testing"
	"time"

	"latchkey/shared/pat"
	"latchkey/shared/store/storetest"
)

// TestAUseIsNotedOnceAMinute at a thousand verifications a second for three minutes.
func TestAUseIsNotedOnceAMinute(t *testing.T) {
	t.Parallel()
	store := open(t)
	t.Cleanup(func() { must(t, store.Close()) })
	noted := storetest.RunUses(t, []pat.Store{store, store, store, store}, [2]time.Duration{0, 3 * time.Minute})
	if noted.Verified != 180_000 || noted.Made != 3*10 {
		t.Errorf("%+v", noted)
	}
}
