package localstack

import (
	"context"
	"fmt"
	"io"
	stdlog "log"
	"net"
	"net/http"
	"sync"
	"testing"
	"time"

	"latchkey/localstack/cfn"
	"latchkey/localstack/httpapi"
	"latchkey/localstack/runtimeapi"
)

// Stack is a template that runs: the functions that have routes.
type Stack struct {
	BaseURL  string
	Template *cfn.Template

	server    *http.Server
	functions map[string]*runtimeapi.Function // by op
	log       *runtimeapi.Log
}

// Start launches a stack for a test, and closes it with that.
func Start(t testing.TB, o Options) *Stack {
	t.Helper()
	s, err := Launch(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// Launch starts a stack, which ends with Close. No function's program runs before its first request.
func Launch(o Options) (*Stack, error) {
	template, err := o.read()
	if err != nil {
		return nil, err
	}
	s := &Stack{Template: template, functions: map[string]*runtimeapi.Function{}, log: &runtimeapi.Log{Also: o.Stdout}}
	var routes []httpapi.Route
	for _, f := range template.Functions {
		if len(f.Routes) == 0 { // nobody would call it: neither streams nor schedules are here
			continue
		}
		described, err := o.function(f, s.log)
		if err != nil {
			return nil, err
		}
		s.functions[f.Op] = runtimeapi.New(described)
		for _, r := range f.Routes {
			if o.Payload != "" {
				r.Payload = o.Payload
			}
			routes = append(routes, httpapi.Route{Method: r.Method, Path: r.Path, Payload: r.Payload, Function: s.functions[f.Op]})
		}
	}
	if o.Listen == "" {
		o.Listen = "127.0.0.1:0"
	}
	listener, err := net.Listen("tcp", o.Listen)
	if err != nil {
		return nil, err
	}
	s.BaseURL = "http://" + listener.Addr().String()
	s.server = newServer(httpapi.New(httpapi.Options{Routes: routes}), s.log)
	go func() { _ = s.server.Serve(listener) }() // it ends with Close
	return s, nil
}

// newServer bounds what a client can hold. Its own limit on heads lies above API Gateway's.
func newServer(h http.Handler, log io.Writer) *http.Server {
	return &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      60 * time.Second, // above the 30 s of an integration
		IdleTimeout:       90 * time.Second,
		MaxHeaderBytes:    32 << 10,
		ErrorLog:          stdlog.New(log, "http: ", 0),
	}
}

// Function returns the function of an op, nil if there is none or it has no route.
func (s *Stack) Function(op string) *runtimeapi.Function { return s.functions[op] }

// Log returns what all functions, and the host about them, have logged so far.
func (s *Stack) Log() string { return s.log.String() }

// Close takes no more requests, lets those under way come to their end, and ends every process.
func (s *Stack) Close() error {
	ctx, cancel := context.WithTimeout(context.Background(), 35*time.Second)
	defer cancel()
	err := s.server.Shutdown(ctx)
	if err != nil {
		err = fmt.Errorf("requests under way did not end: %w", err)
	}
	var closing sync.WaitGroup
	for _, f := range s.functions {
		closing.Go(f.Close)
	}
	closing.Wait()
	return err
}
