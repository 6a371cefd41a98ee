package main

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// reserved is a port of this machine that nobody else gets, where every connection is refused until somebody listens.
type reserved struct {
	file *os.File
	url  string
}

func reserve(t *testing.T) reserved {
	t.Helper()
	socket, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	file := os.NewFile(uintptr(socket), "a port")
	t.Cleanup(func() { _ = file.Close() })
	if err := syscall.Bind(socket, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	name, err := syscall.Getsockname(socket)
	if err != nil {
		t.Fatal(err)
	}
	return reserved{file, fmt.Sprintf("http://127.0.0.1:%d", name.(*syscall.SockaddrInet4).Port)}
}

// serve begins to listen there.
func (r reserved) serve(t *testing.T, h http.Handler) {
	t.Helper()
	if err := syscall.Listen(int(r.file.Fd()), 16); err != nil {
		t.Fatal(err)
	}
	listener, err := net.FileListener(r.file)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(h)
	_ = server.Listener.Close()
	server.Listener = listener
	server.Start()
	t.Cleanup(server.Close)
}

// says waits until the log of a server says something.
func (p *telling) says(text string) {
	p.t.Helper()
	for began := time.Now(); !strings.Contains(p.log.String(), text); runtime.Gosched() {
		if time.Since(began) > patience {
			p.t.Fatalf("it does not say %q: %s", text, p.log.String())
		}
	}
}

func TestAReceiverThatWasDownHearsAllInOrderThroughCrashesOfTheProcess(t *testing.T) {
	port := reserve(t)
	file, settings := filepath.Join(t.TempDir(), "latchkey.db"), sendingTo(port.url)
	const refused = `"err":"it cannot be reached: connection refused"`

	p := startTelling(t, file, settings)
	session := p.login()
	one := p.call("POST", "/v1/tokens", session, `{"name":"one","scopes":["repo:read"]}`)["id"]
	p.call("PATCH", "/v1/tokens/"+one, session, `{"name":"renamed"}`)
	p.says(refused)
	p.s.kill()

	p = startTelling(t, file, settings)
	session = p.login()
	two := p.call("POST", "/v1/tokens", session, `{"name":"two","scopes":["repo:read"]}`)["id"]
	p.call("DELETE", "/v1/tokens/"+one, session, "")
	p.call("PATCH", "/v1/tokens/"+two, session, `{"enabled":false}`)
	p.says(refused)

	var asked atomic.Int32
	crash := p.s.kill
	handler, arrived := receiving(t, func() int {
		if asked.Add(1) == 3 { // the third is taken, and the process does not live to hear it
			crash()
		}
		return http.StatusNoContent
	})
	port.serve(t, handler)
	var all []posted
	for range 3 {
		all = append(all, next(t, arrived))
	}
	p = startTelling(t, file, settings)
	p.call("DELETE", "/v1/tokens/"+two, p.login(), "")

	want := []string{one + "-1-created", one + "-2-updated", two + "-1-created", one + "-3-revoked", two + "-2-updated", two + "-3-revoked"}
	bodies := map[string]string{}
	var heard []string
	for _, was := range all {
		heard, bodies[was.id] = append(heard, was.id), was.body
	}
	for heard[len(heard)-1] != want[len(want)-1] {
		came := next(t, arrived)
		if was, before := bodies[came.id]; before && was != came.body {
			t.Errorf("%s was %s, and then %s", came.id, was, came.body)
		} else if !before {
			heard, bodies[came.id] = append(heard, came.id), came.body
		}
	}
	if !slices.Equal(heard, want) {
		t.Errorf("heard %q, want %q", heard, want)
	}
	p.stop()
	if len(arrived) > 0 {
		t.Errorf("more came: %+v", <-arrived)
	}
	if log := p.log.String(); strings.Contains(log, hookPath) || strings.Contains(log, hookSecret[6:]) {
		t.Errorf("a secret is told: %s", log)
	}
}
