package rewrite_test

import (
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/localstack/rewrite"
)

func TestWhatLocalStackLacksIsWrittenOtherwiseAndAllElseStays(t *testing.T) {
	got, changes, err := rewrite.Template([]byte(read(t, "testdata/built.yaml")), "amd64")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(read(t, "testdata/localstack.yaml"), string(got)); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	var places []string
	for _, c := range changes {
		places = append(places, c.At)
	}
	if want := []string{"Resources.Api.Type", "Resources.Api.StageName", "Resources.Api.DefaultRouteSettings", "Resources.Api.AccessLogSettings",
		"Resources.Api.OpenApiVersion", "Resources.GetFunction.Events.GetToken", "Resources.FallbackFunction.Events.Default",
		"Outputs.ApiUrl", "Resources.EventArchive", "Resources.EventLogPolicy", "Parameters.Architecture.Default"}; !slices.Equal(places, want) {
		t.Errorf("it says that it changed %q, want %q", places, want)
	}
}

// TestWhatIsNotKnownIsRefused: silence would deploy something else.
func TestWhatIsNotKnownIsRefused(t *testing.T) {
	for _, c := range []struct{ was, is, want string }{
		{"FailOnWarnings: true", "CorsConfiguration: true", "Resources.Api.CorsConfiguration: REST APIs have nothing for it that is known here"},
		{"StageName: $default", "StageName: live", `Resources.Api.StageName is "live"`},
		{"            Method: GET\n", "            Method: GET\n            TimeoutInMillis: 5\n", "Resources.GetFunction.Events.GetToken.TimeoutInMillis: REST APIs have nothing for it that is known here"},
		{"            Method: GET\n", "", "Resources.GetFunction.Events.GetToken: wants a Path and a Method, or none"},
		{"              Ref: Api\n            Method: GET", "              Ref: Other\n            Method: GET", "Resources.GetFunction.Events.GetToken.ApiId: names no gateway of the template"},
		{"AWS::Serverless::HttpApi", "AWS::Serverless::Api", "the template has no AWS::Serverless::HttpApi"},
		{"  Architecture:\n", "  Processor:\n", "the template has no parameter Architecture"},
		{"Parameters:", "- a list", "yaml: "},
	} {
		built := read(t, "testdata/built.yaml")
		if !strings.Contains(built, c.was) {
			t.Fatalf("the template has no %q", c.was)
		}
		_, _, err := rewrite.Template([]byte(strings.Replace(built, c.was, c.is, 1)), "amd64")
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q in place of %q: %v, want %s", c.is, c.was, err, c.want)
		}
	}
	if _, _, err := rewrite.Template([]byte(read(t, "testdata/built.yaml")), "riscv64"); err == nil {
		t.Error("functions for a processor that Lambda does not have")
	}
	if _, _, err := rewrite.Template([]byte("[]"), "amd64"); err == nil {
		t.Error("a list is a template")
	}
}

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
