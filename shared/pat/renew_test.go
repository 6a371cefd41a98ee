package pat_test

import (
	"context"
	"testing"

	"latchkey/shared/pat"
	"latchkey/shared/store/mem"
)

// held is a store whose keys are not given out until it is let go.
type held struct {
	pat.Store
	letGo chan struct{}
}

func (h held) Keys(ctx context.Context) (pat.Keys, error) {
	<-h.letGo
	return h.Store.Keys(ctx)
}

func TestKeysAreWaitedForNoLongerThanTheRequestLasts(t *testing.T) {
	h := held{mem.New(), make(chan struct{})}
	if err := h.PutKeys(t.Context(), pat.Keys{Tag: [][]byte{tagKey(1)}, Seal: tagKey(7)}, 0); err != nil {
		t.Fatal(err)
	}
	ring := pat.NewKeyRing(h)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := ring.Renew(ctx, morning); pat.CodeOf(err) != pat.CodeUnavailable {
		t.Errorf("got %v", err)
	}
	close(h.letGo)
	if _, err := ring.Renew(t.Context(), morning); err != nil {
		t.Errorf("afterwards: %v", err)
	}
}
