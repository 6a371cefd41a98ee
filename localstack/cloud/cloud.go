// Package cloud runs LocalStack, which stands for AWS as a whole: CloudFormation, API Gateway, Lambda, S3, IAM, KMS,
// EventBridge, SQS and CloudWatch Logs. It needs no containers: functions are processes, and DynamoDB is DynamoDB Local
// (host.py). Everything listens on 127.0.0.1 on free ports, but DynamoDB Local, which knows no such bound; what there is lies
// in a folder for the time.
//
// It is LocalStack's free edition: it has REST APIs and no HTTP APIs (localstack/rewrite), permits everything to everybody,
// and does about fifty requests a second.
//
// It needs Java, and what `make tools` has installed. Without them it fails and says so; nothing is skipped.
package cloud

import (
	"bufio"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"latchkey/localstack/dynamolocal"
	"latchkey/localstack/tools"
)

// Region is where everything is.
const Region = "us-east-1"

const (
	// patience bounds the start, which takes ten seconds on a calm machine.
	patience = 2 * time.Minute
	// farewell bounds the end: events under way come to theirs.
	farewell = 45 * time.Second
)

//go:embed host.py
var host string

// Cloud is a LocalStack that runs.
type Cloud struct {
	Endpoint string // its address, such as http://127.0.0.1:38641

	Dir string // where it, and who deploys to it, keep their files for the time

	database *dynamolocal.DB
	cmd      *exec.Cmd
	stdin    io.Closer
	ended    chan struct{}
	closing  sync.Once
}

// Start launches one for a test, and ends it with that.
func Start(t testing.TB) *Cloud {
	t.Helper()
	c, err := Launch(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// Launch starts LocalStack and waits until it answers. It ends with Close, or with this process, however that ends.
func Launch(ctx context.Context) (*Cloud, error) {
	python, err := interpreter()
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	c := &Cloud{ended: make(chan struct{})}
	if c.database, err = dynamolocal.Launch(ctx); err != nil {
		return nil, err
	}
	if c.Dir, err = os.MkdirTemp("", "latchkey-localstack-"); err == nil {
		err = c.launch(ctx, python)
	}
	if err != nil {
		err = fmt.Errorf("start LocalStack: %w; it said: %s", err, c.said())
		c.Close()
		return nil, err
	}
	return c, nil
}

// At is a LocalStack that runs already, such as one in a container. It goes on after Close, and its Log is elsewhere.
func At(endpoint string) (*Cloud, error) {
	dir, err := os.MkdirTemp("", "latchkey-localstack-")
	return &Cloud{Endpoint: strings.TrimSuffix(endpoint, "/"), Dir: dir}, err
}

func interpreter() (string, error) {
	dir, err := tools.Dir("localstack")
	if err != nil {
		return "", err
	}
	python := filepath.Join(dir, "bin", "python")
	if _, err := os.Stat(python); err != nil {
		return "", fmt.Errorf("LocalStack is not installed: run `make tools` (%w)", err)
	}
	return python, nil
}

func (c *Cloud) launch(ctx context.Context, python string) error {
	_, port, _ := strings.Cut(strings.TrimPrefix(c.database.Endpoint, "http://"), ":")
	c.cmd = exec.Command(python, "-c", host, c.Dir, port)
	c.cmd.Env = append(os.Environ(),
		"OVERRIDE_IN_DOCKER=0",                                          // else, on a machine that is a container, it would write where it does in its own
		"DNS_ADDRESS=0", "DISABLE_EVENTS=1", "SKIP_SSL_CERT_DOWNLOAD=1", // nothing of it leaves the machine
		"PROVIDER_OVERRIDE_DYNAMODB=v2",   // the table's stream is DynamoDB Local's own
		"DYNAMODB_REMOVE_EXPIRED_ITEMS=1", // each hour
	)
	c.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} // the functions are in its group, and Ctrl-C is not for it
	log, err := os.Create(c.file("localstack.log"))
	if err != nil {
		return err
	}
	c.cmd.Stderr = log
	stdout, err := c.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if c.stdin, err = c.cmd.StdinPipe(); err != nil {
		return err
	}
	if err := c.cmd.Start(); err != nil {
		return err
	}
	addresses := make(chan string, 1)
	go func() {
		defer close(c.ended)
		defer log.Close()
		listen(stdout, log, addresses)
		_ = c.cmd.Wait() // why it ended is in what it said
	}()
	return c.awaitReady(ctx, addresses)
}

var listening = regexp.MustCompile(`^listening on (http://127\.0\.0\.1:[0-9]+)$`)

// listen keeps what LocalStack says, and passes on where it says that it listens.
func listen(stdout io.Reader, log io.Writer, addresses chan<- string) {
	lines := bufio.NewScanner(stdout)
	for lines.Scan() {
		if found := listening.FindStringSubmatch(lines.Text()); found != nil {
			addresses <- found[1]
		}
		fmt.Fprintln(log, lines.Text())
	}
}

// awaitReady waits for the first answer: the port is open before somebody is there to serve it.
func (c *Cloud) awaitReady(ctx context.Context, addresses <-chan string) error {
	select {
	case c.Endpoint = <-addresses:
	case <-c.ended:
		return errors.New("it ended at once")
	case <-ctx.Done():
		return ctx.Err()
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	go func() {
		select {
		case <-c.ended:
			cancel()
		case <-ctx.Done():
		}
	}()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, c.Endpoint+"/_localstack/health", nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	return res.Body.Close()
}

func (c *Cloud) file(name string) string { return filepath.Join(c.Dir, name) }

// said is what LocalStack itself has said.
func (c *Cloud) said() string {
	text, _ := os.ReadFile(c.file("localstack.log")) // where there is none, it has said nothing
	return strings.TrimSpace(string(text))
}

// Log returns what all functions have logged so far.
func (c *Cloud) Log() string {
	text, _ := os.ReadFile(c.file("functions.log"))
	return string(text)
}

// Events returns each event that a function got, a line of JSON as host.py writes it; nothing, unless LATCHKEY_KEEP_EVENTS was set
// when it was started. Passwords and tokens are among them.
func (c *Cloud) Events() string {
	text, _ := os.ReadFile(c.file("events.log"))
	return string(text)
}

// KillAtAPut kills a process when events have next come to a bus, before whoever sent them hears of it.
func (c *Cloud) KillAtAPut(process int) error {
	order := c.file("kill")
	if err := os.WriteFile(order+"-next", strconv.AppendInt(nil, int64(process), 10), 0o600); err != nil {
		return err
	}
	return os.Rename(order+"-next", order) // so that it is read whole
}

// Environ is this process's environment, for another one that asks LocalStack in AWS's place, and nobody else.
func (c *Cloud) Environ() []string {
	environ := slices.DeleteFunc(os.Environ(), func(pair string) bool { return strings.HasPrefix(pair, "AWS_") })
	return append(environ,
		"AWS_ENDPOINT_URL="+c.Endpoint, "AWS_REGION="+Region, "AWS_DEFAULT_REGION="+Region,
		"AWS_ACCESS_KEY_ID=test", "AWS_SECRET_ACCESS_KEY=test",
		"AWS_CONFIG_FILE="+os.DevNull, "AWS_SHARED_CREDENTIALS_FILE="+os.DevNull,
	)
}

// Close ends LocalStack, its functions and its database, and removes what they have written.
func (c *Cloud) Close() { c.closing.Do(c.close) }

func (c *Cloud) close() {
	if c.cmd != nil && c.cmd.Process != nil {
		_ = c.stdin.Close()
		tooLate := time.AfterFunc(farewell, func() { _ = c.cmd.Process.Kill() })
		<-c.ended
		tooLate.Stop()
		_ = syscall.Kill(-c.cmd.Process.Pid, syscall.SIGKILL) // nobody is left, as a rule
	}
	if c.database != nil {
		c.database.Close()
	}
	_ = os.RemoveAll(c.Dir)
}
