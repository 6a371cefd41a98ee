// Command up starts LocalStack, deploys template.yaml to it, and serves what is deployed at an address of this machine until it
// is interrupted. `make localstack` builds and runs it.
package main

import (
	"cmp"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"syscall"
)

// settings are the command line and the environment.
type settings struct {
	root, listen, endpoint string
	adminPassword          string
	policy, superuser      string // parameters of the template
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Getenv, os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "localstack:", err)
		os.Exit(1)
	}
}

func parse(args []string, getenv func(string) string, stderr io.Writer) (settings, error) {
	s := settings{root: ".", adminPassword: getenv("LATCHKEY_ADMIN_PASSWORD"), policy: getenv("LATCHKEY_POLICY"),
		superuser: getenv("LATCHKEY_HOPRD_SUPERUSER")}
	flags := flag.NewFlagSet("localstack", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&s.listen, "listen", cmp.Or(getenv("LATCHKEY_LISTEN"), "127.0.0.1:3000"), "where the API is served; LATCHKEY_LISTEN, if that is set")
	flags.StringVar(&s.endpoint, "endpoint", "", "a LocalStack that runs, such as http://127.0.0.1:4566; one is started if empty")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if flags.NArg() > 0 {
		return s, fmt.Errorf("what is %q? There are only flags", flags.Arg(0))
	}
	if s.policy != "" && !strings.HasPrefix(s.policy, "{") {
		text, err := os.ReadFile(s.policy)
		if err != nil {
			return s, fmt.Errorf("LATCHKEY_POLICY: %w", err)
		}
		s.policy = strings.TrimSpace(string(text))
	}
	return s, nil
}

// run serves until the context ends.
func run(ctx context.Context, args []string, getenv func(string) string, stdout, stderr io.Writer) error {
	s, err := parse(args, getenv, stderr)
	if err != nil {
		return err
	}
	fmt.Fprintln(stderr, "Starting LocalStack and deploying to it, which takes a minute.")
	d, err := open(ctx, s)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("%w: choose another address with LATCHKEY_LISTEN", err)
	case ctx.Err() != nil:
		return nil // it was interrupted
	case err != nil:
		return err
	}
	defer d.close()
	greet(stdout, d, s)
	<-ctx.Done()
	fmt.Fprintln(stderr, "Stopping.")
	return nil
}
