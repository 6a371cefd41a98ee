// Command lambda-local runs Latchkey's compiled functions on this machine as AWS would: one program an operation
// behind a gateway that has the routes of template.yaml, on DynamoDB Local. `make lambda-local` builds and runs it.
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

	"latchkey/localstack"
	"latchkey/localstack/cfn"
)

// settings are the command line.
type settings struct {
	template, functions, payload, listen string
	endpoint, table                      string
	latchkey                             string
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:], os.Stdout, os.Stderr)
	stop()
	switch {
	case errors.Is(err, flag.ErrHelp):
	case err != nil:
		fmt.Fprintln(os.Stderr, "lambda-local:", err)
		os.Exit(1)
	}
}

func parse(args []string, stderr io.Writer) (settings, error) {
	var s settings
	flags := flag.NewFlagSet("lambda-local", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.StringVar(&s.template, "template", "template.yaml", "the SAM template")
	flags.StringVar(&s.functions, "functions", "dist/local", "the folder with <op>/bootstrap")
	flags.StringVar(&s.payload, "payload", "", "the payload format of all events, 1.0 or 2.0; as the template has it if empty")
	flags.StringVar(&s.listen, "listen", cmp.Or(os.Getenv("LATCHKEY_LISTEN"), "127.0.0.1:3000"), "where the gateway listens; LATCHKEY_LISTEN, if that is set")
	flags.StringVar(&s.endpoint, "endpoint", "", "a DynamoDB that runs, such as http://127.0.0.1:8000; one is started if empty")
	flags.StringVar(&s.table, "table", "latchkey", "the table; it is made if it is missing")
	flags.StringVar(&s.latchkey, "latchkey", "bin/latchkey", "the program that makes keys and the administrator")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	switch {
	case flags.NArg() > 0:
		return s, fmt.Errorf("what is %q? There are only flags", flags.Arg(0))
	case s.payload != "" && s.payload != "1.0" && s.payload != "2.0":
		return s, fmt.Errorf("-payload wants 1.0 or 2.0, not %q", s.payload)
	}
	return s, nil
}

// superuser is a setting that only those functions get to which the template gives it.
const superuser = "LATCHKEY_HOPRD_SUPERUSER"

// handedOn are the settings of this process that the functions get, over the template's. Where the records are is not
// among them; and there is no KMS on a desk.
func handedOn(environ []string) map[string]string {
	settings := map[string]string{}
	for _, pair := range environ {
		name, value, _ := strings.Cut(pair, "=")
		if strings.HasPrefix(name, "LATCHKEY_") && name != "LATCHKEY_STORE" && name != "LATCHKEY_ADMIN_PASSWORD" && name != superuser {
			settings[name] = value
		}
	}
	settings["LATCHKEY_SIGNING_KEY"], settings["LATCHKEY_SEALING_KEY"] = "store", "store"
	return settings
}

// run serves until the context ends.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	s, err := parse(args, stderr)
	if err != nil {
		return err
	}
	db, err := openDatabase(ctx, s.endpoint, s.table)
	if err != nil {
		return err
	}
	defer db.Close()
	stack, err := localstack.Launch(localstack.Options{
		Template: s.template, Functions: s.functions, Payload: s.payload, Listen: s.listen,
		Values:    cfn.Values{"Table": s.table, "HoprdSuperuser": os.Getenv(superuser)},
		Env:       map[string]map[string]string{"": handedOn(os.Environ())},
		Endpoints: localstack.By{"": db.Endpoint},
		Stdout:    stderr,
	})
	if errors.Is(err, syscall.EADDRINUSE) {
		return fmt.Errorf("%w: choose another address with LATCHKEY_LISTEN", err)
	}
	if err != nil {
		return err
	}
	password, err := bootstrap(ctx, s, db.Endpoint)
	if err == nil {
		greet(stdout, stack, s, password)
		<-ctx.Done()
	}
	return errors.Join(err, stack.Close())
}
