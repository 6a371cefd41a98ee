package lambdahost

import (
	"bytes"
	"context"
	"os"
	"os/exec"
	"strings"
	"testing"

	"latchkey/shared/pat"
)

// asFunction makes the test's binary the function of an operation, since Serve ends with its process.
const asFunction = "LAMBDAHOST_TEST_OP"

func TestMain(m *testing.M) {
	if op := os.Getenv(asFunction); op != "" {
		Serve(pat.Op(op))
	}
	os.Exit(m.Run())
}

// serve runs a function until it ends, and returns what it logged.
func serve(t *testing.T, op pat.Op, env ...string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, os.Args[0])
	cmd.Env = append(env, asFunction+"="+string(op))
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	if err := cmd.Run(); cmd.ProcessState == nil || cmd.ProcessState.ExitCode() != 1 {
		t.Fatalf("the function ended with %v and the log\n%s", err, log.String())
	}
	return log.String()
}

func TestAFunctionAnswersEventsOfTheRuntimeAPI(t *testing.T) {
	api := newRuntimeAPI(t, httpEvent("GET", "/v1/nothing"), `{"Records":[]}`, httpEvent("PUT", "/v1/tokens"))
	log := serve(t, pat.OpFallback, "AWS_LAMBDA_RUNTIME_API="+api.address())
	answers, errors, _ := api.taken()
	if len(answers) != 2 || !strings.Contains(answers[0], `"statusCode":404`) || !strings.Contains(answers[1], `"statusCode":405`) {
		t.Errorf("got the answers %q\nand the log %s", answers, log)
	}
	if len(errors) != 1 || !strings.Contains(errors[0], "no HTTP request") {
		t.Errorf("got the errors %q", errors)
	}
	for line := range strings.Lines(log) {
		if !strings.HasPrefix(line, "{") || strings.Contains(line, "nothing") {
			t.Errorf("logged %s", line)
		}
	}
}

func TestAWrongSettingEndsTheInitAndIsNamed(t *testing.T) {
	for setting, value := range map[string]string{"LATCHKEY_POLICY": `{"brand":7}`, "LATCHKEY_STORE": "bolt:latchkey.db", "LATCHKEY_SIGNING_KEY": "kms:x", "LATCHKEY_SEALING_KEY": "kms:x"} {
		t.Run(setting, func(t *testing.T) {
			api := newRuntimeAPI(t, httpEvent("GET", "/healthz"))
			log := serve(t, pat.OpGet, "AWS_LAMBDA_RUNTIME_API="+api.address(), "LATCHKEY_STORE=dynamodb://table", setting+"="+value)
			if _, _, left := api.taken(); left != 1 || !strings.Contains(log, setting) || !strings.Contains(log, `"level":"ERROR"`) {
				t.Errorf("%d events are left, and the log is %s", left, log)
			}
		})
	}
}
