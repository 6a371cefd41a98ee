package runtimeapi

import (
	"context"
	"slices"
	"sync"
	"time"
)

// pool lends environments, the most recently returned first, and never more than there may be. A place without an
// environment is lent as nil: the borrower starts one.
type pool struct {
	mu      sync.Mutex
	idle    []*environment
	free    int // places that have no environment yet
	waiting []chan *environment
	queue   int
	closed  bool
}

// take waits for a place for as long as patience lasts.
func (p *pool) take(ctx context.Context, patience time.Duration) (*environment, error) {
	p.mu.Lock()
	switch {
	case p.closed:
		p.mu.Unlock()
		return nil, ErrClosed
	case len(p.idle) > 0:
		last := len(p.idle) - 1
		env := p.idle[last]
		p.idle = p.idle[:last]
		p.mu.Unlock()
		return env, nil
	case p.free > 0:
		p.free--
		p.mu.Unlock()
		return nil, nil
	case len(p.waiting) >= p.queue:
		p.mu.Unlock()
		return nil, ErrThrottled
	}
	place := make(chan *environment, 1)
	p.waiting = append(p.waiting, place)
	p.mu.Unlock()

	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case env, ok := <-place:
		if !ok {
			return nil, ErrClosed
		}
		return env, nil
	case <-timer.C:
		return nil, p.leave(place, ErrThrottled)
	case <-ctx.Done():
		return nil, p.leave(place, ctx.Err())
	}
}

// leave stops waiting. A place that was lent in the same moment goes back.
func (p *pool) leave(place chan *environment, why error) error {
	p.mu.Lock()
	i := slices.Index(p.waiting, place)
	if i >= 0 {
		p.waiting = slices.Delete(p.waiting, i, i+1)
	}
	p.mu.Unlock()
	if i < 0 {
		if env, ok := <-place; ok {
			p.give(env)
		}
	}
	return why
}

// give returns a place, with its environment or nil for one that has ended. It says whether the environment is
// kept: not after close.
func (p *pool) give(env *environment) (kept bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.closed:
		return false
	case len(p.waiting) > 0:
		place := p.waiting[0]
		p.waiting = p.waiting[1:]
		place <- env
	case env == nil:
		p.free++
	default:
		p.idle = append(p.idle, env)
	}
	return true
}

// close turns away all who wait or come, and returns the environments that nobody has borrowed.
func (p *pool) close() []*environment {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closed = true
	for _, place := range p.waiting {
		close(place)
	}
	idle := p.idle
	p.idle, p.waiting = nil, nil
	return idle
}
