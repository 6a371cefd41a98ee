// Package faultproxy stands before DynamoDB Local and does what DynamoDB does on a bad day: it throttles, fails,
// hangs, loses a request or its answer, gives short pages and cancels transactions, when it is told to. It also
// notes every call, so that a test can say what goes over the wire, what it costs, and which IAM actions it needs.
//
//	proxy := faultproxy.Start(t, db.Endpoint)
//	proxy.Fail("GetItem", 1, faultproxy.DropAnswer()) // the next one
//	proxy.Fail("", faultproxy.Always, faultproxy.Throttle())
//
// A client, in this process or another, is pointed at Proxy.URL; one proxy for each tells them apart. It does not
// know credentials, and changes what is signed: it is for DynamoDB Local alone.
package faultproxy

import (
	"bytes"
	"fmt"
	"hash/crc32"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Proxy passes calls on and notes them, but for those that are to fail.
type Proxy struct {
	URL string

	target string
	server *http.Server
	client *http.Client

	mu    sync.Mutex
	rules []*rule
	calls []*Call
}

// Always makes a fault happen on every call.
const Always = 0

// rule is one fault that was asked for.
type rule struct {
	operation string
	in        int // matching calls from now, 1 being the next
	always    bool
	fault     Fault
}

// due counts a call and reports whether it meets the fault.
func (r *rule) due(operation string) bool {
	if r.operation != "" && r.operation != operation {
		return false
	}
	r.in--
	return r.always || r.in == 0
}

// Start runs a proxy before the endpoint until the test ends.
func Start(t testing.TB, endpoint string) *Proxy {
	t.Helper()
	p, err := Launch(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(p.Close)
	return p
}

// Launch runs a proxy before the endpoint until it is closed.
func Launch(endpoint string) (*Proxy, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("start a fault proxy: %w", err)
	}
	p := &Proxy{URL: "http://" + l.Addr().String(), target: endpoint, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 100}}}
	p.server = &http.Server{Handler: http.HandlerFunc(p.serve)}
	go func() { _ = p.server.Serve(l) }()
	return p, nil
}

// Close ends the proxy and whatever hangs in it.
func (p *Proxy) Close() {
	_ = p.server.Close()
	p.client.CloseIdleConnections()
}

// Fail makes the nth call of the operation from now fail, 1 being the next, or each one. "" is any operation. Of
// several faults that are due, the one that was asked for first happens.
func (p *Proxy) Fail(operation string, nth int, f Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rules = append(p.rules, &rule{operation, nth, nth == Always, f})
}

// Heal forgets all faults that have been asked for.
func (p *Proxy) Heal() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.rules = nil
}

// due counts a call and returns the fault that it meets, nil if it meets none.
func (p *Proxy) due(operation string) Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	var met Fault
	p.rules = slices.DeleteFunc(p.rules, func(r *rule) bool {
		due := r.due(operation)
		if due && met == nil {
			met = r.fault
		}
		return due && !r.always
	})
	return met
}

// Calls returns what was called since the last Reset, in the order of arrival.
func (p *Proxy) Calls() []Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	var calls []Call
	for _, c := range p.calls {
		calls = append(calls, *c)
	}
	return calls
}

// Reset forgets the calls up to now.
func (p *Proxy) Reset() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls = nil
}

func (p *Proxy) serve(w http.ResponseWriter, r *http.Request) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	body, err := io.ReadAll(r.Body)
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	fault := p.due(operation)
	call := p.note(newCall(operation, body, fault != nil))
	answer := orElse(fault, pass)(Request{r.Context(), operation, body, func(body []byte) *Answer {
		return p.forward(r, metered(operation, body))
	}})
	p.answered(call, answer)
	if answer == nil { // the connection ends without a word
		panic(http.ErrAbortHandler)
	}
	for name, values := range answer.Header {
		w.Header()[name] = values
	}
	w.Header().Set("X-Amz-Crc32", strconv.FormatUint(uint64(crc32.ChecksumIEEE(answer.Body)), 10)) // of what is sent now
	w.WriteHeader(answer.Status)
	_, _ = w.Write(answer.Body)
}

func orElse(fault, usual Fault) Fault {
	if fault == nil {
		return usual
	}
	return fault
}

// pass is how a call goes that meets no fault.
func pass(r Request) *Answer { return r.Forward(r.Body) }

func (p *Proxy) note(c Call) *Call {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.calls = append(p.calls, &c)
	return &c
}

func (p *Proxy) answered(c *Call, a *Answer) {
	p.mu.Lock()
	defer p.mu.Unlock()
	c.answered(a)
}

// forward passes a request on; nil if there is no answer.
func (p *Proxy) forward(r *http.Request, body []byte) *Answer {
	out, err := http.NewRequestWithContext(r.Context(), r.Method, p.target+r.URL.RequestURI(), bytes.NewReader(body))
	if err != nil {
		return nil
	}
	for name, values := range r.Header {
		if name != "Content-Length" {
			out.Header[name] = values
		}
	}
	res, err := p.client.Do(out)
	if err != nil {
		return nil
	}
	defer res.Body.Close()
	answer := &Answer{Status: res.StatusCode, Header: res.Header}
	if answer.Body, err = io.ReadAll(res.Body); err != nil {
		return nil
	}
	return answer
}
