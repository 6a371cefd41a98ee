// Package runtimeapi runs a compiled function as AWS Lambda would: it starts the function's program, bootstrap, as
// execution environments and speaks the Lambda Runtime API (2018-06-01) with each. An environment has one
// invocation at a time; the most recently used one is taken first; there are never more than allowed.
//
// What goes wrong is told in Lambda's words: a function's own error, a crash, a time-out, a failed start. The log
// has Lambda's lines, too: START, what the function wrote, END and REPORT.
//
// It has no sandbox: the programs run as this user, on this machine's files and network, with all of its memory
// and processors. Nothing is frozen between invocations, and nobody is asked for IAM.
package runtimeapi
