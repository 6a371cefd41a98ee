package deploy

import (
	"context"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"time"
)

// Front serves a REST API at an address that has nothing before its paths, as a custom domain name does on AWS: the stage of the
// API's own address would be missing in every link that the service writes.
type Front struct {
	URL string

	listener net.Listener
	server   *http.Server
}

// Listen takes an address. Nothing is served there before Serve.
func Listen(address string) (*Front, error) {
	listener, err := net.Listen("tcp", address)
	if err != nil {
		return nil, err
	}
	return &Front{URL: "http://" + listener.Addr().String(), listener: listener}, nil
}

// Serve serves a REST API, whose own address this is, until the front is closed.
func (f *Front) Serve(api string) error {
	target, err := url.Parse(api)
	if err != nil {
		return err
	}
	f.server = &http.Server{
		Handler:           &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { forward(r, target) }},
		ReadHeaderTimeout: 5 * time.Second,
	}
	go func() { _ = f.server.Serve(f.listener) }() // it ends with Close
	return nil
}

// forward leaves a request as the client wrote it, its host too, but for what the API's own address has in front.
func forward(r *httputil.ProxyRequest, target *url.URL) {
	out := *target
	out.Path += r.In.URL.Path
	out.RawPath = target.EscapedPath() + r.In.URL.EscapedPath()
	out.RawQuery, out.ForceQuery = r.In.URL.RawQuery, r.In.URL.ForceQuery
	r.Out.URL, r.Out.Host = &out, r.In.Host
	r.SetXForwarded()
}

// Close takes no more requests, and lets those under way come to their end.
func (f *Front) Close() {
	if f.server == nil {
		_ = f.listener.Close()
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 35*time.Second)
	defer cancel()
	_ = f.server.Shutdown(ctx) // what does not end is cut off
}
