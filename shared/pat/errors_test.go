package pat_test

import (
	"errors"
	"fmt"
	"io"
	"testing"

	"latchkey/shared/pat"
)

func TestAnErrorOfOursIsFoundThroughItsWrapping(t *testing.T) {
	ours := &pat.Error{Code: pat.CodeConflict, Message: "taken", Err: io.EOF}
	wrapped := fmt.Errorf("while creating: %w", fmt.Errorf("deeper: %w", ours))
	if got := pat.AsError(wrapped); got != ours || pat.CodeOf(wrapped) != pat.CodeConflict || !errors.Is(wrapped, io.EOF) {
		t.Errorf("got %v", got)
	}
}

func TestAForeignErrorIsAFaultOfOurs(t *testing.T) {
	for _, foreign := range []error{io.EOF, pat.ErrNotFound, pat.ErrConflict, pat.ErrSpent, pat.ErrPrefixTaken, pat.ErrBadJWT, fmt.Errorf("x: %w", io.EOF)} {
		got := pat.AsError(foreign)
		if got.Code != pat.CodeInternal || !errors.Is(got, foreign) || got.Message != "something went wrong on our side" || got.Fields != nil {
			t.Errorf("%v became %+v", foreign, got)
		}
	}
}

func TestAnErrorSaysAllOfIt(t *testing.T) {
	err := &pat.Error{Code: pat.CodeInvalid, Message: "not acceptable", Fields: []pat.FieldError{{Field: "name", Detail: "needed"}, {Field: "scopes/3", Detail: "twice"}}, Err: io.EOF}
	if got, want := err.Error(), "invalid: not acceptable; name: needed; scopes/3: twice: EOF"; got != want {
		t.Errorf("it says %q, want %q", got, want)
	}
}

func TestCodesAreAClosedSet(t *testing.T) {
	seen := map[pat.Code]bool{}
	for _, code := range pat.Codes() {
		if seen[code] || code == "" {
			t.Errorf("%q is there twice, or empty", code)
		}
		seen[code] = true
	}
	if !seen[pat.CodeInternal] || len(seen) != 14 {
		t.Errorf("%d codes", len(seen))
	}
}

func TestTheKindsOfConflictAreConflicts(t *testing.T) {
	for _, kind := range []error{pat.ErrPrefixTaken, pat.ErrOwnerMoved, pat.ErrAnswerTaken} {
		if !errors.Is(kind, pat.ErrConflict) {
			t.Errorf("%v is none", kind)
		}
	}
	if errors.Is(pat.ErrSpent, pat.ErrConflict) || errors.Is(pat.ErrNotFound, pat.ErrConflict) {
		t.Error("what is no conflict is one")
	}
}

func TestOperationsHaveNamesOfTheirOwn(t *testing.T) {
	seen := map[pat.Op]bool{}
	for _, op := range pat.Ops() {
		if seen[op] || op == "" {
			t.Errorf("%q is there twice, or empty", op)
		}
		seen[op] = true
	}
	for _, op := range []pat.Op{pat.OpCreate, pat.OpList, pat.OpGet, pat.OpPatch, pat.OpDelete, pat.OpVerify, pat.OpSession, pat.OpUser} {
		if !seen[op] {
			t.Errorf("%s is not among them", op)
		}
	}
}
