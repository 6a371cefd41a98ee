// Session is the Lambda that logs users in and out; it alone may sign.
package main

import (
	"latchkey/shared/lambdahost"
	"latchkey/shared/pat"
)

func main() { lambdahost.Serve(pat.OpSession) }
