package webhook

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/net/dns/dnsmessage"

	"latchkey/shared/outbox"
)

func noon() time.Time { return time.Date(2026, 3, 14, 12, 0, 0, 123e6, time.UTC) }

func key() []byte { return []byte("a key of twenty-four byt") }

func message() outbox.Message {
	return outbox.Message{ID: "0195f2c1-4a00-8123-9abc-0123456789ab-3-revoked", Type: "dev.latchkey.token.revoked.v1", Body: []byte(`{"specversion":"1.0"}`)}
}

// receiver is an endpoint as a test wants it, under the name example.com.
type receiver struct {
	server   *httptest.Server
	endpoint Endpoint

	mu   sync.Mutex
	asks []ask
}

// ask is a request that arrived.
type ask struct {
	method, path string
	header       http.Header
	body         string
}

func newReceiver(t *testing.T, answer http.HandlerFunc) *receiver {
	t.Helper()
	r := &receiver{}
	r.server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		body, _ := io.ReadAll(req.Body)
		r.mu.Lock()
		r.asks = append(r.asks, ask{req.Method, req.URL.Path, req.Header, string(body)})
		r.mu.Unlock()
		answer(w, req)
	}))
	r.server.Config.ErrorLog = discard()
	r.server.StartTLS()
	t.Cleanup(r.server.Close)
	r.endpoint = Endpoint{URL: "https://example.com:" + port(r.server.URL) + "/a-secret-path?key=hunter2", Key: key()}
	return r
}

func (r *receiver) seen() []ask {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.asks
}

// client is one that trusts the receiver's certificate and whose names all resolve to those addresses.
func (r *receiver) client(t *testing.T, o Options, addresses ...string) *Client {
	t.Helper()
	roots := x509.NewCertPool()
	roots.AddCert(r.server.Certificate())
	if o.TLS == nil {
		o.TLS = &tls.Config{RootCAs: roots}
	}
	o.Resolver = resolver(addresses...)
	o.Now = noon
	c := NewClient(o)
	t.Cleanup(c.Close)
	return c
}

func port(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		panic(err)
	}
	return u.Port()
}

// resolver answers every question with those addresses, in DNS as it is spoken over TCP.
func resolver(addresses ...string) *net.Resolver {
	return &net.Resolver{PreferGo: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go serveDNS(ours, addresses)
		return theirs, nil
	}}
}

func serveDNS(conn net.Conn, addresses []string) {
	defer conn.Close()
	for {
		var size [2]byte
		if _, err := io.ReadFull(conn, size[:]); err != nil {
			return
		}
		raw := make([]byte, binary.BigEndian.Uint16(size[:]))
		var question dnsmessage.Message
		if _, err := io.ReadFull(conn, raw); err != nil || question.Unpack(raw) != nil {
			return
		}
		answer, err := answerTo(question, addresses).Pack()
		if err != nil {
			return
		}
		if _, err := conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(answer))), answer...)); err != nil {
			return
		}
	}
}

func answerTo(question dnsmessage.Message, addresses []string) *dnsmessage.Message {
	asked := question.Questions[0]
	answer := &dnsmessage.Message{
		Header:    dnsmessage.Header{ID: question.ID, Response: true, RecursionAvailable: true},
		Questions: question.Questions,
	}
	for _, text := range addresses {
		ip := netip.MustParseAddr(text)
		var body dnsmessage.ResourceBody
		switch {
		case ip.Is4() && asked.Type == dnsmessage.TypeA:
			body = &dnsmessage.AResource{A: ip.As4()}
		case ip.Is6() && asked.Type == dnsmessage.TypeAAAA:
			body = &dnsmessage.AAAAResource{AAAA: ip.As16()}
		default:
			continue
		}
		answer.Answers = append(answer.Answers, dnsmessage.Resource{
			Header: dnsmessage.ResourceHeader{Name: asked.Name, Type: asked.Type, Class: asked.Class, TTL: 1}, Body: body,
		})
	}
	return answer
}

// clean holds that an error says nothing that the log may not have.
func clean(t *testing.T, err error) {
	t.Helper()
	if err == nil {
		return
	}
	for _, secret := range []string{"hunter2", "a-secret-path", "a key of", "127.0.0.1", "babble"} {
		if strings.Contains(err.Error(), secret) {
			t.Errorf("the error tells %s: %v", secret, err)
		}
	}
}
