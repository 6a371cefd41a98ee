package main

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/alecthomas/kong"

	"latchkey/shared/pat"
)

// The exit statuses.
const (
	statusDone     = 0
	statusRefused  = 1 // the server refused, or the command could not do it
	statusUsage    = 2 // the command line is wrong
	statusNotValid = 3 // token verify: the token is not good
)

// usageError is a mistake on the command line that only the command itself can see.
type usageError struct{ message string }

func (e usageError) Error() string { return e.message }

// verdict ends a command that has already said all it had to, with a status of its own.
type verdict int

func (v verdict) Error() string { return fmt.Sprintf("exit status %d", int(v)) }

// fail tells what went wrong and returns the exit status. Lines that begin with two spaces are details of the
// line before them.
func fail(w io.Writer, err error) int {
	if err == nil {
		return statusDone
	}
	if v, ok := errors.AsType[verdict](err); ok {
		return int(v)
	}
	for line := range strings.Lines(explain(err)) {
		line = plain(strings.TrimSuffix(line, "\n"))
		if !strings.HasPrefix(line, "  ") {
			line = "latchkey: " + line
		}
		fmt.Fprintln(w, line)
	}
	if _, ok := errors.AsType[usageError](err); ok {
		return statusUsage
	}
	return statusRefused
}

// explain is the error as a person reads it. The rules' own refusals, which reach this far only from commands
// that hold the store themselves, list their fields as those of a server do; and who holds the store is told why it
// does not answer, where a client would be told to try again.
func explain(err error) string {
	e, ok := errors.AsType[*pat.Error](err)
	switch {
	case ok && e.Code == pat.CodeUnavailable && e.Err != nil:
		return e.Err.Error()
	case !ok || len(e.Fields) == 0:
		return err.Error()
	}
	text := e.Message
	for _, f := range e.Fields {
		text += "\n  " + plain(f.Field) + ": " + plain(f.Detail)
	}
	return text
}

// failUsage tells what is wrong with the command line, and where to read how it should be. A word too many is
// not repeated: it may be a secret that somebody tried to pass that way.
func failUsage(w io.Writer, err error) int {
	message, help := err.Error(), "latchkey --help"
	if e, ok := errors.AsType[*kong.ParseError](err); ok && e.Context != nil && e.Context.Selected() != nil {
		path := e.Context.Selected().Path()
		help = "latchkey " + path + " --help"
		if strings.HasPrefix(message, "unexpected argument") {
			message = path + " takes no further argument; a secret is read from stdin, never from the command line"
		}
	}
	fmt.Fprintf(w, "latchkey: %s\nTry: %s\n", plain(message), help)
	return statusUsage
}
