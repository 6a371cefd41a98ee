package gateway_test

import (
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"

	"latchkey/shared/dialect"
	"latchkey/shared/gateway"
)

// FuzzEvent sends anything. It must be answered with a status or refused as no request, and what gets through must be a
// request that net/http could have made.
func FuzzEvent(f *testing.F) {
	files, err := os.ReadDir("testdata")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file.Name(), ".json") {
			f.Add(golden(f, file.Name()))
		}
	}
	for _, path := range append(paths, "/%", "/ ?#\x01", "") {
		f.Add(v2(f, "GET", path, nil))
		f.Add(v1(f, "", "HEAD", path, nil))
	}
	f.Add([]byte(`{"Records":[]}`))
	whole := service(f)
	f.Fuzz(func(t *testing.T, payload []byte) {
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if u, err := url.ParseRequestURI(r.RequestURI); err != nil || u.Path != r.URL.Path || u.RawQuery != r.URL.RawQuery || !strings.HasPrefix(u.Path, "/") {
				t.Errorf("the request URI is %q, the URL %v", r.RequestURI, r.URL)
			}
			if strings.ContainsAny(r.RequestURI, " \r\n\x00#") || r.Host != "" && r.Header["Host"] != nil || r.Method == "" {
				t.Errorf("got %s %q, the host %q, %v", r.Method, r.RequestURI, r.Host, r.Header)
			}
			if base := (&dialect.Request{Request: r}).BaseURL(); !strings.HasPrefix(base, "http") {
				t.Errorf("the base is %q", base)
			}
			whole.ServeHTTP(w, r)
		})
		answer, err := gateway.New(h).Invoke(t.Context(), payload)
		if err != nil {
			if answer != nil || !strings.Contains(err.Error(), "no HTTP request") {
				t.Errorf("got %s, %v", answer, err)
			}
			return
		}
		if res := read(t, answer); res.StatusCode == http.StatusInternalServerError {
			t.Errorf("got %s", answer)
		}
	})
}
