// Cleanup is the Lambda that hears of each change in the table, and tells of it.
package main

import "latchkey/shared/streamhost"

func main() { streamhost.Serve() }
