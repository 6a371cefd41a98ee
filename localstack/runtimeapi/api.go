package runtimeapi

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"sync"
)

// api is the Runtime API as one environment sees it (AWS Lambda Developer Guide, "Using the Lambda runtime API for
// custom runtimes").
type api struct {
	mux *http.ServeMux
	arn string

	arrived chan struct{} // the program asks for its next invocation: it is free
	calls   chan *call
	initErr chan *Failure // it reports that it cannot start
	denied  chan struct{} // closed when there is no next invocation any more
	deny    func()

	mu      sync.Mutex
	current *call // the one without an answer yet
}

// call is one invocation.
type call struct {
	id       string
	event    []byte
	trace    string
	deadline int64 // milliseconds since 1970
	answer   chan answer
}

// answer is a call's: a payload or a failure.
type answer struct {
	payload []byte
	failure *Failure
}

func newAPI(o Options) *api {
	a := &api{mux: http.NewServeMux(), arn: o.arn(), arrived: make(chan struct{}, 1), calls: make(chan *call),
		initErr: make(chan *Failure, 1), denied: make(chan struct{})}
	a.deny = sync.OnceFunc(func() { close(a.denied) })
	const base = "/2018-06-01/runtime/"
	a.mux.HandleFunc("GET "+base+"invocation/next", a.next)
	a.mux.HandleFunc("POST "+base+"invocation/{id}/response", a.response)
	a.mux.HandleFunc("POST "+base+"invocation/{id}/error", a.failure)
	a.mux.HandleFunc("POST "+base+"init/error", a.initError)
	return a
}

func (a *api) ServeHTTP(w http.ResponseWriter, r *http.Request) { a.mux.ServeHTTP(w, r) }

// next hands over the next call, however long that takes to come.
func (a *api) next(w http.ResponseWriter, r *http.Request) {
	select {
	case a.arrived <- struct{}{}:
	default: // it asks again without having been given anything
	}
	select {
	case <-a.denied:
		refuse(w, http.StatusGone, "State.ShuttingDown", "there is no next invocation")
	case <-r.Context().Done():
	case c := <-a.calls:
		h := w.Header()
		h.Set("Content-Type", "application/json")
		h.Set("Lambda-Runtime-Aws-Request-Id", c.id)
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(c.deadline, 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", a.arn)
		h.Set("Lambda-Runtime-Trace-Id", c.trace)
		_, _ = w.Write(c.event)
	}
}

// response takes a call's payload, unless that is too large. Whether it means anything is for the asker to judge.
func (a *api) response(w http.ResponseWriter, r *http.Request) {
	payload, size, err := read(r.Body)
	if err != nil {
		refuse(w, http.StatusBadRequest, "Runtime.TruncatedResponse", err.Error())
		return
	}
	got := answer{payload: payload}
	if size > maxResponse {
		got = answer{failure: tooLarge(size)}
	} else if kind := r.Trailer.Get("Lambda-Runtime-Function-Error-Type"); kind != "" {
		body, _ := base64.StdEncoding.DecodeString(r.Trailer.Get("Lambda-Runtime-Function-Error-Body"))
		got = answer{failure: reported(kind, body)}
	}
	if !a.settle(r.PathValue("id"), got) {
		refuse(w, http.StatusBadRequest, "InvalidRequestID", "no such invocation waits for an answer")
		return
	}
	if size > maxResponse {
		refuse(w, http.StatusRequestEntityTooLarge, "RequestEntityTooLarge", string(got.failure.Payload))
		return
	}
	accept(w)
}

func (a *api) failure(w http.ResponseWriter, r *http.Request) {
	payload, _, err := read(r.Body)
	if err != nil || !a.settle(r.PathValue("id"), answer{failure: reported(r.Header.Get(errorType), payload)}) {
		refuse(w, http.StatusBadRequest, "InvalidRequestID", "no such invocation waits for an answer")
		return
	}
	accept(w)
}

func (a *api) initError(w http.ResponseWriter, r *http.Request) {
	payload, _, err := read(r.Body)
	if err != nil {
		refuse(w, http.StatusBadRequest, "Runtime.TruncatedResponse", err.Error())
		return
	}
	select {
	case a.initErr <- reported(r.Header.Get(errorType), payload):
	default: // once is enough
	}
	accept(w)
}

// begin makes the call the one that waits for an answer.
func (a *api) begin(c *call) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.current = c
}

// settle answers the current call, once, if that is the one meant.
func (a *api) settle(id string, got answer) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.current == nil || a.current.id != id {
		return false
	}
	a.current.answer <- got
	a.current = nil
	return true
}

const errorType = "Lambda-Runtime-Function-Error-Type"

func tooLarge(size int64) *Failure {
	payload, _ := json.Marshal(map[string]string{"errorType": "Function.ResponseSizeTooLarge", "errorMessage": fmt.Sprintf(
		"Response payload size (%d bytes) exceeded maximum allowed payload size (%d bytes).", size, maxResponse)})
	return &Failure{Type: "Function.ResponseSizeTooLarge", Payload: payload}
}

// read reads a body; of one that is too large, only how much it is.
func read(body io.Reader) (payload []byte, size int64, err error) {
	if payload, err = io.ReadAll(io.LimitReader(body, maxResponse+1)); err != nil {
		return nil, 0, err
	}
	rest, err := io.Copy(io.Discard, body)
	return payload, int64(len(payload)) + rest, err
}

func accept(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(http.StatusAccepted)
	_, _ = io.WriteString(w, `{"status":"OK"}`)
}

func refuse(w http.ResponseWriter, status int, kind, message string) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]string{"errorType": kind, "errorMessage": message})
}
