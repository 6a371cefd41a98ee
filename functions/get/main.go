// Get is the Lambda that reads one token, and that tells whether the service is ready and what its API is.
package main

import (
	"latchkey/shared/lambdahost"
	"latchkey/shared/pat"
)

func main() { lambdahost.Serve(pat.OpGet) }
