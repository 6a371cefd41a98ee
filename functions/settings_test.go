package functions_test

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"latchkey/localstack/cfn"
	"latchkey/shared/config"
	"latchkey/shared/pat"
)

// TestAFunctionHasWhatItsWorkTakes: a call to the store has 3 s, and what waits for several of them in turn must
// still answer 503 by itself, before Lambda ends it; API Gateway waits 30 s.
func TestAFunctionHasWhatItsWorkTakes(t *testing.T) {
	const call = 3 * time.Second
	calls := map[pat.Op]int{pat.OpCreate: 6, pat.OpFallback: 0}                        // one after the other
	atLeast := map[pat.Op]time.Duration{pat.OpCreate: 20 * time.Second}                // its transaction may be tried again
	memory := map[pat.Op]int{pat.OpSession: 512, pat.OpUser: 512, pat.OpFallback: 128} // MB; the two hash passwords
	for _, f := range readTemplate(t, deployed).Functions {
		op := pat.Op(f.Op)
		n, counted := calls[op]
		if !counted {
			n = 3 // who asks, what for, and the write
		}
		if f.Timeout <= time.Duration(n)*call || f.Timeout < atLeast[op] || f.Timeout > 29*time.Second {
			t.Errorf("%s has %v for %d calls to the store", op, f.Timeout, n)
		}
		want, ok := memory[op]
		if !ok {
			want = 256
		}
		if f.Memory < want {
			t.Errorf("%s has %d MB, want %d", op, f.Memory, want)
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
