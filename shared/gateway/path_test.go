package gateway_test

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
)

// paths are what clients may write into a request line.
var paths = []string{
	"/", "/v1/tokens", "/v1/tokens/", "//v1/tokens", "/v1//tokens", "//evil.example/v1/tokens", "/./v1", "/v1/../v2", "/v1/tokens/..",
	"/%25", "/%2525", "/100%25", "/a%3Fb=c", "/a%23b", "/a%20b", "/a+b", "/a%2Bb", "/a%00b", "/a%0Ab", "/a%7Fb", "/%C3%A9", "/%F0%9F%94%91",
	"/a;x=1", "/a,b", "/a:b@c", "/a!b'(c)*", "/$%7Bjndi:ldap:%7D", "/a%22b", "/a%5Cb", "/a%5Eb%60%7B%7C%7D", "/%3Cscript%3E", "/~x-._",
	"/*", "/v1/tokens%00", "/http://evil.example/", "/v1/tokens?x=1", "/v1/tokens?x=1?y#z", "/v1/tokens?x=%zz", "/v1/tokens?%", "/v1?",
	"/v1/tokens?a=1&a=2", "/v1/tokens?a=b+c%20d&e", "/v1/tokens?x=\u00e9", "/v1/tokens?;", "/v1/tokens?x={}",
}

// TestAPathMeansWhatItMeansOnTheWire compares the request that net/http makes of a request line with the one that the
// gateway makes of the event that API Gateway makes of it. A decoded slash is the exception: an HTTP API loses the
// difference.
func TestAPathMeansWhatItMeansOnTheWire(t *testing.T) {
	var wire seen
	server := httptest.NewServer(observe(&wire))
	defer server.Close()
	for _, target := range paths {
		send(t, server, target)
		path, query, _ := cut(target)
		decoded, err := url.PathUnescape(path)
		if err != nil {
			t.Fatal(err)
		}
		for door, payload := range map[string][]byte{
			"2.0":  v2(t, "GET", decoded, func(e map[string]any) { e["rawQueryString"] = query }),
			"1.0":  v1(t, "1.0", "GET", decoded, nil),
			"REST": v1(t, "", "GET", path, nil),
		} {
			var got seen
			if res := invoke(t, observe(&got), payload); res.StatusCode != http.StatusOK {
				t.Errorf("%s %s: %d %s", door, target, res.StatusCode, res.Body)
			}
			if got.Path != wire.Path {
				t.Errorf("%s %s: got the path %q, want %q", door, target, got.Path, wire.Path)
			}
			if reparsed, err := url.ParseRequestURI(got.RequestURI); err != nil || reparsed.Path != got.Path || reparsed.RawQuery != got.Query {
				t.Errorf("%s %s: the request URI is %q, %v", door, target, got.RequestURI, err)
			}
			if door == "2.0" && !sameQuery(t, got.Query, wire.Query) {
				t.Errorf("%s %s: got the query %q, want %q", door, target, got.Query, wire.Query)
			}
		}
	}
}

// sameQuery compares what two queries mean, and whether they mean anything.
func sameQuery(t *testing.T, a, b string) bool {
	t.Helper()
	left, leftErr := url.ParseQuery(a)
	right, rightErr := url.ParseQuery(b)
	return left.Encode() == right.Encode() && (leftErr == nil) == (rightErr == nil)
}

func cut(target string) (path, query string, found bool) {
	for i := range len(target) {
		if target[i] == '?' {
			return target[:i], target[i+1:], true
		}
	}
	return target, "", false
}

// send writes a request line as it is: no client of Go's would.
func send(t *testing.T, server *httptest.Server, target string) {
	t.Helper()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: tokens.example.com\r\nConnection: close\r\n\r\n", target)
	res, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != http.StatusOK {
		t.Fatalf("%s: net/http answers %d", target, res.StatusCode)
	}
}

func TestAStrayPercentOfARESTAPIIsEscaped(t *testing.T) {
	for path, want := range map[string]string{"/%": "/%25", "/%zz": "/%25zz", "/%2": "/%252", "/a b?c#d": "/a%20b%3Fc%23d", "/%41%2f": "/%41%2f"} {
		var got seen
		invoke(t, observe(&got), v1(t, "", "GET", path, nil))
		if got.RequestURI != want {
			t.Errorf("%s: got %s, want %s", path, got.RequestURI, want)
		}
	}
}

func TestWhatCannotStandInARequestLineIsEscapedInAQuery(t *testing.T) {
	for query, want := range map[string]string{
		"name=a b#c": "name=a%20b%23c", "a=é\x7f\r\n": "a=%C3%A9%7F%0D%0A", // would end the query, or the request
		"a=%zz&b=%&c=+%2b?/;": "a=%zz&b=%&c=+%2b?/;", // errors and all
	} {
		var got seen
		invoke(t, observe(&got), v2(t, "GET", "/v1/tokens", func(e map[string]any) { e["rawQueryString"] = query }))
		if got.Query != want || got.RequestURI != "/v1/tokens?"+want {
			t.Errorf("%q: got %q of %q, want %q", query, got.Query, got.RequestURI, want)
		}
	}
}

func TestTheQueryOfPayload1IsEncodedAgain(t *testing.T) {
	for name, c := range map[string]struct {
		single, multi any
		want          string
	}{
		"none":                   {nil, nil, ""},
		"repeats stay":           {map[string]string{"a": "2"}, map[string][]string{"a": {"1", "2"}}, "a=1&a=2"},
		"without the lists":      {map[string]string{"b": "x&y", "a": "1=2"}, nil, "a=1%3D2&b=x%26y"},
		"what was escaped":       {nil, map[string][]string{"owner": {"user#alice"}, "é": {"%"}}, "owner=user%23alice&%C3%A9=%25"},
		"an empty list, a value": {map[string]string{"a": ""}, map[string][]string{}, "a="},
		"a name without values":  {nil, map[string][]string{"a": nil}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var got seen
			invoke(t, observe(&got), v1(t, "1.0", "GET", "/v1/tokens", func(e map[string]any) {
				e["queryStringParameters"], e["multiValueQueryStringParameters"] = c.single, c.multi
			}))
			if got.Query != c.want {
				t.Errorf("got %q, want %q", got.Query, c.want)
			}
		})
	}
}
