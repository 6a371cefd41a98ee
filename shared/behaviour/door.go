package behaviour

import (
	"bytes"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
)

// Policy is the policy under which a door must stand, as LATCHKEY_POLICY takes it: the default one, but that many tokens
// may be made from one address and many log-ins may fail there, since all of a test's come from it, and that one account's
// failures are forgotten so slowly that a slow machine forgets none.
const Policy = `{"creates":{"perMinute":1000000,"burst":1000000},"failedLoginsBySource":{"perMinute":1000000,"burst":1000000},"failedLoginsByAccount":{"perMinute":1,"burst":10}}`

// Superuser is the token of HOPRd's superuser with which a door must stand, as LATCHKEY_HOPRD_SUPERUSER takes it. Like
// those that HOPRd's own documentation shows, it has characters that clients percent-encode.
const Superuser = "%super^user-of-the-doors%"

// Door is a way in to a running service, opened by the caller with the user admin in it.
type Door struct {
	Name          string
	BaseURL       string // such as http://127.0.0.1:8080, no slash at the end
	AdminPassword string
	Superuser     string // the token of HOPRd's superuser, Superuser; "" where the service has none
	// Log returns what the service has logged so far; nil where that cannot be read. No secret may be in it.
	Log         func() string
	Differences []Difference
	// Apart opens a door to another service, which is the test's alone, stands under settings (LATCHKEY_POLICY={…}) and has
	// a Clock; nil where that cannot be had.
	Apart func(t testing.TB, settings ...string) Door
	// Clock is the service's own, if it can be moved; nil where time passes by itself.
	Clock *Clock
}

// Difference names a way in which a door is known to answer otherwise than the one process does.
type Difference string

// The differences that a door can declare. Where one matters, in whose words a bad request is refused does not; but
// refused it must be, except as DecodedPaths says.
const (
	// OwnHTTP: what stands in front judges malformed HTTP, unusual methods and over-long heads by itself.
	OwnHTTP Difference = "own-http"
	// DecodedPaths: what stands in front decodes or cleans a path before the service sees it, so that it may
	// mean another one: that one's answer will do, and may be a success.
	DecodedPaths Difference = "decoded-paths"
	// DecodedQueries: what stands in front decodes a query and hands on its parameters, so that what was malformed
	// there is not any more.
	DecodedQueries Difference = "decoded-queries"
	// JoinedHeaders: what stands in front joins a header that is there twice, or splits it at commas.
	JoinedHeaders Difference = "joined-headers"
	// TextHeaders: what stands in front hands headers on as text: of bytes that are no UTF-8 it has made U+FFFD.
	TextHeaders Difference = "text-headers"
	// MergedSlashes: what stands in front takes the slashes at the beginning of a path for one.
	MergedSlashes Difference = "merged-slashes"
	// KeptSlashes: what stands in front looks for a route by the path as it came, so that slashes that follow each other
	// lead past the routes that they would be merged into.
	KeptSlashes Difference = "kept-slashes"
)

// Differs reports whether the door has declared a difference.
func (d Door) Differs(by Difference) bool { return by != "" && slices.Contains(d.Differences, by) }

// session logs in and returns the session's JWT.
func (d Door) session(t testing.TB, username, password string) string {
	t.Helper()
	body, err := json.Marshal(map[string]string{"username": username, "password": password})
	if err != nil {
		t.Fatal(err)
	}
	var session struct{ Token string }
	d.must(t, http.StatusCreated, "POST", "/v1/sessions", "", string(body), &session)
	return session.Token
}

// must makes a request that has to succeed, for what a test needs before it begins.
func (d Door) must(t testing.TB, status int, method, path, bearer, body string, into any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, d.BaseURL+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	if body != "" {
		req.Header.Set("Content-Type", "application/json")
	}
	if bearer != "" {
		req.Header.Set("Authorization", "Bearer "+bearer)
	}
	res, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	var answer bytes.Buffer
	if _, err := answer.ReadFrom(res.Body); err != nil {
		t.Fatal(err)
	}
	if res.StatusCode != status {
		t.Fatalf("%s %s: %d, want %d: %s", method, path, res.StatusCode, status, answer.Bytes())
	}
	if into == nil {
		return
	}
	if err := json.Unmarshal(answer.Bytes(), into); err != nil {
		t.Fatalf("%s %s: %v", method, path, err)
	}
}

// client follows no redirect: there must be none.
var client = &http.Client{
	Transport:     &http.Transport{DisableCompression: true, MaxIdleConnsPerHost: 16},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}
