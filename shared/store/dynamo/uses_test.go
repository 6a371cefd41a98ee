package dynamo_test

import (
	"testing"
	"time"

	"latchkey/shared/pat"
	"latchkey/shared/store/dynamo"
	"latchkey/shared/store/storetest"
)

// stores are several on the rig's table, as several functions have them.
func (r *rig) stores(n int) (all []pat.Store) {
	r.Helper()
	for range n {
		all = append(all, r.open())
	}
	return all
}

// notes counts the writes that went over the wire since the last Reset, and the records in the stream that say of themselves
// that a use wrote them: each is a note that was made, and none is a change, as the filter of the stream's consumer has it.
func (r *rig) notes() (tried, made int) {
	r.Helper()
	for _, c := range r.proxy.Calls() {
		if c.Operation != "UpdateItem" {
			continue
		}
		// On a busy machine a note is given up after its quarter of a second, without an answer.
		if tried++; c.Status != 200 && c.Status != 0 && c.Code != "ConditionalCheckFailedException" {
			r.Errorf("a note of use ends with %d %s", c.Status, c.Code)
		}
	}
	all, err := r.db.Stream(r.Context(), r.table)
	r.must(err)
	for _, w := range all {
		image, err := dynamo.ReadImage(w.New)
		if err != nil || w.Event != "MODIFY" { // the owner, the keys, and how the tokens were made
			continue
		}
		if made++; image.Changed || !image.Untold {
			r.Errorf("a use is taken for a change, or for one that was told: %+v", image)
		}
	}
	return tried, made
}

// TestAUseIsNotedOnceAMinute at a thousand verifications a second, for twenty seconds that lie around the ends of minutes.
func TestAUseIsNotedOnceAMinute(t *testing.T) {
	r := newRig(t)
	noted := storetest.RunUses(t, r.stores(4), [2]time.Duration{0, 4 * time.Second}, [2]time.Duration{56 * time.Second, 64 * time.Second},
		[2]time.Duration{118 * time.Second, 126 * time.Second})
	tried, made := r.notes()
	if noted.Verified != 20_000 || made > 3*10 || made < 2*10 || made < noted.Made || tried < noted.Tried {
		t.Errorf("%+v; over the wire %d tried, and %d in the stream", noted, tried, made)
	}
}

// TestARushOnOneTokenIsOneNote: each function that reads the record before the first note is made tries to make it too, and
// DynamoDB charges a unit for each that comes too late.
func TestARushOnOneTokenIsOneNote(t *testing.T) {
	r := newRig(t)
	noted := storetest.RunRush(t, r.stores(32))
	if tried, made := r.notes(); made != 1 || tried < noted.Tried || noted.Tried > 32 {
		t.Errorf("%+v; over the wire %d tried, and %d in the stream", noted, tried, made)
	}
}
