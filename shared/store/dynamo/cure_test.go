package dynamo_test

import (
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"

	"latchkey/localstack/faultproxy"
	"latchkey/shared/pat"
	"latchkey/shared/store/dynamo"
)

// What the log says when DynamoDB refuses is what to do about it.
func TestAnErrorSaysWhatToDo(t *testing.T) {
	for name, c := range map[string]struct {
		fault faultproxy.Fault
		want  []string
	}{
		"no table":     {faultproxy.NoTable(), []string{"TABLE does not exist in eu-central-1", "template.yaml"}},
		"expired":      {faultproxy.Expire(), []string{"credentials have expired", "renew them"}},
		"not known":    {faultproxy.Refuse(400, "UnrecognizedClientException", "invalid token"), []string{"does not take these credentials"}},
		"denied":       {faultproxy.Deny(), []string{"may not do this", "policy", "TABLE"}},
		"throttled":    {faultproxy.Throttle(), []string{"throttles the table TABLE"}},
		"broken":       {faultproxy.Break(), []string{"DynamoDB in eu-central-1 has failed", "AWS Health"}},
		"another form": {faultproxy.Refuse(400, "ValidationException", "no such index"), []string{"TABLE is not as this version needs it"}},
		"hung":         {faultproxy.Hang(), []string{"did not answer in time (at most 3s)"}},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRig(t, within(patient))
			r.proxy.Fail("", faultproxy.Always, c.fault)
			_, err := r.Token(t.Context(), "0000000000000000")
			r.unjudged("read", err)
			for _, want := range c.want {
				if want = strings.ReplaceAll(want, "TABLE", r.table); !strings.Contains(err.Error(), want) {
					t.Errorf("%v does not say %q", err, want)
				}
			}
			if !strings.HasPrefix(err.Error(), "dynamo: get token: ") {
				t.Errorf("%v does not say what was being done", err)
			}
		})
	}
}

func TestACancelledTransactionSaysWhatToDo(t *testing.T) {
	f := newFixture(newRig(t))
	f.proxy.Fail("", faultproxy.Always, faultproxy.Cancel("None", "ThrottlingError"))
	err := f.UpdateToken(f.ctx, f.token, 1, f.foreign)
	if f.unjudged("update", err); !strings.Contains(err.Error(), "throttles the table") {
		t.Errorf("%v does not say so", err)
	}
}

type noCredentials struct{}

func (noCredentials) Retrieve(context.Context) (aws.Credentials, error) {
	return aws.Credentials{}, errors.New("nobody has any")
}

func TestMissingCredentialsSayWhatToDo(t *testing.T) {
	r := newRig(t)
	s := r.open(func(o *dynamo.Options) {
		cfg := *o.AWS
		cfg.Credentials = noCredentials{}
		o.AWS = &cfg
	})
	n := r.calls("", func() {
		_, err := s.Keys(t.Context())
		if r.unjudged("read", err); !strings.Contains(err.Error(), "give the process AWS credentials") {
			t.Errorf("%v does not say so", err)
		}
	})
	r.same("times sent", n, 0)
}

func TestAMissingRegionSaysWhatToDo(t *testing.T) {
	_, err := dynamo.Open(t.Context(), dynamo.Options{Table: "latchkey", AWS: &aws.Config{}})
	if err == nil || !strings.Contains(err.Error(), "set AWS_REGION") {
		t.Errorf("%v does not say so", err)
	}
}

// fromEnvironment opens a store at the endpoint by the ordinary AWS environment alone.
func fromEnvironment(t *testing.T, endpoint string) *dynamo.Store {
	t.Helper()
	for name, value := range map[string]string{
		"AWS_REGION": "eu-west-1", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_SESSION_TOKEN": "",
		"AWS_ENDPOINT_URL_DYNAMODB": endpoint, "AWS_CONFIG_FILE": t.TempDir() + "/none", "AWS_SHARED_CREDENTIALS_FILE": t.TempDir() + "/none",
	} {
		t.Setenv(name, value)
	}
	s, err := dynamo.Open(t.Context(), dynamo.Options{Table: "latchkey", Call: unhurried})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return s
}

// What the environment says of tries is for other clients: ours must fit into a call's time, and a spend is sent once.
func TestTheEnvironmentDoesNotSayHowOftenARequestIsSent(t *testing.T) {
	for _, attempts := range []string{"1", "8"} {
		t.Run(attempts, func(t *testing.T) {
			t.Setenv("AWS_MAX_ATTEMPTS", attempts)
			proxy := faultproxy.Start(t, "")
			proxy.Fail("", faultproxy.Always, faultproxy.Break())
			r := &rig{T: t, Store: fromEnvironment(t, proxy.URL), proxy: proxy}
			r.same("reads", r.calls("GetItem", func() { r.unjudged("read", only(r.Keys(t.Context()))) }), 3)
			r.same("writes", r.calls("PutItem", func() { r.unjudged("write", r.PutKeys(t.Context(), keys(), 0)) }), 3)
			nobodys := pat.Token{Prefix: "0000000000000000"}
			r.same("spends of uses", r.calls("UpdateItem", func() { r.unjudged("spend", only(r.SpendUses(t.Context(), nobodys, 1))) }), 1)
			r.same("spends of calls", r.calls("UpdateItem", func() {
				r.unjudged("spend", only(r.SpendCalls(t.Context(), nobodys, "repo:read", 1)))
			}), 1)
		})
	}
}

func TestOpenReadsTheOrdinaryEnvironment(t *testing.T) {
	_, err := fromEnvironment(t, "http://127.0.0.1:1").Token(t.Context(), "0000000000000000")
	if err == nil || errors.Is(err, pat.ErrNotFound) || !strings.Contains(err.Error(), "127.0.0.1:1") {
		t.Errorf("the endpoint of the environment was not asked: %v", err)
	}
}
