package gateway_test

import (
	"bytes"
	"io"
	"log"
	"log/slog"
	"net/http"
	"os"
	"strings"
	"testing"

	"latchkey/shared/gateway"
)

func TestAnEventThatCannotBeReadIsAnswered400(t *testing.T) {
	replace := func(member string, value any) func(map[string]any) {
		return func(e map[string]any) { e[member] = value }
	}
	header := func(name, value string) func(map[string]any) {
		return replace("headers", map[string]string{name: value})
	}
	for name, payload := range map[string][]byte{
		"a version to come":              v2(t, "GET", "/", replace("version", "3.0")),
		"a version that is a number":     v2(t, "GET", "/", replace("version", 2)),
		"a context that is a text":       v2(t, "GET", "/", replace("requestContext", "x")),
		"a context that is null":         v2(t, "GET", "/", replace("requestContext", nil)),
		"no context":                     v2(t, "GET", "/", func(e map[string]any) { delete(e, "requestContext") }),
		"the context of a web socket":    event(t, map[string]any{"requestContext": map[string]any{"eventType": "CONNECT"}}, nil),
		"no method":                      v2(t, "", "/", nil),
		"a method with a blank":          v2(t, "GET /", "/", nil),
		"a method with a line end":       v1(t, "1.0", "GET\r\nX: y", "/", nil),
		"no path":                        v2(t, "GET", "", nil),
		"a path without a slash":         v2(t, "GET", "v1/tokens", nil),
		"no path in 1.0":                 v1(t, "1.0", "GET", "", nil),
		"headers that are a list":        v2(t, "GET", "/", replace("headers", []string{"x"})),
		"a header that is a number":      v2(t, "GET", "/", replace("headers", map[string]any{"x": 1})),
		"a header with a line end":       v2(t, "GET", "/", header("x", "a\r\nb")),
		"a header with a zero byte":      v2(t, "GET", "/", header("authorization", "Bearer x\x00")),
		"a header's name with a blank":   v2(t, "GET", "/", header("a b", "x")),
		"a header without a name":        v2(t, "GET", "/", header("", "x")),
		"a cookie with a line end":       v2(t, "GET", "/", replace("cookies", []string{"a\nb"})),
		"a host that is none":            v2(t, "GET", "/", header("host", "a b")),
		"two hosts":                      v1(t, "", "GET", "/", replace("multiValueHeaders", map[string][]string{"Host": {"a", "b"}})),
		"a body that is a number":        v2(t, "POST", "/", replace("body", 7)),
		"a body that is not base64":      v2(t, "POST", "/", func(e map[string]any) { e["body"], e["isBase64Encoded"] = "****", true }),
		"a body of half a base64":        v1(t, "1.0", "POST", "/", func(e map[string]any) { e["body"], e["isBase64Encoded"] = "YQ", true }),
		"base64 that is a text":          v2(t, "POST", "/", replace("isBase64Encoded", "true")),
		"text that is not UTF-8":         []byte("{\"version\":\"2.0\",\"rawPath\":\"/\xff\",\"requestContext\":{\"http\":{\"method\":\"GET\"}}}"),
		"half a character":               []byte(`{"version":"2.0","rawPath":"/\ud800","requestContext":{"http":{"method":"GET"}}}`),
		"a member that is there twice":   []byte(`{"version":"2.0","rawPath":"/a","rawPath":"/b","requestContext":{"http":{"method":"GET"}}}`),
		"a header that is there twice":   []byte(`{"version":"2.0","rawPath":"/","headers":{"a":"1","a":"2"},"requestContext":{"http":{"method":"GET"}}}`),
		"a query that is a list":         v1(t, "1.0", "GET", "/", replace("queryStringParameters", []string{"a"})),
		"a list in a query that is none": v1(t, "1.0", "GET", "/", replace("multiValueQueryStringParameters", map[string]string{"a": "b"})),
	} {
		t.Run(name, func(t *testing.T) {
			res := invoke(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("the handler was called") }), payload)
			header := res.Headers["Content-Type"]
			if res.MultiValueHeaders != nil {
				header = strings.Join(res.MultiValueHeaders["Content-Type"], ",")
			}
			if res.StatusCode != http.StatusBadRequest || header != "application/problem+json" ||
				!strings.Contains(res.Body, `"type":"urn:latchkey:error:unreadable"`) || res.IsBase64Encoded {
				t.Errorf("got %+v", res)
			}
		})
	}
}

// What waits for no HTTP answer must not take one for success.
func TestAnEventThatIsNoRequestIsAnErrorOfTheInvocation(t *testing.T) {
	for name, payload := range map[string]string{
		"nothing": "", "no JSON": "hello", "half of it": `{"version":"2.0","rawPath":"/"`, "two": `{}{}`, "null": "null", "a list": "[]",
		"a text": `"x"`, "a number": "7", "of a direct invocation": "{}", "of a schedule": `{"version":"0","detail-type":"Scheduled Event","detail":{}}`,
		"of SQS":      `{"Records":[{"messageId":"1","body":"pat_secret","eventSource":"aws:sqs"}]}`,
		"of a stream": `{"Records":[{"eventSource":"aws:dynamodb","dynamodb":{"Keys":{"pk":{"S":"pat_secret"}}}}]}`,
	} {
		t.Run(name, func(t *testing.T) {
			answer, err := gateway.New(http.NotFoundHandler()).Invoke(t.Context(), []byte(payload))
			if err == nil || answer != nil || !strings.Contains(err.Error(), "no HTTP request") || strings.Contains(err.Error(), "pat_secret") {
				t.Errorf("got %s, %v", answer, err)
			}
		})
	}
}

func TestAPanicIsAnswered500(t *testing.T) {
	var told bytes.Buffer
	defer slog.SetDefault(slog.Default())
	slog.SetDefault(slog.New(slog.NewTextHandler(&told, nil)))
	for door, payload := range map[string][]byte{"2.0": v2(t, "GET", "/", nil), "1.0": v1(t, "1.0", "GET", "/", nil)} {
		told.Reset()
		res := invoke(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusOK)
			panic("a bug")
		}), payload)
		if res.StatusCode != http.StatusInternalServerError || strings.Contains(res.Body, "bug") || !strings.Contains(told.String(), "a bug") {
			t.Errorf("%s: got %+v and the log %s", door, res, told.String())
		}
	}
}

// The adapter prints the path of what it cannot convert, by fmt.Printf and by log.Println, and in some dialects a path is a
// secret. It is never given one.
func TestNothingOfARequestIsEverPrinted(t *testing.T) {
	var told bytes.Buffer
	defer slog.SetDefault(slog.Default())
	slog.SetDefault(slog.New(slog.NewTextHandler(&told, nil))) // and with it, the log package's
	defer log.SetOutput(io.Discard)
	printed := capture(t, func() {
		for _, secret := range []string{"/pat_secret\x01", "/%zz/pat_secret", "/pat_secret ?#%", "pat_secret"} {
			for _, method := range []string{"GET", "pat_secret /"} {
				for _, payload := range [][]byte{
					v2(t, method, secret, func(e map[string]any) {
						e["rawQueryString"], e["headers"] = "pat_secret=\x01%zz", map[string]string{"host": "pat_secret /"}
					}),
					v2(t, method, secret, func(e map[string]any) { e["body"], e["isBase64Encoded"] = "pat_secret", true }),
					v1(t, "", method, secret, func(e map[string]any) { e["body"] = map[string]string{"pat_secret": "pat_secret"} }),
				} {
					invoke(t, http.NotFoundHandler(), payload)
				}
			}
		}
	})
	if strings.Contains(told.String(), "pat_secret") || printed != "" || !strings.Contains(told.String(), "an event was refused") {
		t.Errorf("logged %s\nprinted %s", told.String(), printed)
	}
}

// capture returns what is printed to stdout meanwhile.
func capture(t *testing.T, do func()) string {
	t.Helper()
	file, err := os.CreateTemp(t.TempDir(), "stdout")
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	defer func(was *os.File) { os.Stdout = was }(os.Stdout)
	os.Stdout = file
	do()
	printed, err := os.ReadFile(file.Name())
	if err != nil {
		t.Fatal(err)
	}
	return string(printed)
}
