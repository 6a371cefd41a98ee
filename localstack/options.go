package localstack

import (
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"regexp"

	"latchkey/localstack/cfn"
	"latchkey/localstack/runtimeapi"
)

// By has a value by op; an op that has none takes that of "".
type By map[string]string

// Options say what runs, and how it differs from the template.
type Options struct {
	Template  string // the file
	Functions string // the folder that has <op>/bootstrap
	Payload   string // of every route's events, 1.0 or 2.0; default: as the template has it
	Listen    string // default 127.0.0.1:0

	Values cfn.Values // what the template's parameters and resources stand for, such as {"Table": "latchkey"}
	// By op, "" meaning all of them:
	Env         map[string]map[string]string // variables over the template's
	Endpoints   By                           // AWS_ENDPOINT_URL_DYNAMODB
	Concurrency map[string]int               // how many environments there may be; default 4

	Stdout io.Writer // where everything logged goes besides Log; nil: nowhere
}

// read reads the template under the options' values.
func (o Options) read() (*cfn.Template, error) {
	values := cfn.Values{
		"AWS::Region": runtimeapi.Region, "AWS::AccountId": runtimeapi.Account, "AWS::Partition": "aws",
		"AWS::StackName": "latchkey", "AWS::URLSuffix": "amazonaws.com",
	}
	maps.Copy(values, o.Values)
	return cfn.ReadFile(o.Template, values)
}

// function describes one function of the template to its host.
func (o Options) function(f cfn.Function, log io.Writer) (runtimeapi.Options, error) {
	program, err := filepath.Abs(filepath.Join(o.Functions, f.Op, "bootstrap"))
	if err != nil {
		return runtimeapi.Options{}, err
	}
	if _, err := os.Stat(program); errors.Is(err, os.ErrNotExist) {
		return runtimeapi.Options{}, fmt.Errorf("%s: there is no %s: run `make functions`", f.LogicalID, program)
	}
	environment, err := o.environment(f)
	if err != nil {
		return runtimeapi.Options{}, fmt.Errorf("%s: %w", f.LogicalID, err)
	}
	concurrency, ok := o.Concurrency[f.Op]
	if !ok {
		concurrency = o.Concurrency[""]
	}
	return runtimeapi.Options{Name: "latchkey-" + f.LogicalID, Program: program, Environment: environment, Memory: f.Memory,
		Timeout: f.Timeout, Log: log, Concurrency: concurrency}, nil
}

// unresolved is what the template leaves of a resource that has no value here.
var unresolved = regexp.MustCompile(`\$\{[A-Za-z0-9.]+\}`)

// environment is the template's, with the options' own over it. What still names a resource would mislead the
// function, so it is refused.
func (o Options) environment(f cfn.Function) (map[string]string, error) {
	all := maps.Clone(f.Environment)
	maps.Copy(all, o.Env[""])
	maps.Copy(all, o.Env[f.Op])
	endpoint, ok := o.Endpoints[f.Op]
	if !ok {
		endpoint = o.Endpoints[""]
	}
	if endpoint != "" {
		all["AWS_ENDPOINT_URL_DYNAMODB"] = endpoint
	}
	for name, value := range all {
		if left := unresolved.FindString(value); left != "" {
			return nil, fmt.Errorf("%s is %q: say in Values what %s stands for", name, value, left)
		}
	}
	return all, nil
}
