package httpapi

import "strings"

// event2 is an event of payload format 2.0 (API Gateway Developer Guide, "Create AWS Lambda proxy integrations for
// HTTP APIs"). What a request does not have is left out.
type event2 struct {
	Version         string            `json:"version"`
	RouteKey        string            `json:"routeKey"`
	RawPath         string            `json:"rawPath"`
	RawQueryString  string            `json:"rawQueryString"`
	Cookies         []string          `json:"cookies,omitempty"`
	Headers         map[string]string `json:"headers"`
	Query           map[string]string `json:"queryStringParameters,omitempty"`
	RequestContext  context2          `json:"requestContext"`
	PathParameters  map[string]string `json:"pathParameters,omitempty"`
	Body            string            `json:"body,omitempty"`
	IsBase64Encoded bool              `json:"isBase64Encoded"`
}

type context2 struct {
	AccountID    string `json:"accountId"`
	APIID        string `json:"apiId"`
	DomainName   string `json:"domainName"`
	DomainPrefix string `json:"domainPrefix"`
	HTTP         http2  `json:"http"`
	RequestID    string `json:"requestId"`
	RouteKey     string `json:"routeKey"`
	Stage        string `json:"stage"`
	Time         string `json:"time"`
	TimeEpoch    int64  `json:"timeEpoch"`
}

type http2 struct {
	Method    string `json:"method"`
	Path      string `json:"path"`
	Protocol  string `json:"protocol"`
	SourceIP  string `json:"sourceIp"`
	UserAgent string `json:"userAgent"`
}

func (c *call) event2() event2 {
	h := c.header()
	domain, prefix := c.domain()
	body, base64ed := c.payload()
	var parameters map[string]string
	for name, values := range query(c.r.URL.RawQuery) {
		if parameters == nil {
			parameters = map[string]string{}
		}
		parameters[name] = strings.Join(values, ",")
	}
	return event2{
		Version: "2.0", RouteKey: c.route.key(), RawPath: c.path, RawQueryString: c.r.URL.RawQuery,
		Cookies: cookies(h), Headers: joined(h), Query: parameters, PathParameters: c.parameters,
		Body: body, IsBase64Encoded: base64ed,
		RequestContext: context2{
			AccountID: account, APIID: apiID, DomainName: domain, DomainPrefix: prefix, RequestID: c.id,
			RouteKey: c.route.key(), Stage: stage, Time: c.time(), TimeEpoch: c.at.UnixMilli(),
			HTTP: http2{Method: c.r.Method, Path: c.path, Protocol: c.r.Proto, SourceIP: c.source(), UserAgent: c.r.UserAgent()},
		},
	}
}
