package deploy

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"time"

	"latchkey/localstack/cfn"
)

// patience bounds how long each function may take to its first answer.
const patience = time.Minute

// AwaitAnswers asks each function of the template until it answers. A gateway that is not there answers too, and so
// does one that cannot start the function.
func (s *Stack) AwaitAnswers(ctx context.Context) error {
	template, err := cfn.ReadFile(filepath.Join(s.root, "template.yaml"), cfn.Values{"AWS::Partition": "aws", "AWS::AccountId": "000000000000"})
	if err != nil {
		return err
	}
	for _, function := range template.Functions {
		for _, route := range function.Routes[:min(1, len(function.Routes))] {
			if err := s.awaitAnswer(ctx, route); err != nil {
				return fmt.Errorf("deployed, but %s does not answer: %w", function.LogicalID, err)
			}
		}
	}
	return nil
}

var variable = regexp.MustCompile(`\{\w+\+?\}`)

func (s *Stack) awaitAnswer(ctx context.Context, route cfn.Route) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	method, path := route.Method, variable.ReplaceAllString(route.Path, "none")
	if route.Path == "" { // $default
		method, path = http.MethodGet, "/there/is/no/such/path"
	}
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	for {
		answered, err := answers(ctx, method, s.API+path)
		if err == nil {
			return nil
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("%s %s: %w; at last: %s", method, path, err, answered)
		case <-tick.C:
		}
	}
}

// answers asks once. A function's answer has an id, which the service gives it.
func answers(ctx context.Context, method, address string) (answered string, err error) {
	req, err := http.NewRequestWithContext(ctx, method, address, nil)
	if err != nil {
		return "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(io.LimitReader(res.Body, 1<<10))
	if err == nil && (res.Header.Get("X-Request-Id") == "" || res.StatusCode >= 500) {
		err = fmt.Errorf("%s, not by the function", res.Status)
	}
	return string(bytes.TrimSpace(body)), err
}
