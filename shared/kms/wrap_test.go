package kms_test

import (
	"bytes"
	"context"
	"errors"
	"maps"
	"net/http"
	"strings"
	"testing"
	"time"

	"latchkey/shared/kms"
)

const keyID = "abcDEF012345"

var plainKey = bytes.Repeat([]byte("0123456789abcdef"), 2)

// answers with those members.
func answers(members map[string]any) answer {
	return func(_ *fake, w http.ResponseWriter, _ *http.Request, q question) {
		members["KeyId"] = q.KeyID
		write(w, http.StatusOK, members)
	}
}

func TestAKeyIsWrappedForItsPurposeAndItsName(t *testing.T) {
	f := newFake(t, 0, answers(map[string]any{"CiphertextBlob": []byte("wrapped")}), answers(map[string]any{"Plaintext": plainKey}))
	wrapped, err := f.client.Wrap(t.Context(), arn, keyID, plainKey)
	if err != nil || string(wrapped) != "wrapped" {
		t.Errorf("got %q, %v", wrapped, err)
	}
	plain, err := f.client.Unwrap(t.Context(), arn, keyID, wrapped)
	if err != nil || !bytes.Equal(plain, plainKey) {
		t.Errorf("got %d bytes, %v", len(plain), err)
	}
	asked := f.questions()
	if len(asked) != 2 || asked[0].Action != "TrentService.Encrypt" || !bytes.Equal(asked[0].Plaintext, plainKey) ||
		asked[1].Action != "TrentService.Decrypt" || string(asked[1].CiphertextBlob) != "wrapped" {
		t.Fatalf("KMS was asked %d times: %+v", len(asked), asked)
	}
	for _, q := range asked {
		if q.KeyID != arn || !maps.Equal(q.EncryptionContext, map[string]string{"purpose": "latchkey-sealing-key", "key": keyID}) {
			t.Errorf("%s was asked of %s, for %v", q.Action, q.KeyID, q.EncryptionContext)
		}
		if !strings.Contains(q.Scope, "/ap-southeast-2/kms/") {
			t.Errorf("it was asked in another region than the key's: %s", q.Scope)
		}
	}
}

func TestAFailureToWrapTellsTheLogItsCure(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer answer
		calls  int
		cure   string
	}{
		{"denied", fails(400, "AccessDeniedException"), 1, "allow the action on the key"},
		{"unknown", fails(400, "NotFoundException"), 1, "check the ARN in LATCHKEY_SEALING_KEY"},
		{"disabled", fails(400, "DisabledException"), 1, "enable it, or set LATCHKEY_SEALING_KEY"},
		{"for something else", fails(400, "InvalidKeyUsageException"), 1, "make one of the kind SYMMETRIC_DEFAULT for ENCRYPT_DECRYPT"},
		{"another key's", fails(400, "IncorrectKeyException"), 1, "was not wrapped by this key"},
		{"damaged", fails(400, "InvalidCiphertextException"), 1, "or it is damaged"},
		{"throttled", fails(400, "ThrottlingException"), 3, "requests with symmetric keys"},
		{"broken", fails(500, "KMSInternalException"), 3, "KMS does not answer"},
		{"not KMS", says("<html>"), 1, "KMS does not answer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFake(t, 0, c.answer)
			_, wrapErr := f.client.Wrap(t.Context(), arn, keyID, plainKey)
			if n := len(f.questions()); n != c.calls {
				t.Errorf("KMS was asked %d times, want %d", n, c.calls)
			}
			_, unwrapErr := f.client.Unwrap(t.Context(), arn, keyID, []byte("wrapped"))
			for action, err := range map[string]error{"kms:Encrypt": wrapErr, "kms:Decrypt": unwrapErr} {
				if err == nil || !strings.Contains(err.Error(), action+" on "+arn+": ") || !strings.Contains(err.Error(), c.cure) {
					t.Errorf("got %v, want %s", err, c.cure)
				}
				if err != nil && strings.Contains(err.Error(), string(plainKey)) {
					t.Errorf("the key is in the error: %v", err)
				}
			}
		})
	}
}

func TestWhatIsNoWrappedKeyIsNotStored(t *testing.T) {
	for name, blob := range map[string][]byte{"nothing": nil, "too much": make([]byte, 1025)} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t, 0, answers(map[string]any{"CiphertextBlob": blob}))
			if got, err := f.client.Wrap(t.Context(), arn, keyID, plainKey); err == nil || got != nil {
				t.Errorf("got %d bytes, %v", len(got), err)
			}
		})
	}
}

func TestAnUnwrappingThatHangsIsLeft(t *testing.T) {
	f := newFake(t, 90*time.Millisecond, hangs)
	if _, err := f.client.Unwrap(t.Context(), arn, keyID, []byte("wrapped")); err == nil || !strings.Contains(err.Error(), "KMS does not answer") {
		t.Errorf("got %v", err)
	}
	f = newFake(t, 0, hangs)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := f.client.Wrap(ctx, arn, keyID, plainKey); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestAProcessThatWrapsNothingNeedsNoAWSSettings(t *testing.T) {
	f := newFake(t, 0, answers(map[string]any{"CiphertextBlob": []byte("wrapped")}), answers(map[string]any{"Plaintext": plainKey}))
	good := kms.NewLater(kms.Options{})
	if _, err := good.Wrap(t.Context(), arn, keyID, plainKey); err != nil {
		t.Error(err)
	}
	if plain, err := good.Unwrap(t.Context(), arn, keyID, []byte("wrapped")); err != nil || !bytes.Equal(plain, plainKey) || len(f.questions()) != 2 {
		t.Errorf("got %v after %d calls", err, len(f.questions()))
	}
	t.Setenv("AWS_PROFILE", "there-is-none")
	bad := kms.NewLater(kms.Options{})
	_, wrapErr := bad.Wrap(t.Context(), arn, keyID, plainKey)
	_, unwrapErr := bad.Unwrap(t.Context(), arn, keyID, []byte("wrapped"))
	for _, err := range []error{wrapErr, unwrapErr} {
		if err == nil || !strings.Contains(err.Error(), "kms: read the AWS settings") {
			t.Errorf("got %v", err)
		}
	}
}
