package kms

import (
	"errors"
	"fmt"

	"github.com/aws/smithy-go"
)

// cures tells, for what KMS calls an error, what whoever reads the log can do.
var cures = map[string]string{
	"AccessDeniedException":       "allow the action on the key to the role of this process, in the role's policy or the key's",
	"NotFoundException":           "there is no such key: check the ARN in LATCHKEY_SIGNING_KEY",
	"DisabledException":           "the key is disabled: enable it, or set LATCHKEY_SIGNING_KEY to another and run `latchkey admin bootstrap`",
	"KMSInvalidStateException":    "the key cannot be used in the state it is in: cancel its deletion, or set LATCHKEY_SIGNING_KEY to another and run `latchkey admin bootstrap`",
	"InvalidKeyUsageException":    "the key is not for signing: make one of the kind ECC_NIST_P256 for SIGN_VERIFY",
	"ThrottlingException":         "KMS is asked too often: ask AWS for a higher quota of requests with ECC keys",
	"UnrecognizedClientException": "KMS does not know the credentials: check those of this process",
	"ExpiredTokenException":       "the credentials of this process have expired: renew them",
}

// unreachable is the cure when no answer came, or one that says nothing.
const unreachable = "KMS does not answer: check the network of this process, its credentials, and AWS_ENDPOINT_URL_KMS if it is set"

// explain puts the cure before the error of the SDK, which names the account and the request but no secret.
func explain(action, arn string, err error) error {
	cure := unreachable
	if e, ok := errors.AsType[smithy.APIError](err); ok && cures[e.ErrorCode()] != "" {
		cure = cures[e.ErrorCode()]
	}
	return fmt.Errorf("%s on %s: %s: %w", action, arn, cure, err)
}
