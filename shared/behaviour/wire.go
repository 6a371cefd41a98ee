package behaviour

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// wire is a request as bytes, since a well-behaved client would mend what is to be tried.
type wire struct {
	method string // tells whether the answer can have a body
	path   string // tells in which product's words it is
	bytes  string
	hangUp bool // close this half when all is sent, so that what is missing never comes
}

// longHead is the size from which a gateway may refuse a head by itself: API Gateway takes 10,240 bytes.
const longHead = 10 << 10

// head returns how many bytes the request's head has.
func (w wire) head() int {
	head, _, _ := strings.Cut(w.bytes, "\r\n\r\n")
	return len(head)
}

// request writes a request byte for byte as told: header lines are neither mended nor ordered.
func (d Door) request(t testing.TB, method, path string, header []string, body string) wire {
	t.Helper()
	base := d.base(t)
	var b strings.Builder
	fmt.Fprintf(&b, "%s %s%s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n", method, base.Path, path, base.Host)
	for _, line := range header {
		b.WriteString(line + "\r\n")
	}
	if body != "" && !strings.Contains(strings.ToLower(strings.Join(header, "\n")), "transfer-encoding:") {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(body))
	}
	b.WriteString("\r\n" + body)
	return wire{method: method, path: path, bytes: b.String()}
}

func (d Door) base(t testing.TB) *url.URL {
	t.Helper()
	base, err := url.Parse(d.BaseURL)
	if err != nil || base.Scheme != "http" {
		t.Fatalf("the door's address %q: want http://host:port", d.BaseURL)
	}
	return base
}

// send sends the bytes on a connection of their own and reads the answer, interim ones aside. It returns all
// that came, too.
func (d Door) send(t testing.TB, w wire) (*answer, []byte, error) {
	t.Helper()
	conn, err := net.Dial("tcp", d.base(t).Host)
	if err != nil {
		return nil, nil, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(30 * time.Second)); err != nil {
		return nil, nil, err
	}
	// The server may answer and close before it has read everything, so that writing fails: the answer decides.
	_, writeErr := io.WriteString(conn, w.bytes)
	if w.hangUp {
		if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
			return nil, nil, err
		}
	}
	came, readErr := io.ReadAll(conn)
	if len(came) == 0 {
		return nil, nil, errors.Join(errors.New("no answer"), writeErr, readErr)
	}
	from := bufio.NewReader(bytes.NewReader(came))
	for {
		res, err := http.ReadResponse(from, &http.Request{Method: w.method})
		if err != nil {
			return nil, came, err
		}
		body, err := io.ReadAll(res.Body)
		res.Body.Close()
		if err != nil {
			return nil, came, err
		}
		if res.StatusCode < 200 {
			continue
		}
		a, err := newAnswer(w.method, w.path, res, body)
		return a, came, err
	}
}
