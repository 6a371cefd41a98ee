package httpapi

import (
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"mime"
	"net"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// The API as its functions see it.
const (
	account = "123456789012"
	apiID   = "localstack"
	stage   = "$default"
)

// call is one request on its way to a function.
type call struct {
	r          *http.Request
	id         string
	at         time.Time
	path       string // decoded
	body       []byte
	route      Route
	parameters map[string]string
}

func (g *gateway) newCall(r *http.Request) *call {
	var b [11]byte // 15 characters and a "=", as the gateway's own ids
	_, _ = rand.Read(b[:])
	return &call{r: r, id: base64.URLEncoding.EncodeToString(b[:]), at: g.now().UTC()}
}

// event builds the event in the route's format.
func (c *call) event() []byte {
	var event any
	if c.route.payload() == "1.0" {
		event = c.event1()
	} else {
		event = c.event2()
	}
	text, err := json.Marshal(event)
	if err != nil {
		panic(err) // an event is texts and numbers
	}
	return text
}

// payload returns the body as it stands in an event. HTTP APIs were seen to pass on as text: text/*, and JSON, XML
// and JavaScript under application/; and all else in base64, a form and what has no type, too (Ministack's pull
// request 766, checked against AWS). That bytes which are no UTF-8 are sent in base64 is our choice: nothing is lost.
func (c *call) payload() (body string, base64ed bool) {
	if len(c.body) == 0 || isText(c.r.Header.Get("Content-Type")) && utf8.Valid(c.body) {
		return string(c.body), false
	}
	return base64.StdEncoding.EncodeToString(c.body), true
}

func isText(contentType string) bool {
	mediaType, parameters, err := mime.ParseMediaType(contentType)
	if err != nil {
		return false
	}
	if charset, ok := parameters["charset"]; ok && !strings.EqualFold(charset, "utf-8") {
		return false
	}
	return strings.HasPrefix(mediaType, "text/") ||
		slices.Contains([]string{"application/json", "application/xml", "application/javascript"}, mediaType)
}

// source is the client's address, without its port.
func (c *call) source() string {
	host, _, err := net.SplitHostPort(c.r.RemoteAddr)
	if err != nil {
		return c.r.RemoteAddr
	}
	return host
}

// domain is the API's, which clients know it by.
func (c *call) domain() (name, prefix string) {
	prefix, _, _ = strings.Cut(c.r.Host, ".")
	return c.r.Host, prefix
}

// time writes when the request came as the gateway does.
func (c *call) time() string { return c.at.Format("02/Jan/2006:15:04:05 -0700") }
