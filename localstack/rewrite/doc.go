// Package rewrite writes the template that LocalStack gets. Its free edition has no HTTP APIs, and of some other resources no
// way that CloudFormation would make them by. So the gateway becomes a REST API, whose events are of payload 1.0; what
// nothing else rests on is left out; and all the rest stays as `sam build` has written it:
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
//	the archive of a bus                AWS::Events::Archive                 -
//	who may write to a log              AWS::Logs::ResourcePolicy            -, nobody's rights being looked at
//	Architecture's Default              arm64                                this machine's
//
// What of a gateway or a route is not listed is refused: it would be lost without a word. What else LocalStack does not make, a
// deployment finds (localstack/deploy).
package rewrite
