package runtimeapi_test

import (
	"encoding/json"
	"errors"
	"os"
	"syscall"
	"testing"
	"time"

	"latchkey/localstack/runtimeapi"
)

// world is a function, and what it logs.
type world struct {
	*runtimeapi.Function
	log *runtimeapi.Log
}

// start describes the function; it is closed, at the latest, when the test ends.
func start(t *testing.T, change func(*runtimeapi.Options)) world {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	w := world{log: &runtimeapi.Log{}}
	o := runtimeapi.Options{Name: "desk-verify", Program: program, Timeout: 20 * time.Second, Log: w.log, Environment: map[string]string{}}
	if change != nil {
		change(&o)
	}
	w.Function = runtimeapi.New(o)
	t.Cleanup(w.Close)
	return w
}

// do has the function do something that must succeed, and reads its answer.
func do[T any](t *testing.T, w world, o order) (got T) {
	t.Helper()
	payload, err := w.Invoke(t.Context(), event(t, o))
	if err != nil {
		t.Fatalf("%s: %v\n%s", o.Do, err, w.log)
	}
	if err := json.Unmarshal(payload, &got); err != nil {
		t.Fatalf("%s: %v in %.100q", o.Do, err, payload)
	}
	return got
}

// refused has it do something that must fail, and returns the failure.
func refused(t *testing.T, w world, o order) (kind, message string) {
	t.Helper()
	payload, err := w.Invoke(t.Context(), event(t, o))
	failure, ok := errors.AsType[*runtimeapi.Failure](err)
	if !ok {
		t.Fatalf("%s: %v, %.100q; want a failure", o.Do, err, payload)
	}
	var body struct{ ErrorType, ErrorMessage string }
	if err := json.Unmarshal(failure.Payload, &body); err != nil || body.ErrorType != failure.Type {
		t.Errorf("%s: the payload is %s, of type %s (%v)", o.Do, failure.Payload, failure.Type, err)
	}
	return failure.Type, body.ErrorMessage
}

func event(t *testing.T, o order) []byte {
	t.Helper()
	event, err := json.Marshal(o)
	if err != nil {
		t.Fatal(err)
	}
	return event
}

type process struct{ PID int }

// gone fails if a process is still there, even as a zombie.
func gone(t *testing.T, pid int) {
	t.Helper()
	if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
		t.Errorf("process %d is still there: %v", pid, err)
	}
}
