package runtimeapi_test

import (
	"errors"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/localstack/runtimeapi"
)

func TestAnEnvironmentIsUsedAgain(t *testing.T) {
	w := start(t, nil)
	first := do[process](t, w, order{Do: "nothing"})
	if second := do[process](t, w, order{Do: "nothing"}); second != first || w.Started() != 1 {
		t.Errorf("process %v, then %v; %d started", first, second, w.Started())
	}
	w.Close()
	gone(t, first.PID)
	if _, err := w.Invoke(t.Context(), nil); !errors.Is(err, runtimeapi.ErrClosed) {
		t.Errorf("a closed function answers %v", err)
	}
}

func TestAProgramHasLambdasEnvironmentAndNoMore(t *testing.T) {
	t.Setenv("LATCHKEY_STORE", "the host's own")
	w := start(t, func(o *runtimeapi.Options) {
		o.Environment["OWN"], o.Environment["AWS_LAMBDA_FUNCTION_NAME"] = "value", "cannot be changed"
		o.Memory = 256
	})
	var names []string
	got := map[string]string{}
	for _, line := range do[[]string](t, w, order{Do: "environment"}) {
		name, value, _ := strings.Cut(line, "=")
		names, got[name] = append(names, name), value
	}
	slices.Sort(names)
	want := []string{"AWS_ACCESS_KEY_ID", "AWS_DEFAULT_REGION", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "AWS_LAMBDA_FUNCTION_NAME",
		"AWS_LAMBDA_FUNCTION_VERSION", "AWS_LAMBDA_INITIALIZATION_TYPE", "AWS_LAMBDA_RUNTIME_API", "AWS_REGION", "AWS_SECRET_ACCESS_KEY",
		"AWS_SESSION_TOKEN", "LAMBDA_TASK_ROOT", "LANG", "OWN", "PATH", "TZ", "_HANDLER", "_X_AMZN_TRACE_ID"}
	if !slices.Equal(names, want) {
		t.Errorf("it has %v, want %v", names, want)
	}
	for name, value := range map[string]string{"OWN": "value", "AWS_LAMBDA_FUNCTION_NAME": "desk-verify",
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256", "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST", "TZ": ":UTC", "AWS_REGION": runtimeapi.Region} {
		if got[name] != value {
			t.Errorf("%s is %q, want %q", name, got[name], value)
		}
	}
}

func TestWhatGoesWrongIsToldInLambdasWords(t *testing.T) {
	const id = `RequestId: [0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12} Error: `
	for _, tt := range []struct {
		do, kind, message string
		survives          bool
	}{
		{"fail", "errorString", `it cannot be done`, true},
		{"panic", "string", `it went wrong`, false},
		{"exit", "Runtime.ExitError", id + `Runtime exited with error: exit status 7`, false},
		{"exit well", "Runtime.ExitError", id + `Runtime exited without providing a reason`, false},
		{"kill", "Runtime.ExitError", id + `Runtime exited with error: signal: killed`, false},
		{"huge", "Function.ResponseSizeTooLarge", `Response payload size \(7340034 bytes\) exceeded maximum allowed payload size \(6291556 bytes\)\.`, false},
	} {
		t.Run(tt.do, func(t *testing.T) {
			w := start(t, nil)
			before := do[process](t, w, order{Do: "nothing"})
			kind, message := refused(t, w, order{Do: tt.do})
			if kind != tt.kind || !regexp.MustCompile("^"+tt.message+"$").MatchString(message) {
				t.Errorf("%s, %q; want %s, %s", kind, message, tt.kind, tt.message)
			}
			after := do[process](t, w, order{Do: "nothing"})
			if (after == before) != tt.survives {
				t.Errorf("process %v, then %v; want the same: %v", before, after, tt.survives)
			}
			if !tt.survives {
				gone(t, before.PID)
			}
		})
	}
}

func TestWhatTakesTooLongIsKilled(t *testing.T) {
	w := start(t, func(o *runtimeapi.Options) { o.Timeout = time.Second })
	before := do[process](t, w, order{Do: "nothing"})
	kind, message := refused(t, w, order{Do: "hang"})
	if kind != "Sandbox.Timedout" || !strings.HasSuffix(message, "Error: Task timed out after 1.00 seconds") {
		t.Errorf("%s, %q", kind, message)
	}
	if after := do[process](t, w, order{Do: "nothing"}); after == before {
		t.Error("the environment that timed out is used again")
	}
	gone(t, before.PID)
	if !strings.Contains(w.log.String(), "Task timed out after 1.00 seconds") {
		t.Errorf("the log does not say so:\n%s", w.log)
	}
}

func TestAStartThatFailsIsToldAndTriedAgain(t *testing.T) {
	for _, tt := range []struct{ start, kind, message string }{
		{"exit", "Runtime.ExitError", "Runtime exited with error: exit status 3"},
		{"exit well", "Runtime.ExitError", "Runtime exited without providing a reason"},
		{"report", "Extension.NoTable", "no table"},
		{"hang", "Sandbox.Timedout", "Task timed out after 0.50 seconds"},
	} {
		t.Run(tt.start, func(t *testing.T) {
			w := start(t, func(o *runtimeapi.Options) {
				o.Environment["START"] = tt.start
				if o.Concurrency = 1; tt.start == "hang" {
					o.Init = 500 * time.Millisecond
				}
			})
			for range 2 {
				if kind, message := refused(t, w, order{Do: "nothing"}); kind != tt.kind || !strings.HasSuffix(message, tt.message) {
					t.Errorf("%s, %q; want %s, %q", kind, message, tt.kind, tt.message)
				}
			}
			if w.Started() != 2 {
				t.Errorf("%d were started, want 2", w.Started())
			}
		})
	}
	t.Run("and succeeds", func(t *testing.T) {
		w := start(t, func(o *runtimeapi.Options) {
			o.Environment["START"], o.Environment["MARK"] = "once", filepath.Join(t.TempDir(), "failed")
		})
		refused(t, w, order{Do: "nothing"})
		do[process](t, w, order{Do: "nothing"})
	})
	t.Run("no program", func(t *testing.T) {
		w := start(t, func(o *runtimeapi.Options) { o.Program = filepath.Join(t.TempDir(), "bootstrap") })
		if kind, message := refused(t, w, order{}); kind != "Runtime.InvalidEntrypoint" || !strings.Contains(message, "Couldn't find valid bootstrap(s)") {
			t.Errorf("%s, %q", kind, message)
		}
	})
}

func TestAnEventOverSixMegabytesIsNotSent(t *testing.T) {
	w := start(t, nil)
	if _, err := w.Invoke(t.Context(), make([]byte, runtimeapi.MaxPayload+1)); !errors.Is(err, runtimeapi.ErrTooLarge) || w.Started() != 0 {
		t.Errorf("%v, and %d started", err, w.Started())
	}
}

func TestADeadlineIsTold(t *testing.T) {
	w := start(t, nil)
	before := time.Now()
	got := time.UnixMilli(do[int64](t, w, order{Do: "deadline"}))
	if min, max := before.Add(20*time.Second-time.Millisecond), time.Now().Add(20*time.Second); got.Before(min) || got.After(max) {
		t.Errorf("%v, want between %v and %v", got, min, max)
	}
}

func TestTheLogIsAsLambdas(t *testing.T) {
	w := start(t, nil)
	do[process](t, w, order{Do: "say"})
	refused(t, w, order{Do: "fail"})
	w.Close()
	const id, mb = `[0-9a-f-]{36}`, `Billed Duration: \d+ ms\tMemory Size: 128 MB\tMax Memory Used: [1-9]\d* MB`
	want := []string{
		`START RequestId: ` + id + ` Version: \$LATEST`, `END RequestId: ` + id,
		`REPORT RequestId: ` + id + `\tDuration: \d+\.\d\d ms\t` + mb + `\tInit Duration: \d+\.\d\d ms`,
		`START RequestId: ` + id + ` Version: \$LATEST`, `END RequestId: ` + id,
		`REPORT RequestId: ` + id + `\tDuration: \d+\.\d\d ms\t` + mb + `\tStatus: error\tError Type: errorString`,
	}
	// What the program says has no place of its own among the host's lines: it comes through a pipe.
	if begins := strings.Count("\n"+w.log.String(), "\nit begins\n"); begins != 1 {
		t.Errorf("the program's own line is there %d times:\n%s", begins, w.log)
	}
	lines := slices.DeleteFunc(strings.Split(strings.TrimSpace(w.log.String()), "\n"), func(line string) bool {
		return line == "it begins" || strings.Contains(line, "errorMessage") || strings.HasPrefix(line, "a line without an end")
	})
	if len(lines) != len(want) {
		t.Fatalf("%d lines, want %d:\n%s", len(lines), len(want), w.log)
	}
	for i, line := range lines {
		if !regexp.MustCompile("^" + want[i] + "$").MatchString(line) {
			t.Errorf("%q\nis not as %q", line, want[i])
		}
	}
}
