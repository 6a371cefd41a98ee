package pat

import (
	"context"
	"hash/fnv"
)

// turns lets the creates of one owner in this process go one after another, so that they do not spend their
// tries on each other. Correctness never rests on it: other processes write too.
type turns []chan struct{}

func newTurns() turns {
	t := make(turns, 64)
	for i := range t {
		t[i] = make(chan struct{}, 1)
	}
	return t
}

// take waits for the owner's turn; done gives it back.
func (t turns) take(ctx context.Context, owner OwnerID) (done func(), err error) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(owner))
	turn := t[h.Sum32()%uint32(len(t))]
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, unavailable("wait for the owner's turn", ctx.Err())
	}
}
