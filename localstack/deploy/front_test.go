package deploy_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"latchkey/localstack/deploy"
)

// TestTheFrontChangesNothingButThePlace: the path and the query arrive as they were written, below the API's own address.
func TestTheFrontChangesNothingButThePlace(t *testing.T) {
	var got string
	api := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		got = fmt.Sprintf("%s %s %s %s %s", r.Method, r.RequestURI, r.Host, r.Header.Get("X-Forwarded-Proto"), body)
		w.WriteHeader(http.StatusTeapot)
	}))
	defer api.Close()
	front, err := deploy.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if err := front.Serve(api.URL + "/_aws/execute-api/abc/local"); err != nil {
		t.Fatal(err)
	}
	defer front.Close()
	for _, target := range []string{"/", "/v1/tokens", "/v1/tokens/", "//v1/tokens", "/a%2Fb%20c", "/v1/users/a;b=c", "/x?a=1&a=%zz;b&c", "/x?"} {
		conn, err := net.Dial("tcp", strings.TrimPrefix(front.URL, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: tokens.example.com\r\nContent-Length: 2\r\nX-Forwarded-Proto: ftp\r\nConnection: close\r\n\r\n{}", target)
		res, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		conn.Close()
		if want := "POST /_aws/execute-api/abc/local" + target + " tokens.example.com http {}"; got != want || res.StatusCode != http.StatusTeapot {
			t.Errorf("%s: %d, got %s, want %s", target, res.StatusCode, got, want)
		}
	}
}

func TestAFrontThatServesNothingCloses(t *testing.T) {
	front, err := deploy.Listen("127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if other, err := deploy.Listen(strings.TrimPrefix(front.URL, "http://")); err == nil {
		other.Close()
		t.Error("one address was taken twice")
	}
	front.Close()
	if res, err := http.Get(front.URL); err == nil {
		res.Body.Close()
		t.Error("it still answers")
	}
}
