package runtimeapi

import (
	"context"
	"crypto/rand"
	"fmt"
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

// start makes a new environment and waits until it asks for something to do.
func (f *Function) start(id string) (*environment, *Failure) {
	f.started.Add(1)
	env, err := launch(f.o)
	if err != nil {
		return nil, notStarted(id, err)
	}
	timer := time.NewTimer(f.o.Init)
	defer timer.Stop()
	var failure *Failure
	select {
	case <-env.api.arrived:
		return env, nil
	case failure = <-env.api.initErr:
	case <-env.exited:
		select { // it may have said why
		case failure = <-env.api.initErr:
		default:
			failure = ended(id, env.err)
		}
	case <-timer.C:
		failure = timedOut(id, f.o.Init)
	}
	fmt.Fprintf(f.o.Log, "INIT_REPORT Phase: init\tStatus: error\tError Type: %s\n", failure.Type)
	env.kill()
	return nil, failure
}

// serve has the environment serve a call, and reports whether it is free again afterwards.
func (f *Function) serve(env *environment, c *call, init time.Duration) (got answer, free bool) {
	fmt.Fprintf(f.o.Log, "START RequestId: %s Version: %s\n", c.id, version)
	began := time.Now()
	c.deadline = began.Add(f.o.Timeout).UnixMilli()
	timer := time.NewTimer(f.o.Timeout)
	defer timer.Stop()

	r := report{id: c.id, init: init, memory: f.o.Memory}
	env.api.begin(c)
	if got, r.status = f.outcome(env, c, timer); r.status == "" {
		free, r.status = freed(env, timer)
	}
	if got.failure != nil {
		r.kind = got.failure.Type
		if r.status == "" {
			r.status = "error"
		}
	}
	r.took, r.used = time.Since(began), peakMemory(env.cmd.Process.Pid)
	r.write(f.o.Log)
	return got, free
}

// outcome waits for a call's answer. It has a status where the answer is not the function's but Lambda's about it.
func (f *Function) outcome(env *environment, c *call, timer *time.Timer) (got answer, status string) {
	calls := env.api.calls
	for {
		select {
		case calls <- c:
			calls = nil // handed over
		case got := <-c.answer:
			return got, ""
		case <-env.exited:
			select { // it may have answered just before
			case got := <-c.answer:
				return got, ""
			default:
				return answer{failure: ended(c.id, env.err)}, "error"
			}
		case now := <-timer.C:
			fmt.Fprintf(f.o.Log, "%s %s Task timed out after %.2f seconds\n",
				now.UTC().Format("2006-01-02T15:04:05.000Z"), c.id, f.o.Timeout.Seconds())
			return answer{failure: timedOut(c.id, f.o.Timeout)}, "timeout"
		}
	}
}

// freed waits until an environment that has answered asks for its next call: until then it is not over, and billed.
func freed(env *environment, timer *time.Timer) (free bool, status string) {
	select {
	case <-env.api.arrived:
		return true, ""
	case <-env.exited:
		return false, "error"
	case <-timer.C:
		return false, "timeout"
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

// newID makes a request id, a UUID of version 4.
func newID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand aborts the program instead
	b[6], b[8] = b[6]&0x0f|0x40, b[8]&0x3f|0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}

// Trace makes a trace id as X-Ray has it.
func Trace() string {
	var b [12]byte
	_, _ = rand.Read(b[:])
	return fmt.Sprintf("Root=1-%08x-%x", time.Now().Unix(), b)
}
