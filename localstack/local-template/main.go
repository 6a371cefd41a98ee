// Command local-template writes the template that LocalStack gets, of the one that `sam build` wrote: see
// localstack/rewrite. What it changes goes to stderr.
//
//	local-template .aws-sam/local/template.yaml >.aws-sam/local/localstack.yaml
package main

import (
	"fmt"
	"io"
	"os"
	"runtime"

	"latchkey/localstack/rewrite"
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "local-template:", err)
		os.Exit(1)
	}
}

func run(args []string, stdout, stderr io.Writer) error {
	if len(args) != 1 {
		return fmt.Errorf("wants one template, which `sam build` wrote")
	}
	built, err := os.ReadFile(args[0])
	if err != nil {
		return err
	}
	template, changes, err := rewrite.Template(built, runtime.GOARCH)
	if err != nil {
		return fmt.Errorf("%s: %w", args[0], err)
	}
	for _, change := range changes {
		fmt.Fprintln(stderr, change)
	}
	_, err = stdout.Write(template)
	return err
}
