package functions_test

import (
	"cmp"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/localstack/cfn"
	"latchkey/shared/config"
	"latchkey/shared/pat"
)

// need is what a function's work takes.
type need struct {
	calls   int           // to the store and to KMS, one after the other
	timeout time.Duration // at least, besides
	memory  int           // in MB; a processor's time comes with it
	most    time.Duration // 0: 29 s, since API Gateway waits 30 s
}

// usual is for who asks, what for, and the write.
var usual = need{calls: 3, memory: 256}

var needs = map[pat.Op]need{
	pat.OpCreate:   {calls: 8, timeout: 20 * time.Second, memory: 256}, // its transaction may be tried again; what it seals takes the keys and KMS
	pat.OpGet:      {calls: 5, memory: 256},                            // what is sealed takes the keys and KMS besides
	pat.OpSession:  {calls: 3, memory: 512},                            // it hashes passwords
	pat.OpUser:     {calls: 3, memory: 512},                            // so does it
	pat.OpFallback: {memory: 128},
	// Nobody waits for these. Of what is left, each keeps some seconds for what is under way; and no run of a schedule that comes each
	// minute, the shortest that there is, meets the next one.
	pat.OpCleanup: {timeout: 30 * time.Second, memory: 256, most: time.Minute},
	pat.OpNotify:  {timeout: 30 * time.Second, memory: 256, most: time.Minute},
}

// TestAFunctionHasWhatItsWorkTakes: a call to the store has 3 s, and what waits for several of them in turn must
// still answer 503 by itself, before Lambda ends it; API Gateway waits 30 s.
func TestAFunctionHasWhatItsWorkTakes(t *testing.T) {
	for _, f := range readTemplate(t, deployed).Functions {
		need, special := needs[pat.Op(f.Op)]
		if !special {
			need = usual
		}
		if f.Timeout <= time.Duration(need.calls)*3*time.Second || f.Timeout < need.timeout || f.Timeout > cmp.Or(need.most, 29*time.Second) {
			t.Errorf("%s has %v for %d calls to the store", f.Op, f.Timeout, need.calls)
		}
		if f.Memory < need.memory {
			t.Errorf("%s has %d MB, want %d", f.Op, f.Memory, need.memory)
		}
	}
}

func TestEveryVariableIsOneThatTheFunctionsRead(t *testing.T) {
	read := map[string]bool{}
	if _, err := config.Load(func(name string) (string, bool) { read[name] = true; return "", false }); err != nil {
		t.Fatal(err)
	}
	for _, f := range readTemplate(t, deployed).Functions {
		for name := range f.Environment {
			if !read[name] {
				t.Errorf("%s has %s, which nobody reads", f.Op, name)
			}
		}
	}
}

// TestTheSuperusersTokenIsWhereItIsTaken: the functions whose callers can be the superuser have it, and no page shows it.
func TestTheSuperusersTokenIsWhereItIsTaken(t *testing.T) {
	const token = "the-superusers-token"
	for _, f := range readTemplate(t, cfn.Values{"HoprdSuperuser": token}).Functions {
		want := ""
		if slices.Contains([]string{"create", "get", "delete"}, f.Op) {
			want = token
		}
		if got := f.Environment["LATCHKEY_HOPRD_SUPERUSER"]; got != want {
			t.Errorf("%s has %q, want %q", f.Op, got, want)
		}
	}
	parameter := at(template(t), "Parameters", "HoprdSuperuser")
	if fmt.Sprint(at(parameter, "NoEcho")) != "true" {
		t.Error("CloudFormation shows it")
	}
	taken := regexp.MustCompile(text(at(parameter, "AllowedPattern")))
	for _, value := range []string{"", "fifteen-letters", "sixteen-letters-", "%two^words% of it", strings.Repeat("x", 256), strings.Repeat("x", 257)} {
		_, err := config.Load(func(name string) (string, bool) { return value, name == "LATCHKEY_HOPRD_SUPERUSER" })
		if taken.MatchString(value) != (err == nil) {
			t.Errorf("%q: the template takes it: %t, and the functions: %v", value, taken.MatchString(value), err)
		}
	}
}

func TestTheOtherIssuerAndItsAudienceAreGivenTogether(t *testing.T) {
	for _, c := range []struct {
		issuer, audience string
		taken            bool
	}{{"", "", true}, {"https://login.example.com", "latchkey", true}, {"https://login.example.com", "", false}, {"", "latchkey", false}} {
		_, err := cfn.ReadFile(templateFile, cfn.Values{"OidcIssuer": c.issuer, "OidcAudience": c.audience})
		if (err == nil) != c.taken || err != nil && !strings.Contains(err.Error(), "Rules.OidcIssuerAndAudience") {
			t.Errorf("%q and %q: %v", c.issuer, c.audience, err)
		}
	}
}

// logged are the gateway's variables that may be in the access log. None holds what a client wrote.
var logged = []string{"$context.requestId", "$context.requestTime", "$context.routeKey", "$context.status", "$context.responseLatency",
	"$context.integrationStatus"}

func TestTheAccessLogHoldsNothingThatAClientWrote(t *testing.T) {
	format := text(at(template(t), "Resources", "Api", "Properties", "AccessLogSettings", "Format"))
	if !json.Valid([]byte(format)) {
		t.Errorf("a line is no JSON: %s", format)
	}
	variables := regexp.MustCompile(`\$[\w.]*`).FindAllString(format, -1)
	if len(variables) == 0 {
		t.Errorf("the log says nothing: %q", format)
	}
	for _, name := range variables {
		if !slices.Contains(logged, name) {
			t.Errorf("the log holds %s: decide here whether a secret can be in it", name)
		}
	}
}

func TestWhoDeploysSaysHowMuchIsLetThrough(t *testing.T) {
	settings := at(template(t), "Resources", "Api", "Properties", "DefaultRouteSettings")
	if rate, burst := at(settings, "ThrottlingRateLimit"), at(settings, "ThrottlingBurstLimit"); rate != "${RequestsPerSecond}" || burst != "${RequestsInABurst}" {
		t.Errorf("the limits are %v a second and %v at once", rate, burst)
	}
}
