package main

import (
	"io"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"latchkey/localstack"
	"latchkey/localstack/cfn"
)

func TestTheCommandLine(t *testing.T) {
	for _, tt := range []struct{ args, want string }{
		{"", ""},
		{"-payload 1.0 -table other -listen 127.0.0.1:0", ""},
		{"-payload 3.0", `-payload wants 1.0 or 2.0, not "3.0"`},
		{"serve", `what is "serve"?`},
		{"-port 1", "flag provided but not defined: -port"},
	} {
		_, err := parse(strings.Fields(tt.args), io.Discard)
		if (err == nil) != (tt.want == "") || err != nil && !strings.Contains(err.Error(), tt.want) {
			t.Errorf("%q: %v, want %q", tt.args, err, tt.want)
		}
	}
}

func TestTheFunctionsGetThisProcesssSettings(t *testing.T) {
	got := handedOn([]string{"LATCHKEY_POLICY={}", "LATCHKEY_STORE=bolt:x", "LATCHKEY_ADMIN_PASSWORD=secret", "LATCHKEY_HOPRD_SUPERUSER=secret", "LATCHKEY_SIGNING_KEY=kms:x", "HOME=/"})
	if want := map[string]string{"LATCHKEY_POLICY": "{}", "LATCHKEY_SIGNING_KEY": "store", "LATCHKEY_SEALING_KEY": "store"}; !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

// latchkey writes a program that stands for the real one.
func latchkey(t *testing.T, script string) settings {
	t.Helper()
	program := filepath.Join(t.TempDir(), "latchkey")
	if err := os.WriteFile(program, []byte("#!/bin/sh\n"+script+"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	return settings{latchkey: program, table: "desk"}
}

// TestThePersonIsToldWhatDoesNotRun: events are not looked for in vain.
func TestThePersonIsToldWhatDoesNotRun(t *testing.T) {
	var said strings.Builder
	greet(&said, &localstack.Stack{Template: &cfn.Template{Functions: []cfn.Function{
		{Op: "verify", Routes: []cfn.Route{{Method: "GET", Path: "/v1/auth"}}}, {Op: "cleanup"}, {Op: "notify"},
	}}}, settings{}, "")
	if got := said.String(); !strings.Contains(got, "  verify     GET /v1/auth\n\nNot here: cleanup, notify. No stream and no schedule runs") {
		t.Errorf("got %s", got)
	}
}

func TestBootstrapReturnsWhatWasDrawn(t *testing.T) {
	got, err := bootstrap(t.Context(), latchkey(t, `echo "$* at $AWS_ENDPOINT_URL_DYNAMODB"; echo a remark >&2`), "http://127.0.0.1:1")
	if want := "admin bootstrap --store dynamodb://desk at http://127.0.0.1:1"; got != want || err != nil {
		t.Errorf("%q, %v; want %q", got, err, want)
	}
}

func TestBootstrapTellsWhyItFailed(t *testing.T) {
	_, err := bootstrap(t.Context(), latchkey(t, `echo there is no table >&2; exit 1`), "")
	if err == nil || !strings.Contains(err.Error(), "exit status 1\nthere is no table") {
		t.Error(err)
	}
}
