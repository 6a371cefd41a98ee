package httpapi_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"latchkey/localstack/httpapi"
)

// stand is a function that keeps its last event and answers as it is told.
type stand struct {
	event  []byte
	answer string
	err    error
	hang   bool
}

func (s *stand) Invoke(ctx context.Context, event []byte) ([]byte, error) {
	s.event = event
	if s.hang {
		<-ctx.Done()
		return nil, ctx.Err()
	}
	if s.err != nil {
		return nil, s.err
	}
	return []byte(s.answer), nil
}

// serve starts an API whose $default is the function, unless there are other routes.
func serve(t *testing.T, s *stand, change func(*httpapi.Options)) string {
	t.Helper()
	if s.answer == "" {
		s.answer = `{"statusCode":204}`
	}
	o := httpapi.Options{Routes: []httpapi.Route{{Function: s}}, Now: func() time.Time { return time.Date(2026, 7, 10, 19, 19, 5, 766e6, time.UTC) }}
	if change != nil {
		change(&o)
	}
	server := httptest.NewServer(httpapi.New(o))
	t.Cleanup(server.Close)
	return server.URL
}

// ask sends bytes, in which HOST stands for the server's address, and returns the answer with its body.
func ask(t *testing.T, url, request string) (*http.Response, string) {
	t.Helper()
	host := strings.TrimPrefix(url, "http://")
	conn, err := net.Dial("tcp", host)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	// The server may answer and close before all is sent.
	_, writeErr := io.WriteString(conn, strings.ReplaceAll(request, "HOST", host))
	method, _, _ := strings.Cut(request, " ")
	res, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatal(errors.Join(err, writeErr))
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, string(body)
}

// get is a request for a path.
func get(path string, header ...string) string {
	return request("GET", path, "", header...)
}

func request(method, path, body string, header ...string) string {
	return method + " " + path + " HTTP/1.1\r\n" + strings.Join(append([]string{"Host: HOST", "Connection: close"}, header...), "\r\n") + "\r\n\r\n" + body
}
