// Verify is the Lambda that answers "is this token good?" in every dialect.
package main

import (
	"latchkey/shared/lambdahost"
	"latchkey/shared/pat"
)

func main() { lambdahost.Serve(pat.OpVerify) }
