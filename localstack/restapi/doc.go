// Package restapi writes the template that LocalStack gets. Its free edition has no HTTP APIs: it takes such a
// resource, says that all is well, and nothing answers. So the gateway becomes a REST API, whose events are of
// payload 1.0, and everything else stays as `sam build` has written it:
//
//	what                                was                                  is
//	the gateway's Type                  AWS::Serverless::HttpApi             AWS::Serverless::Api
//	  StageName                         $default                             local
//	  DefaultRouteSettings              {ThrottlingRateLimit, …}             MethodSettings: [{HttpMethod: *, ResourcePath: /*, …}]
//	  AccessLogSettings                 …                                    AccessLogSetting; variables have their REST names
//	  OpenApiVersion                    -                                    3.0.1, without which SAM makes a second stage
//	a route's Type                      HttpApi                              Api
//	  ApiId                             …                                    RestApiId
//	  PayloadFormatVersion              2.0                                  -, there being one
//	  Path, Method of $default          -                                    /{proxy+}, ANY; and another for /
//	the address, in Outputs             …${AWS::URLSuffix}                   …${AWS::URLSuffix}/local
//	Architecture's Default              arm64                                this machine's
//
// What of a gateway or a route is not listed is refused: it would be lost without a word.
package restapi
