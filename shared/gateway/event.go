package gateway

import (
	"errors"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// event is what is read of an event, of either payload. The adapter's own types hold more, and refuse an event for
// the form of what nobody asks for, such as an authorizer's claims.
type event struct {
	Version string `json:"version"` // "" in the proxy events of REST APIs

	Headers         map[string]string `json:"headers"`
	Body            string            `json:"body"`
	IsBase64Encoded bool              `json:"isBase64Encoded"`
	RequestContext  struct {
		DomainName string `json:"domainName"`
		HTTP       struct {
			Method   string `json:"method"`
			SourceIP string `json:"sourceIp"`
		} `json:"http"` // in 2.0
		Identity struct {
			SourceIP string `json:"sourceIp"`
		} `json:"identity"` // in 1.0
	} `json:"requestContext"`

	// In 2.0. The query stays as the client wrote it, so that its decoded, comma-joined copy in the event is not read.
	RawPath        string   `json:"rawPath"`
	RawQueryString string   `json:"rawQueryString"`
	Cookies        []string `json:"cookies"`

	// In 1.0.
	HTTPMethod                      string              `json:"httpMethod"`
	Path                            string              `json:"path"`
	MultiValueHeaders               map[string][]string `json:"multiValueHeaders"`
	QueryStringParameters           map[string]string   `json:"queryStringParameters"`
	MultiValueQueryStringParameters map[string][]string `json:"multiValueQueryStringParameters"`
}

// The versions of the payload.
const (
	payloadREST = ""
	payload1    = "1.0"
	payload2    = "2.0"
)

// What is said of an event that cannot be read. None repeats what is in it: that may be a secret.
var (
	errForm    = errors.New("the event is not of the form that API Gateway gives it")
	errVersion = errors.New("the event's payload is of a version other than 1.0 and 2.0")
	errMethod  = errors.New("the event has no method that is one")
	errPath    = errors.New("the event has no path that begins with a slash")
	errHeader  = errors.New("the event has a header that HTTP does not allow")
	errHost    = errors.New("the event's host is none, or more than one")
	errBody    = errors.New("the body is not the base64 that the event says it is")
)

// parse reads an event. It is as strict as the service's own bodies are: text that is not UTF-8 would otherwise become
// other text on the way, and a member that is there twice would be whichever comes last.
func parse(payload []byte) (event, error) {
	var e event
	if err := json.Unmarshal(payload, &e); err != nil {
		if !isRequest(payload) {
			return event{}, errNoRequest
		}
		return event{}, errForm
	}
	switch {
	case !isRequest(payload):
		return event{}, errNoRequest
	case e.Version != payloadREST && e.Version != payload1 && e.Version != payload2:
		return event{}, errVersion
	}
	return e, nil
}

// isRequest reports whether an event, however damaged, is meant to be an HTTP request.
func isRequest(payload []byte) bool {
	var signs struct {
		RequestContext jsontext.Value `json:"requestContext"`
		HTTPMethod     jsontext.Value `json:"httpMethod"`
		RawPath        jsontext.Value `json:"rawPath"`
	}
	lenient := []json.Options{jsontext.AllowInvalidUTF8(true), jsontext.AllowDuplicateNames(true)}
	if json.Unmarshal(payload, &signs, lenient...) != nil {
		return false
	}
	return signs.RequestContext != nil || signs.HTTPMethod != nil || signs.RawPath != nil
}

// isV1 reports whether the answer is wanted in the form of 1.0. An event of which nothing is known gets the other one,
// since all kinds of API understand that.
func (e event) isV1() bool { return e.Version != payload2 && e.HTTPMethod != "" }
