// Notify is the Lambda that announces tokens before they expire, on a schedule.
package main

import (
	"latchkey/shared/lambdahost"
	"latchkey/shared/pat"
)

func main() { lambdahost.Serve(pat.OpNotify) }
