package runtimeapi

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// Function is one function with its environments.
type Function struct {
	o       Options
	pool    pool
	running sync.WaitGroup // invocations, also those that nobody waits for any more
	started atomic.Int64
	mu      sync.Mutex // guards closing against new invocations
	closed  bool
	live    []*environment // and some that have ended
}

// New describes a function to the host. No program is started before the first invocation.
func New(o Options) *Function {
	f := &Function{o: o.withDefaults()}
	f.pool.free, f.pool.queue = f.o.Concurrency, f.o.Queue
	return f
}

// Started returns how many environments have been started so far.
func (f *Function) Started() int { return int(f.started.Load()) }

// Invoke runs the function on an event and returns its payload; or a *Failure, ErrThrottled, ErrTooLarge,
// ErrClosed. When the context ends, only the waiting does: Lambda finishes what it has begun.
func (f *Function) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	if len(event) > MaxPayload {
		return nil, ErrTooLarge
	}
	if !f.enter() {
		return nil, ErrClosed
	}
	env, err := f.pool.take(ctx, f.o.Patience)
	if err != nil {
		f.running.Done()
		return nil, err
	}
	c := &call{id: newID(), event: event, trace: Trace(), answer: make(chan answer, 1)}
	done := make(chan answer, 1)
	go func() {
		defer f.running.Done()
		f.run(env, c, done)
	}()
	select {
	case got := <-done:
		if got.failure != nil {
			return nil, got.failure
		}
		return got.payload, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// enter counts an invocation in, unless the function is closed.
func (f *Function) enter() bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if !f.closed {
		f.running.Add(1)
	}
	return !f.closed
}

// run brings one call to its end. Its answer is passed on when the place is free again, so that whoever comes next,
// because of that answer, finds the same environment.
func (f *Function) run(env *environment, c *call, done chan<- answer) {
	var init time.Duration
	if env != nil && !env.alive() { // it died while it had nothing to do
		env.finish()
		env = nil
	}
	if env == nil {
		began := time.Now()
		var failure *Failure
		if env, failure = f.start(c.id); failure != nil {
			f.pool.give(nil)
			done <- answer{failure: failure}
			return
		}
		init = time.Since(began)
	}
	got, free := f.serve(env, c, init)
	if !free {
		env.kill()
		env = nil
	}
	kept := f.pool.give(env)
	done <- got
	if !kept && env != nil {
		env.retire()
	}
}

// Kill ends every environment now, whatever it is doing, as a machine does that fails.
func (f *Function) Kill() {
	f.mu.Lock()
	live := f.live
	f.live = nil
	f.mu.Unlock()
	for _, env := range live {
		env.kill()
	}
}

// Close lets what runs come to its end, and ends every environment.
func (f *Function) Close() {
	f.mu.Lock()
	f.closed = true
	f.mu.Unlock()
	var retiring sync.WaitGroup
	for _, env := range f.pool.close() {
		retiring.Go(env.retire)
	}
	retiring.Wait()
	f.running.Wait()
}
