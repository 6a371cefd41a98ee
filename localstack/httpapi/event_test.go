package httpapi_test

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"latchkey/localstack/httpapi"
)

const message = `{"message":"hello","unicode":"lambda-λ"}`

// whole has something of everything that an event tells.
var whole = request("POST", "/capture/a%20id?repeat=one&repeat=two&redirect=https%3A%2F%2Fexample.com%2Fa&literalPlus=a+b&encodedPlus=a%2Bb&empty=&odd=%zz", message,
	"User-Agent: curl/8.7.1", "Accept: */*", "Content-Type: application/json", "Content-Length: 41", "Cookie: session=abc123; theme=dark",
	"X-Probe: first", "X-Probe: second", "X-Forwarded-Proto: gopher", "X-Forwarded-Port: 70", "X-Forwarded-For: 192.0.2.1",
	"X-Amzn-Trace-Id: forged", "Keep-Alive: 5")

func TestEventsAreAsAWSWritesThem(t *testing.T) {
	for _, tt := range []struct{ name, payload, request, golden string }{
		{"format 2.0", "2.0", whole, "event2.json"},
		{"format 2.0, with nothing", "2.0", get("/capture/x"), "event2_bare.json"},
		{"format 1.0", "1.0", whole, "event1.json"},
		{"format 1.0, with nothing", "1.0", get("/capture/x"), "event1_bare.json"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &stand{}
			url := serve(t, s, func(o *httpapi.Options) {
				o.Routes = []httpapi.Route{{Method: "ANY", Path: "/capture/{id}", Payload: tt.payload, Function: s}}
			})
			if res, body := ask(t, url, tt.request); res.StatusCode != 204 {
				t.Fatalf("%d %s", res.StatusCode, body)
			}
			golden, err := os.ReadFile("testdata/" + tt.golden)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tree(t, golden), tree(t, plain(url, s.event))); diff != "" {
				t.Errorf("(-want +got)\n%s", diff)
			}
		})
	}
}

// plain puts words for what differs from run to run.
func plain(url string, event []byte) []byte {
	host := strings.TrimPrefix(url, "http://")
	text := strings.NewReplacer(host, "HOST", `"`+host[strings.LastIndex(host, ":")+1:]+`"`, `"PORT"`).Replace(string(event))
	text = regexp.MustCompile(`Root=1-[0-9a-f]{8}-[0-9a-f]{24}`).ReplaceAllString(text, "TRACE")
	return []byte(regexp.MustCompile(`"[A-Za-z0-9_-]{15}="`).ReplaceAllString(text, `"REQUEST"`))
}

func tree(t *testing.T, text []byte) (tree any) {
	t.Helper()
	if err := json.Unmarshal(text, &tree); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	return tree
}

func TestABodyThatIsNoTextIsInBase64(t *testing.T) {
	for _, tt := range []struct {
		contentType, body, want string
		base64ed                bool
	}{
		{"application/json", "{}", "{}", false},
		{"application/json; charset=utf-8", "{}", "{}", false},
		{"application/json; charset=utf-16", "{}", "e30=", true},
		{"Text/Plain", "{}", "{}", false},
		{"text/csv", "{}", "{}", false},
		{"application/xml", "{}", "{}", false},
		{"application/javascript", "{}", "{}", false},
		{"application/x-www-form-urlencoded", "{}", "e30=", true},
		{"application/problem+json", "{}", "e30=", true},
		{"application/octet-stream", "{}", "e30=", true},
		{"", "{}", "e30=", true},
		{"nonsense;", "{}", "e30=", true},
		{"application/json", "\xff", "/w==", true},
		{"application/octet-stream", "", "", false},
	} {
		s := &stand{}
		url := serve(t, s, nil)
		ask(t, url, request("POST", "/", tt.body, "Content-Type: "+tt.contentType, "Content-Length: "+string(rune('0'+len(tt.body)))))
		var event struct {
			Body            string
			IsBase64Encoded bool
		}
		if err := json.Unmarshal(s.event, &event); err != nil || event.Body != tt.want || event.IsBase64Encoded != tt.base64ed {
			t.Errorf("%q of type %q: %+v, want %q, %v (%v)", tt.body, tt.contentType, event, tt.want, tt.base64ed, err)
		}
	}
}
