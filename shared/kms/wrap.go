package kms

import (
	"context"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/kms"

	"latchkey/shared/pat"
)

// purpose is what every wrapped key is bound to, beside its id. The policies in template.yaml name it too.
const purpose = "latchkey-sealing-key"

// maxWrapped is far above what KMS makes of 32 bytes.
const maxWrapped = 1024

// bound is the encryption context of a wrapped key: KMS decrypts only for who names the same one.
func bound(id string) map[string]string { return map[string]string{"purpose": purpose, "key": id} }

// Wrap implements pat.KeyWrapper.
func (c *Client) Wrap(ctx context.Context, arn, id string, plain []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, c.call)
	defer cancel()
	out, err := c.api.Encrypt(ctx, &kms.EncryptInput{KeyId: &arn, Plaintext: plain, EncryptionContext: bound(id)}, inRegionOf(arn))
	if err != nil {
		return nil, wrapping.explain("kms:Encrypt", arn, err)
	}
	if n := len(out.CiphertextBlob); n == 0 || n > maxWrapped {
		return nil, fmt.Errorf("kms:Encrypt on %s: the answer has %d bytes", arn, n)
	}
	return out.CiphertextBlob, nil
}

// Unwrap implements pat.KeyWrapper. It names the key, so that nobody is decrypted for whose text another key made.
func (c *Client) Unwrap(ctx context.Context, arn, id string, wrapped []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, c.call)
	defer cancel()
	out, err := c.api.Decrypt(ctx, &kms.DecryptInput{KeyId: &arn, CiphertextBlob: wrapped, EncryptionContext: bound(id)}, inRegionOf(arn))
	if err != nil {
		return nil, wrapping.explain("kms:Decrypt", arn, err)
	}
	return out.Plaintext, nil
}

// Later wraps as Client does, and reads the AWS settings only when it is first asked to: a process whose keys all lie in
// its store has none.
type Later struct{ client func() (*Client, error) }

var (
	_ pat.KeyWrapper = (*Client)(nil)
	_ pat.KeyWrapper = (*Later)(nil)
)

// NewLater returns what makes itself a client when it needs one.
func NewLater(o Options) *Later {
	return &Later{sync.OnceValues(func() (*Client, error) { return New(context.Background(), o) })}
}

// Wrap implements pat.KeyWrapper.
func (l *Later) Wrap(ctx context.Context, arn, id string, plain []byte) ([]byte, error) {
	c, err := l.client()
	if err != nil {
		return nil, err
	}
	return c.Wrap(ctx, arn, id, plain)
}

// Unwrap implements pat.KeyWrapper.
func (l *Later) Unwrap(ctx context.Context, arn, id string, wrapped []byte) ([]byte, error) {
	c, err := l.client()
	if err != nil {
		return nil, err
	}
	return c.Unwrap(ctx, arn, id, wrapped)
}
