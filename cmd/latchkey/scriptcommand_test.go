package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"latchkey/localstack/dynamolocal"
)

func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits STATUS command [args…]")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	got := 0
	err = ts.Exec(args[1], args[2:]...)
	if exit, ok := errors.AsType[*exec.ExitError](err); ok {
		got = exit.ExitCode()
	} else {
		ts.Check(err)
	}
	if got != want {
		ts.Fatalf("exit status %d, want %d", got, want)
	}
}

func keep(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: keep NAME")
	}
	text := strings.TrimSuffix(ts.ReadFile("stdout"), "\n")
	if text == "" || strings.Contains(text, "\n") {
		ts.Fatalf("keep wants one line, not %q", text)
	}
	ts.Setenv(args[0], text)
}

func jsonget(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: jsonget NAME path")
	}
	value, ok := at(ts, args[1])
	if !ok {
		ts.Fatalf("there is no %s", args[1])
	}
	ts.Setenv(args[0], value)
}

func jsonHas(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 1 || len(args) > 2 {
		ts.Fatalf("usage: json path [value]")
	}
	value, ok := at(ts, args[0])
	switch {
	case len(args) == 1 && ok:
		ts.Fatalf("%s is there: %s", args[0], value)
	case len(args) == 2 && (!ok || value != args[1]):
		ts.Fatalf("%s is %q, want %q", args[0], value, args[1])
	}
}

// at returns what the last stdout has at a path: text as it is, all else as JSON.
func at(ts *testscript.TestScript, path string) (string, bool) {
	var value any
	if err := json.Unmarshal([]byte(ts.ReadFile("stdout")), &value); err != nil {
		ts.Fatalf("stdout is not JSON: %v", err)
	}
	for step := range strings.SplitSeq(path, ".") {
		ok := false
		switch v := value.(type) {
		case map[string]any:
			value, ok = v[step]
		case []any:
			if i, err := strconv.Atoi(step); err == nil && i < len(v) {
				value, ok = v[i], true
			}
		}
		if !ok {
			return "", false
		}
	}
	if text, ok := value.(string); ok {
		return text, true
	}
	text, err := json.Marshal(value)
	ts.Check(err)
	return string(text), true
}

func mode(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: mode MODE file")
	}
	info, err := os.Stat(ts.MkAbs(args[1]))
	ts.Check(err)
	if got := fmt.Sprintf("%o", info.Mode().Perm()); got != args[0] {
		ts.Fatalf("%s has mode %s, want %s", args[1], got, args[0])
	}
}

func httpCall(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 || len(args) > 4 {
		ts.Fatalf("usage: http METHOD path [bearer [body]]")
	}
	args = append(args, "", "")
	req, err := http.NewRequest(args[0], ts.Getenv("LATCHKEY_URL")+args[1], strings.NewReader(args[3]))
	ts.Check(err)
	if args[2] != "" {
		req.Header.Set("Authorization", "Bearer "+args[2])
	}
	if args[3] != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: patience}
	res, err := client.Do(req)
	ts.Check(err)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	ts.Check(err)
	fmt.Fprintf(ts.Stdout(), "%s\n", res.Status)
	ts.Check(res.Header.Write(ts.Stdout()))
	fmt.Fprintf(ts.Stdout(), "\n%s\n", body)
}

func table(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: table NAME")
	}
	db, err := dynamolocal.Shared()
	ts.Check(err)
	ts.Check(db.CreateTable(context.Background(), args[0]))
	for _, setting := range dynamolocal.Environ(db.Endpoint) {
		name, value, _ := strings.Cut(setting, "=")
		ts.Setenv(name, value)
	}
}
