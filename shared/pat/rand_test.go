package pat_test

import (
	"io"
	"math/rand/v2"
	"sync"
)

// counting is a reader of 0, 1, 2, … 255, 0, 1, …: what is drawn from it can be read off by eye.
type counting struct{ next byte }

func (c *counting) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = c.next
		c.next++
	}
	return len(p), nil
}

// seeded is a reader of bytes that look random and are the same in every run.
type seeded struct {
	mu     sync.Mutex
	stream *rand.ChaCha8
}

func newSeeded(seed string) *seeded {
	var s [32]byte
	copy(s[:], seed)
	return &seeded{stream: rand.NewChaCha8(s)}
}

func (s *seeded) Read(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stream.Read(p)
}

// exhausted is a source of randomness that has none.
type exhausted struct{}

func (exhausted) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
