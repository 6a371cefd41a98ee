// Package httpapi imitates an API Gateway HTTP API in front of functions: it matches routes, builds the events of
// payload formats 2.0 and 1.0, holds API Gateway's limits, and turns a function's answer, or its failure, into
// HTTP.
//
// What is imitated is documented by AWS, or was seen on the real gateway and published. That a path is decoded
// twice, and cut at a question mark in between, is of the second kind: see decodePath. What is neither is a choice
// of ours; docs/unproven-on-aws.md lists these.
package httpapi
