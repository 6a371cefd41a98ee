package gateway_test

import (
	"encoding/base64"
	"net/http"
	"strings"
	"testing"
)

func answering(status int, body string, header ...string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for i := 0; i < len(header); i += 2 {
			w.Header().Add(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	})
}

func TestAnAnswerHasTheFormOfItsEvent(t *testing.T) {
	h := answering(http.StatusCreated, `{"é":"<&>"}`, "Content-Type", "application/json", "ETag", `"v1"`, "WWW-Authenticate", "Bearer", "WWW-Authenticate",
		"Basic", "Set-Cookie", "a=1", "Set-Cookie", "b=2")
	same(t, invoke(t, h, v2(t, "POST", "/", nil)), response{StatusCode: 201, Body: `{"é":"<&>"}`, Cookies: []string{"a=1", "b=2"},
		Headers: map[string]string{"Content-Type": "application/json", "Etag": `"v1"`, "Www-Authenticate": "Bearer,Basic"}})
	many := map[string][]string{"Content-Type": {"application/json"}, "Etag": {`"v1"`}, "Www-Authenticate": {"Bearer", "Basic"},
		"Set-Cookie": {"a=1", "b=2"}}
	same(t, invoke(t, h, v1(t, "1.0", "POST", "/", nil)), response{StatusCode: 201, Body: `{"é":"<&>"}`, MultiValueHeaders: many})
	same(t, invoke(t, h, v1(t, "", "POST", "/", nil)), response{StatusCode: 201, Body: `{"é":"<&>"}`, MultiValueHeaders: many})
}

func TestWhatIsNoTextIsAnsweredInBase64(t *testing.T) {
	body := "\x00\xff\xfe"
	for _, payload := range [][]byte{v2(t, "GET", "/", nil), v1(t, "1.0", "GET", "/", nil)} {
		res := invoke(t, answering(http.StatusOK, body), payload)
		if !res.IsBase64Encoded || res.Body != base64.StdEncoding.EncodeToString([]byte(body)) {
			t.Errorf("got %+v", res)
		}
	}
}

func TestAnAnswerWithoutABodyHasNoneAndNoTypeOfOne(t *testing.T) {
	for name, c := range map[string]struct {
		method string
		h      http.Handler
		status int
	}{
		"no content":                {"DELETE", answering(http.StatusNoContent, ""), 204},
		"no content, and a body":    {"DELETE", answering(http.StatusNoContent, "x"), 204},
		"HEAD":                      {"HEAD", answering(http.StatusOK, "x"), 200},
		"a handler without a word":  {"GET", http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), 200},
		"only the first one counts": {"GET", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404); w.WriteHeader(200) }), 404},
	} {
		t.Run(name, func(t *testing.T) {
			for _, payload := range [][]byte{v2(t, c.method, "/", nil), v1(t, "1.0", c.method, "/", nil)} {
				res := invoke(t, c.h, payload)
				if res.StatusCode != c.status || res.Body != "" || len(res.Headers)+len(res.MultiValueHeaders) > 0 {
					t.Errorf("got %+v", res)
				}
			}
		})
	}
}

func TestABodyIsDecodedNoFurtherThanItIsTaken(t *testing.T) {
	const most = 64 << 10
	for size, want := range map[int]string{most: strings.Repeat("x", most), most + 1: "the body is too large", 6 << 20: "the body is too large"} {
		plain := strings.Repeat("x", size)
		for _, base64d := range []bool{false, true} {
			body := plain
			if base64d {
				body = base64.StdEncoding.EncodeToString([]byte(plain))
			}
			for door, payload := range map[string][]byte{
				"2.0": v2(t, "POST", "/", func(e map[string]any) { e["body"], e["isBase64Encoded"] = body, base64d }),
				"1.0": v1(t, "1.0", "POST", "/", func(e map[string]any) { e["body"], e["isBase64Encoded"] = body, base64d }),
			} {
				var got seen
				invoke(t, bounded(&got), payload)
				if got.Body != want {
					t.Errorf("%s, %d bytes, base64 %t: got %d of them", door, size, base64d, len(got.Body))
				}
			}
		}
	}
}

// bounded observes behind the bound that the api room sets.
func bounded(into *seen) http.Handler {
	next := observe(into)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
		next.ServeHTTP(w, r)
	})
}
