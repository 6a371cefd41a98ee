// Command latchkey is personal access tokens in one program: the server (latchkey serve), the care of its store
// (latchkey admin), and a command line for any Latchkey server, wherever that runs.
//
// Secrets come in through a terminal's prompt, stdin or the environment, never through arguments, which other
// users of a machine can see. What a command is asked for goes to stdout, so that it can be piped; what it has to
// say goes to stderr.
package main

import (
	"context"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/alecthomas/kong"
)

// environment is what a command may touch of the world outside.
type environment struct {
	ctx            context.Context // ends on SIGINT and SIGTERM
	lookup         func(string) (string, bool)
	stdin          io.Reader
	stdout, stderr io.Writer
	clock          clock
}

// clock is the time, and what comes again and again with it.
type clock struct {
	now func() time.Time
	// every returns a channel that has something each time that so much has passed, until it is stopped.
	every func(time.Duration) (ticks <-chan time.Time, stop func())
}

func systemClock() clock {
	return clock{time.Now, func(d time.Duration) (<-chan time.Time, func()) {
		ticker := time.NewTicker(d)
		return ticker.C, ticker.Stop
	}}
}

// commandLine is every command. Each is a struct of its flags, with a method Run.
type commandLine struct {
	Serve  serveCommand  `cmd:"" help:"Run the server: every operation, on one file."`
	Admin  adminCommand  `cmd:"" help:"Care for a store, without a server."`
	Login  loginCommand  `cmd:"" help:"Log in to a server, for the commands below."`
	Logout logoutCommand `cmd:"" help:"End all of your sessions, and forget the saved one."`
	Token  tokenCommand  `cmd:"" help:"Make, list, change, revoke and verify tokens."`
	User   userCommand   `cmd:"" help:"Make, list, change, suspend and delete users."`

	Version     versionCommand   `cmd:"" help:"Print the version."`
	VersionFlag kong.VersionFlag `name:"version" help:"Print the version."`
}

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	env := environment{ctx: ctx, lookup: os.LookupEnv, stdin: os.Stdin, stdout: os.Stdout, stderr: os.Stderr, clock: systemClock()}
	status := run(env, os.Args[1:])
	stop()
	os.Exit(status)
}

// exit is how kong ends a run that only wanted help or the version.
type exit int

// run is the whole program but for the process around it; it returns the exit status.
func run(env environment, args []string) (status int) {
	defer func() {
		if r := recover(); r != nil {
			code, ours := r.(exit)
			if !ours {
				panic(r)
			}
			status = int(code)
		}
	}()
	var line commandLine
	parser, err := kong.New(&line,
		kong.Name("latchkey"),
		kong.Description("Personal access tokens: the server and its command line."),
		kong.Writers(env.stdout, env.stderr),
		kong.Exit(func(code int) { panic(exit(code)) }),
		kong.ConfigureHelp(kong.HelpOptions{Compact: true}),
		kong.Vars{"version": version(), "default_url": string(defaultAddress), "statuses": statuses()},
	)
	if err != nil {
		panic(err) // the commands above are declared wrongly
	}
	chosen, err := parser.Parse(args)
	if err != nil {
		return failUsage(env.stderr, err)
	}
	return fail(env.stderr, chosen.Run(&env))
}
