package httpapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"latchkey/localstack/httpapi"
	"latchkey/localstack/runtimeapi"
)

func TestTheGatewayHoldsItsLimits(t *testing.T) {
	const head = len("GET  HTTP/1.1") + len("close")
	s := &stand{}
	url := serve(t, s, nil)
	host := len(strings.TrimPrefix(url, "http://"))
	for _, tt := range []struct {
		name, request string
		status        int
		message       string
	}{
		{"a path that fills the head", get("/" + strings.Repeat("a", 10240-head-host-1)), 204, ""},
		{"and one byte more", get("/" + strings.Repeat("a", 10240-head-host)), 431, "Request Header Fields Too Large"},
		{"a header that is too long", get("/", "X-Long: "+strings.Repeat("a", 10240)), 431, "Request Header Fields Too Large"},
		{"a body that is told to be too long", request("POST", "/", strings.Repeat("a", 10<<20+1), "Content-Length: 10485761"), 413, "Request Entity Too Large"},
		{"a body in chunks that is too long", request("POST", "/", "a00001\r\n"+strings.Repeat("a", 10<<20+1)+"\r\n0\r\n\r\n", "Transfer-Encoding: chunked"), 413, "Request Entity Too Large"},
		{"a body that is broken", request("POST", "/", "zz\r\n", "Transfer-Encoding: chunked"), 400, "Bad Request"},
		{"a method that no route has", request("TRACE", "/", ""), 404, "Not Found"},
		{"a method in small letters", request("get", "/", ""), 404, "Not Found"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s.event = nil
			res, body := ask(t, url, tt.request)
			want := ""
			if tt.message != "" {
				want = `{"message":"` + tt.message + `"}`
			}
			if res.StatusCode != tt.status || body != want || (s.event != nil) != (want == "") {
				t.Errorf("%d %s, want %d %s", res.StatusCode, body, tt.status, want)
			}
		})
	}
}

func TestAFunctionThatFailsIsTheServersError(t *testing.T) {
	for _, tt := range []struct {
		name   string
		s      *stand
		status int
	}{
		{"a function error", &stand{err: &runtimeapi.Failure{Type: "Runtime.ExitError"}}, 500},
		{"no place", &stand{err: runtimeapi.ErrThrottled}, 503},
		{"no answer in time", &stand{hang: true}, 503},
		{"an event that is too large", &stand{err: fmt.Errorf("invoke: %w", runtimeapi.ErrTooLarge)}, 413},
		{"no JSON", &stand{answer: "hello"}, 500},
		{"nothing", &stand{answer: " "}, 500},
		{"a status that is none", &stand{answer: `{"statusCode":99}`}, 500},
		{"a status that is a text", &stand{answer: `{"statusCode":"200"}`}, 500},
		{"a body that is an object", &stand{answer: `{"statusCode":200,"body":{}}`}, 500},
		{"base64 that is none", &stand{answer: `{"statusCode":200,"body":"%","isBase64Encoded":true}`}, 500},
	} {
		t.Run(tt.name, func(t *testing.T) {
			url := serve(t, tt.s, func(o *httpapi.Options) { o.Timeout = 50 * time.Millisecond })
			message := map[int]string{413: "Request Entity Too Large", 500: "Internal Server Error", 503: "Service Unavailable"}[tt.status]
			if res, body := ask(t, url, get("/")); res.StatusCode != tt.status || body != `{"message":"`+message+`"}` {
				t.Errorf("%d %s, want %d %s", res.StatusCode, body, tt.status, message)
			}
		})
	}
}

func TestAnAnswerBecomesHTTP(t *testing.T) {
	header := func(lines ...string) http.Header {
		h := http.Header{}
		for i := 0; i < len(lines); i += 2 {
			h.Add(lines[i], lines[i+1])
		}
		return h
	}
	for _, tt := range []struct {
		name, payload, answer string
		status                int
		header                http.Header
		body                  string
	}{
		{"2.0", "2.0", `{"statusCode":201,"headers":{"content-type":"application/json","x-number":5,"x-true":true,"content-length":"99"},"cookies":["a=1","b=2"],"body":"{}"}`,
			201, header("Content-Type", "application/json", "X-Number", "5", "X-True", "true", "Set-Cookie", "a=1", "Set-Cookie", "b=2", "Content-Length", "2"), "{}"},
		{"2.0 in base64", "2.0", `{"statusCode":200,"headers":{"Content-Type":"image/png"},"body":"/w==","isBase64Encoded":true}`,
			200, header("Content-Type", "image/png", "Content-Length", "1"), "\xff"},
		{"2.0 without a type", "2.0", `{"statusCode":404,"body":"lost"}`, 404, header("Content-Type", "text/plain;charset=UTF-8", "Content-Length", "4"), "lost"},
		{"2.0 without a body", "2.0", `{"statusCode":204,"headers":{"allow":"GET"}}`, 204, header("Allow", "GET"), ""},
		{"2.0 without a status", "2.0", `{"hello":"world"}`, 200, header("Content-Type", "application/json", "Content-Length", "17"), `{"hello":"world"}`},
		{"2.0, a text", "2.0", `"hello"`, 200, header("Content-Type", "application/json", "Content-Length", "5"), "hello"},
		{"2.0, headers of 1.0", "2.0", `{"statusCode":204,"multiValueHeaders":{"x-a":["1","2"]}}`, 204, header(), ""},
		{"1.0", "1.0", `{"statusCode":204,"headers":{"x-a":"0","x-b":"0"},"multiValueHeaders":{"x-a":["1","2"]},"cookies":["a=1"]}`,
			204, header("X-A", "1", "X-A", "2", "X-B", "0"), ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := &stand{answer: tt.answer}
			url := serve(t, s, func(o *httpapi.Options) { o.Routes[0].Payload = tt.payload })
			res, body := ask(t, url, get("/"))
			if len(res.Header.Get("Apigw-Requestid")) != 16 {
				t.Errorf("the request's id is %q", res.Header.Get("Apigw-Requestid"))
			}
			for _, name := range []string{"Apigw-Requestid", "Date", "Connection"} {
				res.Header.Del(name)
			}
			if res.StatusCode != tt.status || body != tt.body || fmt.Sprint(res.Header) != fmt.Sprint(tt.header) {
				t.Errorf("%d %v %q, want %d %v %q", res.StatusCode, res.Header, body, tt.status, tt.header, tt.body)
			}
		})
	}
	t.Run("1.0 without a status", func(t *testing.T) {
		s := &stand{answer: `{"hello":"world"}`}
		url := serve(t, s, func(o *httpapi.Options) { o.Routes[0].Payload = "1.0" })
		if res, _ := ask(t, url, get("/")); res.StatusCode != 500 {
			t.Errorf("%d, want 500: format 1.0 infers nothing", res.StatusCode)
		}
	})
}
