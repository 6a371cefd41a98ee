// Package kms lets AWS KMS sign sessions, with keys of the kind ECC_NIST_P256 for SIGN_VERIFY, and wrap the keys that
// seal secrets, with those of the kind SYMMETRIC_DEFAULT for ENCRYPT_DECRYPT.
//
// A process that logs people in needs kms:Sign on the one, a process that seals secrets or shows them again needs
// kms:Decrypt on the other, and the one that bootstraps the store kms:GetPublicKey and kms:Encrypt. No other process asks
// KMS for anything: sessions are read by the public half, which lies in the store.
package kms

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws/retry"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/kms/types"

	"latchkey/shared/session"
)

const (
	defaultCall = 3 * time.Second
	tries       = 3
	maxPause    = 100 * time.Millisecond // before the second try, and twice as long before the third
)

// Options bound the client.
type Options struct {
	Call time.Duration // with all its tries, each of which may take a third; 0: 3 s
}

// Client is AWS KMS, in whichever region a key is.
type Client struct {
	api  *kms.Client
	call time.Duration
}

var _ session.KMS = (*Client)(nil)

// New returns a client with the credentials, and the AWS_ENDPOINT_URL_KMS if there is one, of the ordinary AWS
// environment. It asks KMS for nothing yet.
func New(ctx context.Context, o Options) (*Client, error) {
	if o.Call == 0 {
		o.Call = defaultCall
	}
	cfg, err := config.LoadDefaultConfig(ctx, config.WithHTTPClient(awshttp.NewBuildableClient().WithTimeout(o.Call/tries)))
	if err != nil {
		return nil, fmt.Errorf("kms: read the AWS settings: %w", err)
	}
	api := kms.NewFromConfig(cfg, func(o *kms.Options) {
		o.Retryer = retry.NewStandard(patient)
		o.RetryMaxAttempts = tries // whatever AWS_MAX_ATTEMPTS says
	})
	return &Client{api: api, call: o.Call}, nil
}

// patient retries with a growing random pause between, so that many that were throttled at once do not come back
// at once.
func patient(o *retry.StandardOptions) {
	o.MaxAttempts = tries
	o.Backoff = retry.BackoffDelayerFunc(func(attempt int, _ error) (time.Duration, error) {
		return rand.N(time.Duration(max(attempt, 1)) * maxPause), nil
	})
}

// Sign implements session.KMS.
func (c *Client) Sign(ctx context.Context, arn string, digest []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, c.call)
	defer cancel()
	out, err := c.api.Sign(ctx, &kms.SignInput{
		KeyId:            &arn,
		Message:          digest,
		MessageType:      types.MessageTypeDigest,
		SigningAlgorithm: types.SigningAlgorithmSpecEcdsaSha256,
	}, inRegionOf(arn))
	if err != nil {
		return nil, signing.explain("kms:Sign", arn, err)
	}
	return out.Signature, nil
}

// PublicKey returns the public half of the key, in PKIX. It is for ES256 but for the curve, which is for the reader of
// the PKIX to judge.
func (c *Client) PublicKey(ctx context.Context, arn string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, c.call)
	defer cancel()
	out, err := c.api.GetPublicKey(ctx, &kms.GetPublicKeyInput{KeyId: &arn}, inRegionOf(arn))
	if err != nil {
		return nil, signing.explain("kms:GetPublicKey", arn, err)
	}
	if out.KeyUsage != types.KeyUsageTypeSignVerify || !slices.Contains(out.SigningAlgorithms, types.SigningAlgorithmSpecEcdsaSha256) {
		return nil, fmt.Errorf("the key %s does not sign by ECDSA_SHA_256: make one of the kind %s", arn, signing.kind)
	}
	return out.PublicKey, nil
}

// inRegionOf sends a call where the key is, whatever region the process is in.
func inRegionOf(arn string) func(*kms.Options) {
	return func(o *kms.Options) {
		if parts := strings.SplitN(arn, ":", 5); len(parts) == 5 {
			o.Region = parts[3]
		}
	}
}
