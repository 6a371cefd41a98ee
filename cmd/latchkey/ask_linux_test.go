package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// openTerminal returns both ends of a pseudo-terminal: keyboard and screen, and what a program has as its stdin.
func openTerminal(t *testing.T) (hands, program *os.File) {
	t.Helper()
	hands, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	if err := unix.IoctlSetPointerInt(int(hands.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(hands.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	program, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = program.Close(); _ = hands.Close() })
	return hands, program
}

func echoes(t *testing.T, terminal *os.File) bool {
	t.Helper()
	state, err := unix.IoctlGetTermios(int(terminal.Fd()), unix.TCGETS)
	if err != nil {
		t.Fatal(err)
	}
	return state.Lflag&unix.ECHO != 0
}

// awaitSilence returns once the program has turned the echo off, as somebody at a prompt would wait for it.
func awaitSilence(t *testing.T, terminal *os.File) {
	t.Helper()
	for began := time.Now(); echoes(t, terminal); runtime.Gosched() {
		if time.Since(began) > patience {
			t.Fatal("the terminal still echoes")
		}
	}
}

func TestATypedPasswordIsNotSeen(t *testing.T) {
	hands, terminal := openTerminal(t)
	o := newOutside(t)
	asked := make(chan string, 1)
	server := o.fake(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		asked <- string(body)
		says(201, `{"token":"a.b.c","tokenType":"Bearer","expiresAt":"2099-01-31T12:00:00.000Z"}`)(w, r)
	})
	var stdout, stderr bytes.Buffer
	status := make(chan int, 1)
	go func() {
		lookup := func(name string) (string, bool) { value, ok := o.variables[name]; return value, ok }
		status <- run(environment{t.Context(), lookup, terminal, &stdout, &stderr, systemClock()}, []string{"login", "--username", "admin", "--url", server.URL})
	}()
	awaitSilence(t, terminal)
	if _, err := hands.WriteString("correct horse battery\n"); err != nil {
		t.Fatal(err)
	}
	if got := <-status; got != statusDone {
		t.Fatalf("status %d: %s", got, &stderr)
	}
	if body := <-asked; !strings.Contains(body, `"password":"correct horse battery"`) {
		t.Errorf("sent %s", body)
	}
	if !strings.HasPrefix(stderr.String(), "Password: \n") || strings.Contains(stderr.String()+stdout.String(), "correct") {
		t.Errorf("said %q, %q", &stderr, &stdout)
	}
	if !echoes(t, terminal) {
		t.Error("the terminal is left mute")
	}
	if _, err := terminal.WriteString("the end"); err != nil { // what a screen would show begins with anything echoed
		t.Fatal(err)
	}
	seen := make([]byte, 4096)
	n, err := hands.Read(seen)
	if err != nil || strings.Contains(string(seen[:n]), "correct") {
		t.Errorf("the screen shows %q, %v", seen[:n], err)
	}
}

func TestAnInterruptedPromptGivesTheEchoBack(t *testing.T) {
	_, terminal := openTerminal(t)
	o := newOutside(t)
	ctx, interrupt := context.WithCancel(t.Context())
	var stdout, stderr bytes.Buffer
	status := make(chan int, 1)
	go func() {
		lookup := func(name string) (string, bool) { value, ok := o.variables[name]; return value, ok }
		status <- run(environment{ctx, lookup, terminal, &stdout, &stderr, systemClock()}, []string{"login", "--username", "admin"})
	}()
	awaitSilence(t, terminal)
	interrupt()
	if got := <-status; got != statusRefused || !strings.HasSuffix(stderr.String(), "interrupted\n") {
		t.Errorf("status %d: %q", got, &stderr)
	}
	if !echoes(t, terminal) {
		t.Error("the terminal is left mute")
	}
}
