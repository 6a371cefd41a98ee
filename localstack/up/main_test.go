package main

import (
	"context"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latchkey/localstack/cloud"
	"latchkey/localstack/deploy"
)

func TestTheCommandLine(t *testing.T) {
	file := filepath.Join(t.TempDir(), "policy.json")
	if err := os.WriteFile(file, []byte("{\"brand\":\"x\"}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		args        string
		environment map[string]string
		got         func(settings) string
		want, fails string
	}{
		{"", nil, func(s settings) string { return s.listen }, "127.0.0.1:3000", ""},
		{"", map[string]string{"LATCHKEY_LISTEN": "127.0.0.1:1"}, func(s settings) string { return s.listen }, "127.0.0.1:1", ""},
		{"-listen 127.0.0.1:2", map[string]string{"LATCHKEY_LISTEN": "127.0.0.1:1"}, func(s settings) string { return s.listen }, "127.0.0.1:2", ""},
		{"-endpoint http://127.0.0.1:4566", nil, func(s settings) string { return s.endpoint }, "http://127.0.0.1:4566", ""},
		{"", map[string]string{"LATCHKEY_POLICY": "{}"}, func(s settings) string { return s.policy }, "{}", ""},
		{"", map[string]string{"LATCHKEY_POLICY": file}, func(s settings) string { return s.policy }, `{"brand":"x"}`, ""},
		{"", map[string]string{"LATCHKEY_POLICY": "none.json"}, nil, "", "LATCHKEY_POLICY: open none.json"},
		{"", map[string]string{"LATCHKEY_ADMIN_PASSWORD": "x"}, func(s settings) string { return s.adminPassword }, "x", ""},
		{"serve", nil, nil, "", `what is "serve"?`},
		{"-port 1", nil, nil, "", "flag provided but not defined: -port"},
	} {
		s, err := parse(strings.Fields(tt.args), func(name string) string { return tt.environment[name] }, io.Discard)
		if (err == nil) != (tt.fails == "") || err != nil && !strings.Contains(err.Error(), tt.fails) {
			t.Errorf("%q: %v, want %q", tt.args, err, tt.fails)
		}
		if err == nil && tt.got(s) != tt.want {
			t.Errorf("%q: %q, want %q", tt.args, tt.got(s), tt.want)
		}
	}
	if _, err := parse([]string{"-h"}, os.Getenv, io.Discard); !errors.Is(err, flag.ErrHelp) {
		t.Error(err)
	}
}

// TestAPersonIsToldWhatToTry: where things are, and a password only if one was drawn.
func TestAPersonIsToldWhatToTry(t *testing.T) {
	for name, c := range map[string]struct{ drawn, given, want, not string }{
		"drawn":   {"hunter2", "", `"password":"hunter2"`, "…"},
		"given":   {"", "hunter2", "LATCHKEY_ADMIN_PASSWORD", "hunter2"},
		"neither": {"", "", "has its keys and the user admin already", "hunter2"},
	} {
		t.Run(name, func(t *testing.T) {
			d := &desk{drawn: c.drawn, front: &deploy.Front{URL: "http://127.0.0.1:1"}, cloud: &cloud.Cloud{Endpoint: "http://127.0.0.1:2"},
				stack: &deploy.Stack{API: "http://127.0.0.1:2/api", Table: "the-table", DeadLetters: "http://127.0.0.1:2/the-queue"}}
			var told strings.Builder
			greet(&told, d, settings{adminPassword: c.given})
			for _, want := range []string{"http://127.0.0.1:1", "http://127.0.0.1:2", "http://127.0.0.1:2/api", "the-table", "curl -s http://127.0.0.1:1/v1/sessions",
				"curl -s http://127.0.0.1:2 -H 'X-Amz-Target", "--endpoint-url http://127.0.0.1:2 --region us-east-1",
				"http://127.0.0.1:2/_aws/sqs/messages?QueueUrl=http://127.0.0.1:2/the-queue", c.want} {
				if !strings.Contains(told.String(), want) {
					t.Errorf("it does not tell %q:\n%s", want, &told)
				}
			}
			if strings.Contains(told.String(), c.not) {
				t.Errorf("it tells %q:\n%s", c.not, &told)
			}
		})
	}
}

func TestAnAddressThatIsTakenIsToldBeforeAnythingStarts(t *testing.T) {
	taken, err := deploy.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	err = run(t.Context(), []string{"-listen", strings.TrimPrefix(taken.URL, "http://")}, func(string) string { return "" }, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "choose another address with LATCHKEY_LISTEN") {
		t.Error(err)
	}
}

func TestAnInterruptionAtAnyTimeIsNoFailure(t *testing.T) {
	interrupted, cancel := context.WithCancel(t.Context())
	cancel()
	if err := run(interrupted, []string{"-listen", "127.0.0.1:0"}, func(string) string { return "" }, io.Discard, io.Discard); err != nil {
		t.Error(err)
	}
}

func TestWhatDoesNotStartIsToldAndLeavesNothing(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	err := run(t.Context(), []string{"-listen", "127.0.0.1:0", "-endpoint", "http://127.0.0.1:1"}, func(string) string { return "" }, io.Discard, io.Discard)
	if err == nil || !strings.Contains(err.Error(), "make the bucket latchkey-artifacts") {
		t.Error(err)
	}
	if left, _ := filepath.Glob(filepath.Join(os.TempDir(), "latchkey-*")); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
}
