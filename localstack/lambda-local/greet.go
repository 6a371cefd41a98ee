package main

import (
	"fmt"
	"io"
	"os"
	"strings"

	"latchkey/localstack"
)

// greet tells a person where to look and what to try. It goes to stdout; what the functions log goes to stderr.
func greet(w io.Writer, stack *localstack.Stack, s settings, password string) {
	var b strings.Builder
	fmt.Fprintf(&b, "Latchkey's functions are ready at %s (store dynamodb://%s)\n\n", stack.BaseURL, s.table)
	var asleep []string
	for _, f := range stack.Template.Functions {
		if len(f.Routes) == 0 {
			asleep = append(asleep, f.Op)
			continue
		}
		var keys []string
		for _, r := range f.Routes {
			keys = append(keys, r.Key())
		}
		fmt.Fprintf(&b, "  %-10s %s\n", f.Op, strings.Join(keys, ", "))
	}
	if len(asleep) > 0 {
		fmt.Fprintf(&b, "\nNot here: %s. No stream and no schedule runs, so no event is told and no token is announced (`make localstack` has both).\n", strings.Join(asleep, ", "))
	}
	switch {
	case password != "":
		fmt.Fprintf(&b, "\nMade the user admin. This password is shown only now:\n  %s\n", password)
	case os.Getenv("LATCHKEY_ADMIN_PASSWORD") != "":
		password = "…"
		b.WriteString("\nThe user admin has the password in LATCHKEY_ADMIN_PASSWORD, unless the table had that user before.\n")
	default:
		password = "…"
		b.WriteString("\nThe table has its keys and the user admin already.\n")
	}
	fmt.Fprintf(&b, `
Log in and make a token, in another terminal:
  SESSION=$(curl -s %[1]s/v1/sessions -H 'Content-Type: application/json' \
    -d '{"username":"admin","password":"%[2]s"}' | sed 's/.*"token":"\([^"]*\)".*/\1/')
  curl -s %[1]s/v1/tokens -H "Authorization: Bearer $SESSION" -H 'Content-Type: application/json' \
    -d '{"name":"my first token","scopes":["repo:read"]}'

The API is described at %[1]s/openapi.json. Stop with Ctrl-C.
`, stack.BaseURL, password)
	_, _ = io.WriteString(w, b.String())
}
