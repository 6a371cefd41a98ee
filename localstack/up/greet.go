package main

import (
	"cmp"
	"fmt"
	"io"

	"latchkey/localstack/cloud"
)

// greet tells a person where to look and what to try.
func greet(w io.Writer, d *desk, s settings) {
	var administrator string
	switch {
	case d.drawn != "":
		administrator = "Made the user admin. This password is shown only now:\n  " + d.drawn
	case s.adminPassword != "":
		administrator = "The user admin has the password in LATCHKEY_ADMIN_PASSWORD, unless the table had that user before."
	default:
		administrator = "The table has its keys and the user admin already."
	}
	fmt.Fprintf(w, `Latchkey is deployed to LocalStack, and each function answers.

  the API              %[1]s
  the REST API itself  %[2]s
  LocalStack           %[3]s, for AWS_ENDPOINT_URL with any credentials in %[4]s
  the table            %[5]s

%[6]s

Log in and make a token, in another terminal:
  SESSION=$(curl -s %[1]s/v1/sessions -H 'Content-Type: application/json' \
    -d '{"username":"admin","password":"%[7]s"}' | sed 's/.*"token":"\([^"]*\)".*/\1/')
  curl -s %[1]s/v1/tokens -H "Authorization: Bearer $SESSION" -H 'Content-Type: application/json' \
    -d '{"name":"my first token","scopes":["repo:read"]}'

Read what the bus tells of it, a second or two later; of one that is made with "expiresIn":1 also, within a minute, that it has expired:
  curl -s %[3]s -H 'X-Amz-Target: Logs_20140328.FilterLogEvents' -H 'Content-Type: application/x-amz-json-1.1' \
    -d '{"logGroupName":"/aws/events/latchkey"}'
or with version 2 of AWS's CLI: AWS_ACCESS_KEY_ID=test AWS_SECRET_ACCESS_KEY=test \
    aws --endpoint-url %[3]s --region %[4]s logs tail /aws/events/latchkey --follow
Delete now what is past its time in the table, as its TTL does each hour; a token's record is so a week after its retention:
  curl -X DELETE %[3]s/_aws/dynamodb/expired
See what could be told to nobody, of which there should be none:
  curl -s -H 'Accept: application/json' '%[3]s/_aws/sqs/messages?QueueUrl=%[8]s'

Stop with Ctrl-C.
`, d.front.URL, d.stack.API, d.cloud.Endpoint, cloud.Region, d.stack.Table, administrator, cmp.Or(d.drawn, "…"), d.stack.DeadLetters)
}
