package webhook

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"latchkey/shared/outbox"
)

func discard() *log.Logger { return log.New(io.Discard, "", 0) }

func TestWhatAnAnswerMeans(t *testing.T) {
	for _, c := range []struct {
		status int
		retry  string
		taken  bool
		gone   bool
		after  time.Duration // -1: it says nothing of it
	}{
		{200, "", true, false, -1}, {201, "", true, false, -1}, {202, "10", true, false, -1}, {204, "", true, false, -1}, {299, "", true, false, -1},
		{300, "", false, false, -1}, {301, "", false, false, -1}, {302, "", false, false, -1}, {304, "", false, false, -1},
		{307, "", false, false, -1}, {308, "", false, false, -1},
		{400, "", false, false, -1}, {401, "", false, false, -1}, {404, "", false, false, -1}, {413, "", false, false, -1},
		{410, "", false, true, -1}, {410, "60", false, true, -1},
		{429, "", false, false, -1}, {429, "60", false, false, time.Minute}, {429, "0", false, false, 0}, {429, "soon", false, false, -1},
		{429, "-1", false, false, -1}, {429, "99999999999", false, false, -1}, {429, "1.5", false, false, -1},
		{503, "120", false, false, 2 * time.Minute}, {503, "Sat, 14 Mar 2026 12:01:00 GMT", false, false, 59877 * time.Millisecond},
		{503, "Sat, 14 Mar 2026 11:00:00 GMT", false, false, 0},
		{500, "60", false, false, -1}, {502, "", false, false, -1}, {504, "", false, false, -1}, {599, "", false, false, -1},
	} {
		r := newReceiver(t, func(w http.ResponseWriter, _ *http.Request) {
			if c.retry != "" {
				w.Header().Set("Retry-After", c.retry)
			}
			w.Header().Set("Location", "/elsewhere")
			w.WriteHeader(c.status)
			if c.status != 204 && c.status != 304 {
				_, _ = io.WriteString(w, "babble")
			}
		})
		err := r.client(t, Options{AllowPrivate: true}, "127.0.0.1").Send(t.Context(), r.endpoint, message())
		later, late := errors.AsType[*outbox.Later](err)
		if (err == nil) != c.taken || errors.Is(err, outbox.ErrGone) != c.gone || late != (c.after >= 0) || late && later.After != c.after {
			t.Errorf("%d %q: %v (later %+v)", c.status, c.retry, err, later)
		}
		if asks := r.seen(); len(asks) != 1 || asks[0].path == "/elsewhere" {
			t.Errorf("%d: asked %+v", c.status, asks)
		}
		clean(t, err)
	}
}

func TestAnEndpointThatHangsIsGivenUp(t *testing.T) {
	release := make(chan struct{})
	r := newReceiver(t, func(w http.ResponseWriter, req *http.Request) { <-release })
	defer close(release)
	err := r.client(t, Options{AllowPrivate: true, Timeout: 50 * time.Millisecond}, "127.0.0.1").Send(t.Context(), r.endpoint, message())
	if err == nil || !strings.Contains(err.Error(), "no answer in 50ms") {
		t.Errorf("got %v", err)
	}
	clean(t, err)
}

// A body that never ends, slowly or fast, is neither read to its end nor waited for.
func TestAnAnswersBodyIsBounded(t *testing.T) {
	for name, write := range map[string]func(http.ResponseWriter, *http.Request){
		"fast": func(w http.ResponseWriter, req *http.Request) {
			chunk := []byte(strings.Repeat("babble", 1000))
			for written := 0; written < 1<<30; {
				n, err := w.Write(chunk)
				if written += n; err != nil {
					return
				}
			}
			t.Error("it was read to its end")
		},
		"slow": func(w http.ResponseWriter, req *http.Request) {
			_, _ = io.WriteString(w, "babble")
			_ = http.NewResponseController(w).Flush()
			<-req.Context().Done()
		},
	} {
		r := newReceiver(t, write)
		c := r.client(t, Options{AllowPrivate: true, Timeout: 2 * time.Second}, "127.0.0.1")
		if name == "slow" {
			c.timeout = time.Second // for all that comes before the body, too
		}
		if err := c.Send(t.Context(), r.endpoint, message()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		c.Close()
	}
}

func TestAStoppedAttemptIsNoVerdict(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	r := newReceiver(t, func(_ http.ResponseWriter, req *http.Request) {
		cancel()
		<-req.Context().Done()
		panic(http.ErrAbortHandler) // an answer could still overtake the end of the connection
	})
	if err := r.client(t, Options{AllowPrivate: true}, "127.0.0.1").Send(ctx, r.endpoint, message()); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

// garbage answers each connection with the same bytes, over plain TCP.
func garbage(t *testing.T, answer string) (address string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			_, _ = conn.Read(make([]byte, 1<<16))
			_, _ = io.WriteString(conn, answer)
			_ = conn.Close()
		}
	}()
	return listener.Addr().String()
}

func TestWhatIsNoAnswerIsAnErrorThatRepeatsNothing(t *testing.T) {
	r := newReceiver(t, func(http.ResponseWriter, *http.Request) {})
	taken, err := net.Listen("tcp", "127.0.0.1:0") // so nobody gets the port, and at this machine's second address nobody has it
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	const path = "/a-secret-path?key=hunter2"
	for _, c := range []struct{ name, url, says string }{
		{"garbage", "http://" + garbage(t, "babble babble babble\r\n\r\n") + path, "not HTTP"},
		{"nothing", "http://" + garbage(t, "") + path, "closed the connection"},
		{"half an answer", "http://" + garbage(t, "HTTP/1.1 200 OK\r\nX-Bab") + path, "not HTTP"},
		{"endless headers", "http://" + garbage(t, "HTTP/1.1 200 OK\r\nX-A: "+strings.Repeat("babble", 1<<15)) + path, "not HTTP"},
		{"no TLS", "https://" + garbage(t, "babble babble babble\r\n\r\n") + path, "does not speak TLS"},
		{"plain HTTP", "https://" + garbage(t, "HTTP/1.1 200 OK\r\n\r\n") + path, "does not speak TLS"},
		{"nobody there", "https://127.0.0.2:" + port("http://"+taken.Addr().String()) + path, "cannot be reached"},
		{"another's certificate", "https://hooks.example.org:" + port(r.server.URL) + path, "certificate"},
		{"no address at all", "https://exa mple.com" + path, "its address is none"},
	} {
		err := r.client(t, Options{AllowPrivate: true}, "127.0.0.1").Send(t.Context(), Endpoint{URL: c.url, Key: key()}, message())
		if err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", c.name, err)
		}
		clean(t, err)
	}
	for name, c := range map[string]*Client{
		"an unknown certificate": r.client(t, Options{AllowPrivate: true, TLS: &tls.Config{}}, "127.0.0.1"),
		"a name of nothing":      r.client(t, Options{AllowPrivate: true}),
	} {
		err := c.Send(t.Context(), r.endpoint, message())
		if err == nil {
			t.Errorf("%s: taken", name)
		}
		clean(t, err)
	}
	if len(r.seen()) > 0 {
		t.Errorf("it was told: %+v", r.seen())
	}
}

func TestConnectionsAreUsedAgain(t *testing.T) {
	var remotes sync.Map
	r := newReceiver(t, func(w http.ResponseWriter, req *http.Request) {
		remotes.Store(req.RemoteAddr, true)
		_, _ = io.WriteString(w, strings.Repeat("x", 1000))
	})
	c := r.client(t, Options{AllowPrivate: true}, "127.0.0.1")
	for range 5 {
		if err := c.Send(t.Context(), r.endpoint, message()); err != nil {
			t.Fatal(err)
		}
	}
	count := 0
	remotes.Range(func(any, any) bool { count++; return true })
	if count != 1 {
		t.Errorf("%d connections", count)
	}
}

// What a 101 leaves open is no body: nothing in net/http ends a read of it.
func TestAConnectionThatIsTurnedIntoAnotherProtocolIsNotWaitedFor(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	ended := make(chan error, 1)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		_, _ = conn.Read(make([]byte, 1<<16))
		_, _ = io.WriteString(conn, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: babble\r\n\r\n")
		_, err = io.Copy(io.Discard, conn) // until the sender lets go
		ended <- err
		_ = conn.Close()
	}()
	r := newReceiver(t, func(http.ResponseWriter, *http.Request) {})
	c := r.client(t, Options{AllowPrivate: true, Timeout: time.Minute}, "127.0.0.1")
	sent := make(chan error, 1)
	go func() {
		sent <- c.Send(t.Context(), Endpoint{URL: "http://" + listener.Addr().String() + "/", Key: key()}, message())
	}()
	select {
	case err := <-sent:
		if err == nil || !strings.Contains(err.Error(), "101") {
			t.Errorf("got %v", err)
		}
	case <-time.After(5 * time.Second):
		t.Fatal("it waits for more")
	}
	<-ended
}
