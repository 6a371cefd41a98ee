package runtimeapi

import (
	"fmt"
	"time"
)

// start makes a new environment and waits until it asks for something to do.
func (f *Function) start(id string) (*environment, *Failure) {
	f.started.Add(1)
	env, err := launch(f.o)
	if err != nil {
		return nil, notStarted(id, err)
	}
	f.mu.Lock()
	f.live = append(f.live, env)
	f.mu.Unlock()
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
