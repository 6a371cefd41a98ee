package runtimeapi

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"time"
)

// MaxPayload is how many bytes an event may have (Lambda quotas: 6 MB, synchronous).
const MaxPayload = 6 << 20

// maxResponse is how many a response may have. It is a little more, as Lambda's own error says.
const maxResponse = 6291556

var (
	// ErrThrottled is Lambda's TooManyRequestsException: no environment came free in time.
	ErrThrottled = errors.New("rate exceeded")
	// ErrTooLarge is Lambda's RequestTooLargeException.
	ErrTooLarge = errors.New("the event is over 6 MB")
	// ErrClosed is what a function answers that was closed.
	ErrClosed = errors.New("the function is closed")
)

// Failure is a function error: Lambda answers 200 with X-Amz-Function-Error: Unhandled, and this as the payload.
type Failure struct {
	Type    string
	Payload []byte // JSON with errorType and errorMessage
}

func (f *Failure) Error() string { return string(f.Payload) }

// failed makes the failure that Lambda itself reports for an invocation.
func failed(id, kind, format string, args ...any) *Failure {
	message := fmt.Sprintf("RequestId: %s Error: %s", id, fmt.Sprintf(format, args...))
	payload, _ := json.Marshal(map[string]string{"errorType": kind, "errorMessage": message}) // of texts: no error
	return &Failure{Type: kind, Payload: payload}
}

// reported makes the failure that the function reported.
func reported(header string, payload []byte) *Failure {
	var body struct {
		Type string `json:"errorType"`
	}
	if json.Unmarshal(payload, &body) != nil || body.Type == "" {
		body.Type = header
	}
	return &Failure{Type: body.Type, Payload: payload}
}

// timedOut is what is said of a function that took longer than it may.
func timedOut(id string, after time.Duration) *Failure {
	return failed(id, "Sandbox.Timedout", "Task timed out after %.2f seconds", after.Seconds())
}

// ended is what is said of a program that ended while it had something to do.
func ended(id string, err error) *Failure {
	exit, ok := errors.AsType[*exec.ExitError](err)
	switch {
	case err == nil:
		return failed(id, "Runtime.ExitError", "Runtime exited without providing a reason")
	case !ok:
		return failed(id, "Runtime.InvalidEntrypoint", "%v", err)
	}
	if status, ok := exit.Sys().(syscall.WaitStatus); ok && status.Signaled() {
		return failed(id, "Runtime.ExitError", "Runtime exited with error: signal: %s", status.Signal())
	}
	return failed(id, "Runtime.ExitError", "Runtime exited with error: exit status %d", exit.ExitCode())
}

// notStarted is what is said of a program that could not be started at all.
func notStarted(id string, err error) *Failure {
	if errors.Is(err, os.ErrNotExist) {
		return failed(id, "Runtime.InvalidEntrypoint", "Couldn't find valid bootstrap(s): %v", err)
	}
	return failed(id, "Runtime.InvalidEntrypoint", "%v", err)
}
