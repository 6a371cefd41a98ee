package storetest_test

import (
	"errors"
	"testing"

	"latchkey/shared/pat"
	"latchkey/shared/store/mem"
	"latchkey/shared/store/storetest"
)

func TestFaultyFailsTheChosenCallAlone(t *testing.T) {
	for _, c := range []struct {
		name    string
		when    storetest.When
		written bool
	}{
		{"before its work", storetest.Before, false},
		{"after its work", storetest.After, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			store := mem.New()
			f := storetest.NewFaulty(store)
			f.Fail("PutOwner", 2, c.when)
			for i, id := range []pat.OwnerID{"user#a", "user#b", "user#c"} {
				err := f.PutOwner(t.Context(), pat.Owner{ID: id, Tag: "00000000"}, 0, pat.Standing{})
				if errors.Is(err, storetest.ErrFault) != (i == 1) {
					t.Errorf("call %d: %v", i+1, err)
				}
				if f.Waiting() != (i == 0) {
					t.Errorf("after call %d: waiting: %t", i+1, f.Waiting())
				}
			}
			if _, err := store.Owner(t.Context(), "user#b"); (err == nil) != c.written {
				t.Errorf("the write: %v, should have happened: %t", err, c.written)
			}
		})
	}
}

func TestAFaultThatIsTakenBackDoesNotHappen(t *testing.T) {
	f := storetest.NewFaulty(mem.New())
	f.Fail("PutOwner", 1, storetest.Before)
	f.Calm()
	if err := f.PutOwner(t.Context(), pat.Owner{ID: "user#a", Tag: "00000000"}, 0, pat.Standing{}); err != nil || f.Waiting() {
		t.Errorf("%v, waiting: %t", err, f.Waiting())
	}
}

func TestFaultyRefusesAMethodThatThereIsNot(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Error("no panic")
		}
	}()
	storetest.NewFaulty(mem.New()).Fail("Tokenz", 1, storetest.Before)
}

// A store without faults behaves the same wrapped, so that what the faults show is theirs.
func TestStore(t *testing.T) {
	storetest.Run(t, func(*testing.T) pat.Store { return storetest.NewFaulty(mem.New()) })
}
