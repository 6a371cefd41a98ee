package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"

	"latchkey/shared/pat"
)

// asker asks for what must not stand on a command line: at a terminal by a prompt, and without echo if it is a
// secret; from any other stdin it takes the next line.
type asker struct {
	env      *environment
	terminal *os.File // nil: stdin is none
	lines    *bufio.Reader
}

// stdinFlag is for scripts that want to be sure not to be asked.
type stdinFlag struct {
	PasswordStdin bool `help:"Read the password from stdin, and never ask."`
}

const maxInput = 64 << 10

func newAsker(env *environment, flag stdinFlag) (*asker, error) {
	a := &asker{env: env, lines: bufio.NewReader(io.LimitReader(env.stdin, maxInput))}
	if file, ok := env.stdin.(*os.File); ok && term.IsTerminal(int(file.Fd())) {
		a.terminal = file
	}
	if flag.PasswordStdin && a.terminal != nil {
		return nil, usageError{"--password-stdin is for a pipe or a file: what is typed here would be seen"}
	}
	return a, nil
}

// name asks for something that may be seen; only at a terminal, where it is not confused with the secret after it.
func (a *asker) name(label string) (string, error) {
	if a.terminal == nil {
		return "", usageError{"--" + label + " is needed where there is no terminal to ask at"}
	}
	a.prompt(label)
	text, err := await(a.env.ctx, a.line)
	if err == nil && text == "" {
		err = fmt.Errorf("no %s was given", label)
	}
	return text, err
}

func (a *asker) prompt(label string) {
	fmt.Fprintf(a.env.stderr, "%s%s: ", strings.ToUpper(label[:1]), label[1:])
}

// secret asks for a secret that exists.
func (a *asker) secret(label string) (pat.Secret, error) {
	text, err := a.read(label)
	if err == nil && text == "" {
		err = fmt.Errorf("there is no %s on stdin", label)
	}
	return pat.NewSecret(text), err
}

// newPassword asks for a secret that is being chosen: at a terminal twice, since nobody sees what he types.
func (a *asker) newPassword(label string) (pat.Secret, error) {
	first, err := a.secret(label)
	if err != nil || a.terminal == nil {
		return first, err
	}
	second, err := a.secret(label + " again")
	if err == nil && first.Reveal() != second.Reveal() {
		err = errors.New("the two are not the same")
	}
	return first, err
}

func (a *asker) read(label string) (string, error) {
	if a.terminal == nil {
		return await(a.env.ctx, a.line)
	}
	fd := int(a.terminal.Fd())
	state, err := term.GetState(fd)
	if err != nil {
		return "", fmt.Errorf("prepare the terminal: %w", err)
	}
	a.prompt(label)
	text, err := await(a.env.ctx, func() (string, error) {
		text, err := term.ReadPassword(fd)
		return string(text), err
	})
	fmt.Fprintln(a.env.stderr)
	if err != nil { // an interrupted prompt must not leave the terminal mute
		return "", errors.Join(fmt.Errorf("read the %s: %w", label, err), term.Restore(fd, state))
	}
	return text, nil
}

// line reads one line; the last one needs no end.
func (a *asker) line() (string, error) {
	text, err := a.lines.ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return "", fmt.Errorf("read stdin: %w", err)
	}
	return strings.TrimRight(text, "\r\n"), nil
}

// await returns what read does, or early if the context ends: a read itself cannot be interrupted.
func await(ctx context.Context, read func() (string, error)) (string, error) {
	type result struct {
		text string
		err  error
	}
	done := make(chan result, 1)
	go func() {
		text, err := read()
		done <- result{text, err}
	}()
	select {
	case r := <-done:
		return r.text, r.err
	case <-ctx.Done():
		return "", errInterrupted
	}
}
