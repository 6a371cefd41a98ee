package kms

import (
	"errors"
	"fmt"

	"github.com/aws/smithy-go"
)

// use is what a key is for, and the setting that names it.
type use struct{ setting, work, kind, quota string }

var (
	signing  = use{"LATCHKEY_SIGNING_KEY", "signing", "ECC_NIST_P256 for SIGN_VERIFY", "ECC"}
	wrapping = use{"LATCHKEY_SEALING_KEY", "encryption", "SYMMETRIC_DEFAULT for ENCRYPT_DECRYPT", "symmetric"}
)

// cure tells, for what KMS calls an error, what whoever reads the log can do.
func (u use) cure(code string) string {
	another := "or set " + u.setting + " to another and run `latchkey admin bootstrap`"
	switch code {
	case "AccessDeniedException":
		return "allow the action on the key to the role of this process, in the role's policy or the key's"
	case "NotFoundException":
		return "there is no such key: check the ARN in " + u.setting
	case "DisabledException":
		return "the key is disabled: enable it, " + another
	case "KMSInvalidStateException":
		return "the key cannot be used in the state it is in: cancel its deletion, " + another
	case "InvalidKeyUsageException":
		return "the key is not for " + u.work + ": make one of the kind " + u.kind
	case "IncorrectKeyException", "InvalidCiphertextException":
		return "what the store holds was not wrapped by this key, or not for this use, or it is damaged: restore the record of the service keys"
	case "ThrottlingException":
		return "KMS is asked too often: ask AWS for a higher quota of requests with " + u.quota + " keys"
	case "UnrecognizedClientException":
		return "KMS does not know the credentials: check those of this process"
	case "ExpiredTokenException":
		return "the credentials of this process have expired: renew them"
	}
	return "KMS does not answer: check the network of this process, its credentials, and AWS_ENDPOINT_URL_KMS if it is set"
}

// explain puts the cure before the error of the SDK, which names the account and the request but no secret.
func (u use) explain(action, arn string, err error) error {
	code := "" // when no answer came, or one that says nothing
	if e, ok := errors.AsType[smithy.APIError](err); ok {
		code = e.ErrorCode()
	}
	return fmt.Errorf("%s on %s: %s: %w", action, arn, u.cure(code), err)
}
