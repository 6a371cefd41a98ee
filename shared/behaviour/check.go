package behaviour

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"
)

// want fails unless the last answer has the status.
func (s *story) want(ts *testscript.TestScript, status int) {
	if s.answer == nil {
		ts.Fatalf("nothing was asked yet")
	}
	if s.answer.status != status {
		ts.Fatalf("%d, want %d; the answer was\n%s", s.answer.status, status, s.answer)
	}
}

func (s *story) status(ts *testscript.TestScript, args []string) {
	status, err := strconv.Atoi(one(ts, args))
	ts.Check(err)
	s.want(ts, status)
}

func (s *story) refused(ts *testscript.TestScript, args []string) {
	if len(args) < 2 {
		ts.Fatalf("usage: refused STATUS CODE [POINTER …]")
	}
	s.status(ts, args[:1])
	if got := s.answer.code(); got != args[1] {
		ts.Fatalf("refused as %s, want %s; the answer was\n%s", got, args[1], s.answer)
	}
	if at, want := s.answer.faults(), slices.Sorted(slices.Values(args[2:])); !slices.Equal(at, want) {
		ts.Fatalf("refused for %q, want %q; the answer was\n%s", at, want, s.answer)
	}
}

func (s *story) body(ts *testscript.TestScript, args []string) string {
	return mismatch(ts, "the body", string(s.answer.body), one(ts, args))
}

func (s *story) header(ts *testscript.TestScript, args []string) string {
	if len(args) != 2 {
		ts.Fatalf("usage: header NAME REGEXP")
	}
	values := s.answer.header.Values(args[0])
	if len(values) == 0 {
		return "there is no header " + args[0]
	}
	return mismatch(ts, "the header "+args[0], strings.Join(values, "\n"), args[1])
}

func mismatch(ts *testscript.TestScript, what, text, pattern string) string {
	re, err := regexp.Compile(pattern)
	ts.Check(err)
	if re.MatchString(text) {
		return ""
	}
	return fmt.Sprintf("%s does not match %q", what, pattern)
}

func (s *story) has(ts *testscript.TestScript, args []string) string {
	if _, ok := lookup(s.answer.json, one(ts, args)); !ok {
		return "there is no " + args[0]
	}
	return ""
}

func (s *story) same(ts *testscript.TestScript, args []string) string {
	if len(args) != 2 {
		ts.Fatalf("usage: same PATH VALUE")
	}
	if got := s.answer.text(ts, args[0]); got != args[1] {
		return fmt.Sprintf("%s is %s, want %s", args[0], got, args[1])
	}
	return ""
}

func (s *story) count(ts *testscript.TestScript, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: count PATH N")
	}
	value, ok := lookup(s.answer.json, args[0])
	items, isList := value.([]any)
	if !ok || !isList {
		ts.Fatalf("%s is no list; the answer was\n%s", args[0], s.answer)
	}
	if got := strconv.Itoa(len(items)); got != args[1] {
		ts.Fatalf("%s has %s items, want %s; the answer was\n%s", args[0], got, args[1], s.answer)
	}
}

func (s *story) save(ts *testscript.TestScript, args []string) {
	if len(args) != 2 && len(args) != 3 {
		ts.Fatalf("usage: save NAME PATH [REGEXP], or save NAME HEADER [REGEXP]")
	}
	value := s.answer.header.Get(args[1])
	if strings.HasPrefix(args[1], ".") {
		value = s.answer.text(ts, args[1])
	}
	if len(args) == 3 {
		re, err := regexp.Compile(args[2])
		ts.Check(err)
		value = re.FindString(value)
	}
	if value == "" {
		ts.Fatalf("there is nothing to save; the answer was\n%s", s.answer)
	}
	ts.Setenv(args[0], value)
}

func (s *story) keep(ts *testscript.TestScript, args []string) { s.kept[one(ts, args)] = s.answer }

func (s *story) like(ts *testscript.TestScript, args []string) string {
	other := s.kept[one(ts, args)]
	if other == nil {
		ts.Fatalf("nothing was kept as %s", args[0])
	}
	if s.answer.comparable() != other.comparable() {
		return fmt.Sprintf("it differs from the answer kept as %s, which was\n%s", args[0], other)
	}
	return ""
}
