package eventsink

import (
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"testing"
)

// What it is asked for.
const (
	PutEvents   = "PutEvents"
	SendMessage = "SendMessage"
)

// Fault is what becomes of a whole request.
type Fault int

const (
	None  Fault = iota
	Break       // 500, nothing is taken
	Lose        // all is taken, and the answer lost
	Hang        // nothing happens until Heal, or until the client gives up; then the connection ends without an answer
)

// Entry is one that a bus took (Amazon EventBridge API Reference, PutEventsRequestEntry).
type Entry struct {
	EventBusName, Source, DetailType, Detail string

	Time      float64 `json:",omitempty"` // in seconds since 1970; 0: not said
	Resources []string
}

// Message is one that a queue took.
type Message struct{ QueueUrl, MessageBody string }

// Sink is an endpoint of both services.
type Sink struct {
	URL string

	mu       sync.Mutex
	refuse   func(Entry) string
	fail     func(operation string) Fault
	healed   chan struct{} // closed by Heal: what hangs ends
	entries  []Entry
	messages []Message
	requests map[string]int
}

// Start runs a sink until the test ends.
func Start(t testing.TB) *Sink {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatalf("start an event sink: %v", err)
	}
	s := &Sink{URL: "http://" + l.Addr().String(), healed: make(chan struct{}), requests: map[string]int{}}
	server := &http.Server{Handler: s}
	go func() { _ = server.Serve(l) }()
	t.Cleanup(func() { _ = server.Close() }) // and whatever hangs in it
	return s
}

// Refuse has each entry judged before it is taken: by the code of an error, "" for none. The judge is called by one request at
// a time.
func (s *Sink) Refuse(judge func(Entry) (code string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse = judge
}

// Fail has each request judged before it is read. The judge is called by one request at a time.
func (s *Sink) Fail(judge func(operation string) Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = judge
}

// Heal forgets both judges, and ends what hangs.
func (s *Sink) Heal() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.refuse, s.fail = nil, nil
	close(s.healed)
	s.healed = make(chan struct{})
}

// Entries returns what the buses took, in the order of arrival.
func (s *Sink) Entries() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.entries)
}

// Messages returns what the queues took, in the order of arrival.
func (s *Sink) Messages() []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.messages)
}

// Requests returns how often an operation was asked for, whatever came of it.
func (s *Sink) Requests(operation string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.requests[operation]
}

// due counts a request, and says what is to become of it.
func (s *Sink) due(operation string) (f Fault, healed <-chan struct{}) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.requests[operation]++
	if s.fail != nil {
		f = s.fail(operation)
	}
	return f, s.healed
}

// maxRequest bounds a request, in bytes: more than either service takes.
const maxRequest = 4 << 20

// ServeHTTP implements http.Handler.
func (s *Sink) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	operation, serve := s.operation(r.Header.Get("X-Amz-Target"))
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxRequest))
	if err != nil || serve == nil {
		answer(w, http.StatusBadRequest, failure("UnknownOperationException", "there is no such operation, or too much of it"))
		return
	}
	fault, healed := s.due(operation)
	switch fault {
	case Break:
		answer(w, http.StatusInternalServerError, failure("InternalFailure", "it is broken"))
		return
	case Hang:
		select {
		case <-healed:
		case <-r.Context().Done():
		}
		panic(http.ErrAbortHandler)
	}
	status, said := serve(body)
	if fault == Lose {
		panic(http.ErrAbortHandler)
	}
	answer(w, status, said)
}

// operation finds what a target names: the services' JSON protocols name them in a header.
func (s *Sink) operation(target string) (string, func([]byte) (int, any)) {
	switch target {
	case "AWSEvents." + PutEvents:
		return PutEvents, s.put
	case "AmazonSQS." + SendMessage:
		return SendMessage, s.send
	}
	return "", nil
}
