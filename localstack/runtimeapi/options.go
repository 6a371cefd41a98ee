package runtimeapi

import (
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strconv"
	"time"
)

// Options describe a function.
type Options struct {
	Name        string
	Program     string            // the bootstrap; its folder is the task's root
	Environment map[string]string // the function's own variables
	Memory      int               // in MB; it is told to the function and reported, not enforced
	Timeout     time.Duration
	Log         io.Writer // whole lines, from many goroutines

	Concurrency int           // how many environments there may be; default 4
	Queue       int           // how many invocations may wait for one; default 64
	Patience    time.Duration // how long each of them may; default 5 s
	Init        time.Duration // how long an environment may take to start; default Lambda's 10 s
}

// Where the functions believe to be.
const (
	Region  = "us-east-1"
	Account = "123456789012"
)

const (
	version = "$LATEST"
	// grace is how long a program may take to end by itself, when its next invocation is denied, before it is killed.
	grace = 2 * time.Second
)

func (o Options) withDefaults() Options {
	preset := func(value *time.Duration, to time.Duration) {
		if *value == 0 {
			*value = to
		}
	}
	preset(&o.Timeout, 3*time.Second)
	preset(&o.Patience, 5*time.Second)
	preset(&o.Init, 10*time.Second)
	if o.Memory == 0 {
		o.Memory = 128
	}
	if o.Concurrency == 0 {
		o.Concurrency = 4
	}
	if o.Queue == 0 {
		o.Queue = 64
	}
	if o.Log == nil {
		o.Log = io.Discard
	}
	return o
}

func (o Options) arn() string {
	return "arn:aws:lambda:" + Region + ":" + Account + ":function:" + o.Name
}

// environ is the whole environment of a program that finds its Runtime API at that address: what Lambda gives, then
// the function's own, and nothing of this process's.
func (o Options) environ(address string) []string {
	all := map[string]string{
		"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_SESSION_TOKEN": "local",
		"LANG": "en_US.UTF-8", "TZ": ":UTC", "PATH": "/usr/local/bin:/usr/bin:/bin:/opt/bin",
	}
	maps.Copy(all, o.Environment)
	maps.Copy(all, map[string]string{
		"AWS_LAMBDA_RUNTIME_API":          address,
		"AWS_LAMBDA_FUNCTION_NAME":        o.Name,
		"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": strconv.Itoa(o.Memory),
		"AWS_LAMBDA_FUNCTION_VERSION":     version,
		"AWS_LAMBDA_INITIALIZATION_TYPE":  "on-demand",
		"AWS_REGION":                      Region,
		"AWS_DEFAULT_REGION":              Region,
		"LAMBDA_TASK_ROOT":                filepath.Dir(o.Program),
		"_HANDLER":                        "bootstrap",
	})
	var out []string
	for _, name := range slices.Sorted(maps.Keys(all)) {
		out = append(out, name+"="+all[name])
	}
	return out
}
