package httpapi

// event1 is an event of payload format 1.0, as an HTTP API writes it (same page). What a request does not have is
// null.
type event1 struct {
	Version           string              `json:"version"`
	Resource          string              `json:"resource"`
	Path              string              `json:"path"`
	HTTPMethod        string              `json:"httpMethod"`
	Headers           map[string]string   `json:"headers"`
	MultiValueHeaders map[string][]string `json:"multiValueHeaders"`
	Query             map[string]string   `json:"queryStringParameters"`
	MultiValueQuery   map[string][]string `json:"multiValueQueryStringParameters"`
	RequestContext    context1            `json:"requestContext"`
	PathParameters    map[string]string   `json:"pathParameters"`
	StageVariables    map[string]string   `json:"stageVariables"`
	Body              *string             `json:"body"`
	IsBase64Encoded   bool                `json:"isBase64Encoded"`
}

type context1 struct {
	AccountID         string    `json:"accountId"`
	APIID             string    `json:"apiId"`
	DomainName        string    `json:"domainName"`
	DomainPrefix      string    `json:"domainPrefix"`
	ExtendedRequestID string    `json:"extendedRequestId"`
	HTTPMethod        string    `json:"httpMethod"`
	Identity          identity1 `json:"identity"`
	Path              string    `json:"path"`
	Protocol          string    `json:"protocol"`
	RequestID         string    `json:"requestId"`
	RequestTime       string    `json:"requestTime"`
	RequestTimeEpoch  int64     `json:"requestTimeEpoch"`
	ResourceID        string    `json:"resourceId"`
	ResourcePath      string    `json:"resourcePath"`
	Stage             string    `json:"stage"`
}

// identity1 is of callers whom nothing but their address is known of.
type identity1 struct {
	AccessKey  *string `json:"accessKey"`
	AccountID  *string `json:"accountId"`
	Caller     *string `json:"caller"`
	CognitoAMR *string `json:"cognitoAmr"`
	CognitoAP  *string `json:"cognitoAuthenticationProvider"`
	CognitoAT  *string `json:"cognitoAuthenticationType"`
	CognitoID  *string `json:"cognitoIdentityId"`
	CognitoIDP *string `json:"cognitoIdentityPoolId"`
	OrgID      *string `json:"principalOrgId"`
	SourceIP   string  `json:"sourceIp"`
	User       *string `json:"user"`
	UserAgent  string  `json:"userAgent"`
	UserARN    *string `json:"userArn"`
}

func (c *call) event1() event1 {
	domain, prefix := c.domain()
	last, all := multi(c.header())
	resource := c.route.Path
	if resource == "" {
		resource = "$default"
	}
	e := event1{
		Version: "1.0", Resource: resource, Path: c.path, HTTPMethod: c.r.Method, Headers: last, MultiValueHeaders: all,
		MultiValueQuery: query(c.r.URL.RawQuery), PathParameters: c.parameters,
		RequestContext: context1{
			AccountID: account, APIID: apiID, DomainName: domain, DomainPrefix: prefix, ExtendedRequestID: c.id,
			HTTPMethod: c.r.Method, Identity: identity1{SourceIP: c.source(), UserAgent: c.r.UserAgent()},
			Path: c.path, Protocol: c.r.Proto, RequestID: c.id, RequestTime: c.time(), RequestTimeEpoch: c.at.UnixMilli(),
			ResourceID: c.route.key(), ResourcePath: resource, Stage: stage,
		},
	}
	for name, values := range e.MultiValueQuery {
		if e.Query == nil {
			e.Query = map[string]string{}
		}
		e.Query[name] = values[len(values)-1]
	}
	if len(c.body) > 0 {
		body, base64ed := c.payload()
		e.Body, e.IsBase64Encoded = &body, base64ed
	}
	return e
}
