// Package deploy puts template.yaml onto LocalStack as an operator puts it onto AWS: `sam build`, `sam deploy`, what the
// stack's output BootstrapCommand says. Only the template is rewritten on the way (localstack/rewrite). It trusts no word of a
// deployment that went well: each resource must have been made, and each function must answer.
package deploy

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"latchkey/localstack/cloud"
	"latchkey/localstack/rewrite"
)

// bucket is where samconfig.toml's stage `local` has the functions' code.
const bucket = "latchkey-artifacts"

// Options say what is deployed.
type Options struct {
	Root          string            // the folder that has template.yaml and samconfig.toml
	Parameters    map[string]string // of the template, over its defaults
	AdminPassword string            // default: random
}

// Stack is a template that is deployed.
type Stack struct {
	API         string // the REST API's own address, whose paths begin with the stage
	Table       string
	DeadLetters string // the URL of their queue

	cloud *cloud.Cloud
	root  string
	built string // the rewritten template
}

// Up builds and deploys a stack, makes its keys and its administrator, and waits until each function answers. It returns the
// administrator's password too, if one was drawn.
func Up(ctx context.Context, c *cloud.Cloud, o Options) (s *Stack, drawn string, err error) {
	s = &Stack{cloud: c, root: o.Root, built: filepath.Join(c.Dir, "build", "localstack.yaml")}
	if err := makeBucket(ctx, c); err != nil { // which tells at once if nobody is there
		return nil, "", err
	}
	if err := s.build(ctx); err != nil {
		return nil, "", err
	}
	if err := s.Deploy(ctx, o.Parameters); err != nil {
		return nil, "", err
	}
	outputs, err := s.outputs(ctx)
	if err != nil {
		return nil, "", err
	}
	if s.API, err = address(c.Endpoint, outputs["ApiUrl"]); err != nil {
		return nil, "", err
	}
	s.Table, s.DeadLetters = outputs["TableName"], outputs["DeadLettersUrl"]
	bootstrap := s.command(ctx, "sh", "-c", outputs["BootstrapCommand"])
	if o.AdminPassword != "" {
		bootstrap.Env = append(bootstrap.Env, "LATCHKEY_ADMIN_PASSWORD="+o.AdminPassword)
	}
	if drawn, err = run(bootstrap); err != nil {
		return nil, "", err
	}
	return s, drawn, s.AwaitAnswers(ctx)
}

// build compiles the functions for this machine, on which they will run.
func (s *Stack) build(ctx context.Context) error {
	folder := filepath.Dir(s.built)
	cmd, err := s.sam(ctx, "build", "--build-dir", folder)
	if err != nil {
		return err
	}
	cmd.Env = append(cmd.Env, "ARCH="+runtime.GOARCH)
	if _, err := run(cmd); err != nil {
		return err
	}
	built, err := os.ReadFile(filepath.Join(folder, "template.yaml"))
	if err != nil {
		return err
	}
	template, _, err := rewrite.Template(built, runtime.GOARCH)
	if err != nil {
		return fmt.Errorf("rewrite the template: %w", err)
	}
	return os.WriteFile(s.built, template, 0o600)
}

// Deploy deploys what was built, or changes what is deployed. The parameters go by a file: on the command line SAM has no way of
// writing some texts, and everybody could read them.
func (s *Stack) Deploy(ctx context.Context, parameters map[string]string) error {
	text, err := json.Marshal(parameters)
	if err != nil {
		return err
	}
	file := filepath.Join(filepath.Dir(s.built), "parameters.yaml") // JSON is YAML, and the name decides
	if err := os.WriteFile(file, text, 0o600); err != nil {
		return err
	}
	cmd, err := s.sam(ctx, "deploy", "--template-file", s.built, "--no-progressbar", "--parameter-overrides", "file://"+file)
	if err != nil {
		return err
	}
	if _, err := run(cmd); err != nil {
		return err
	}
	return madeAll(ctx, s.cloud.Endpoint)
}

// outputs are the stack's, by name.
func (s *Stack) outputs(ctx context.Context) (map[string]string, error) {
	cmd, err := s.sam(ctx, "list", "stack-outputs", "--output", "json")
	if err != nil {
		return nil, err
	}
	said, err := run(cmd)
	if err != nil {
		return nil, err
	}
	var list []struct{ OutputKey, OutputValue string }
	if err := json.Unmarshal([]byte(said), &list); err != nil {
		return nil, fmt.Errorf("the stack's outputs: %w: %s", err, said)
	}
	outputs := map[string]string{}
	for _, o := range list {
		outputs[o.OutputKey] = o.OutputValue
	}
	return outputs, nil
}

// address is where LocalStack serves what is at an address on AWS: API ids are names there that this machine may not know.
func address(endpoint, apiURL string) (string, error) {
	u, err := url.Parse(apiURL)
	if err != nil {
		return "", err
	}
	id, _, known := strings.Cut(u.Host, ".execute-api.")
	if !known || u.Path != "/"+rewrite.Stage {
		return "", fmt.Errorf("the stack's output ApiUrl is %q: a REST API's address is wanted", apiURL)
	}
	return endpoint + "/_aws/execute-api/" + id + u.Path, nil
}

func makeBucket(ctx context.Context, c *cloud.Cloud) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, c.Endpoint+"/"+bucket, nil)
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("make the bucket %s: %w", bucket, err)
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("make the bucket %s: %s", bucket, res.Status)
	}
	return nil
}
