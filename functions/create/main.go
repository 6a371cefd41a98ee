// Create is the Lambda that makes a token: `POST /v1/tokens` and what means the same in other dialects.
package main

import (
	"latchkey/shared/lambdahost"
	"latchkey/shared/pat"
)

func main() { lambdahost.Serve(pat.OpCreate) }
