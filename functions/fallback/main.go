// Fallback is the Lambda behind the gateway's $default route: it answers what no route is for, and has no rights.
package main

import (
	"latchkey/shared/lambdahost"
	"latchkey/shared/pat"
)

func main() { lambdahost.Serve(pat.OpFallback) }
