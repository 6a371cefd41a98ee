package kms_test

import (
	"bytes"
	"context"
	"crypto/elliptic"
	"errors"
	"math/big"
	"strings"
	"testing"
	"time"

	"latchkey/shared/pat"
)

func TestWhatKMSSignsReads(t *testing.T) {
	f := newFake(t, 0)
	signer := f.signer()
	jwt, err := signer.Issue(t.Context(), aSession())
	if err != nil {
		t.Fatal(err)
	}
	if got, err := signer.Read(t.Context(), jwt, noon); err != nil || got.ID != aSession().ID {
		t.Errorf("read %+v, %v", got, err)
	}
	asked := f.questions()
	if len(asked) != 1 {
		t.Fatalf("KMS was asked %d times", len(asked))
	}
	q := asked[0]
	if q.Action != "TrentService.Sign" || q.KeyID != arn || q.MessageType != "DIGEST" || q.SigningAlgorithm != "ECDSA_SHA_256" || len(q.Message) != 32 {
		t.Errorf("KMS was asked %+v", q)
	}
	if !strings.Contains(q.Scope, "/ap-southeast-2/kms/") {
		t.Errorf("it was asked in another region than the key's: %s", q.Scope)
	}
}

var order = elliptic.P256().Params().N

func TestBothSpellingsOfASignatureAreGood(t *testing.T) {
	half := new(big.Int).Rsh(order, 1)
	for name, high := range map[string]bool{"low s": false, "high s": true} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t, 0, pair(func(_, s *big.Int) {
				if s.Cmp(half) > 0 != high {
					s.Sub(order, s)
				}
			}))
			signer := f.signer()
			jwt, err := signer.Issue(t.Context(), aSession())
			if err != nil {
				t.Fatal(err)
			}
			if _, err := signer.Read(t.Context(), jwt, noon); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestABadSignatureIsNoSession(t *testing.T) {
	const notDER, outside, unfit = "not a pair of numbers in DER", "out of range", "does not fit its public half"
	for _, c := range []struct {
		name   string
		answer answer
		why    string
	}{
		{"of another key", signs(newKey(t), func([]byte) {}), unfit},
		{"of another digest", nil, unfit},
		{"r and s exchanged", pair(func(r, s *big.Int) { *r, *s = *s, *r }), unfit},
		{"nothing", bent(func([]byte) []byte { return nil }), notDER},
		{"cut short", bent(func(der []byte) []byte { return der[:len(der)-1] }), notDER},
		{"a byte more", bent(func(der []byte) []byte { return append(der, 0) }), notDER},
		{"r||s, as JOSE has it", bent(func([]byte) []byte { return bytes.Repeat([]byte{7}, 64) }), notDER},
		{"r is zero", pair(func(r, _ *big.Int) { r.SetInt64(0) }), outside},
		{"s is zero", pair(func(_, s *big.Int) { s.SetInt64(0) }), outside},
		{"r is negative", pair(func(r, _ *big.Int) { r.Neg(r) }), outside},
		{"s is the order", pair(func(_, s *big.Int) { s.Set(order) }), outside},
		{"r is beyond the order", pair(func(r, _ *big.Int) { r.Add(r, order) }), outside},
		{"r is beyond 32 bytes", pair(func(r, _ *big.Int) { r.Lsh(r, 256) }), outside},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFake(t, 0)
			if c.answer == nil {
				c.answer = signs(f.private, func(digest []byte) { digest[0] ^= 1 })
			}
			f.answers = []answer{c.answer}
			jwt, err := f.signer().Issue(t.Context(), aSession())
			if err == nil || !jwt.IsZero() || !strings.Contains(err.Error(), c.why) {
				t.Errorf("got %v, want %s", err, c.why)
			}
		})
	}
}

func TestAFailureTellsTheLogItsCure(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer answer
		calls  int
		cure   string
	}{
		{"denied", fails(400, "AccessDeniedException"), 1, "allow the action on the key"},
		{"unknown", fails(400, "NotFoundException"), 1, "check the ARN in LATCHKEY_SIGNING_KEY"},
		{"disabled", fails(400, "DisabledException"), 1, "enable it"},
		{"to be deleted", fails(400, "KMSInvalidStateException"), 1, "cancel its deletion"},
		{"for something else", fails(400, "InvalidKeyUsageException"), 1, "the key is not for signing"},
		{"bad credentials", fails(400, "UnrecognizedClientException"), 1, "check those of this process"},
		{"throttled", fails(400, "ThrottlingException"), 3, "ask AWS for a higher quota"},
		{"broken", fails(500, "KMSInternalException"), 3, "KMS does not answer"},
		{"not KMS", says("<html>"), 1, "KMS does not answer"},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newFake(t, 0, c.answer)
			_, signErr := f.signer().Issue(t.Context(), aSession())
			if n := len(f.questions()); n != c.calls {
				t.Errorf("KMS was asked %d times, want %d", n, c.calls)
			}
			_, publicErr := f.client.PublicKey(t.Context(), arn)
			for action, err := range map[string]error{"kms:Sign": signErr, "kms:GetPublicKey": publicErr} {
				if err == nil || !strings.Contains(err.Error(), action+" on "+arn+": ") || !strings.Contains(err.Error(), c.cure) {
					t.Errorf("got %v, want %s", err, c.cure)
				}
			}
		})
	}
}

func TestAThrottledCallIsTriedAgain(t *testing.T) {
	f := newFake(t, 0, fails(400, "ThrottlingException"), fails(503, "KMSInternalException"), truly)
	if _, err := f.signer().Issue(t.Context(), aSession()); err != nil {
		t.Error(err)
	}
}

func TestAHangingKMSIsLeft(t *testing.T) {
	f := newFake(t, 90*time.Millisecond, hangs)
	_, err := f.signer().Issue(t.Context(), aSession())
	if err == nil || !strings.Contains(err.Error(), "KMS does not answer") {
		t.Errorf("got %v", err)
	}
	if n := len(f.questions()); n > 3 {
		t.Errorf("KMS was asked %d times", n)
	}
}

func TestACallThatHangsOnceIsTriedAgain(t *testing.T) {
	f := newFake(t, 0, hangs, truly)
	if _, err := f.signer().Issue(t.Context(), aSession()); err != nil {
		t.Error(err)
	}
}

func TestNobodyWaitsForKMSLongerThanItsCaller(t *testing.T) {
	f := newFake(t, 0, hangs)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := f.signer().Issue(ctx, aSession()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("got %v", err)
	}
}

func TestThePublicHalfIsOfAKeyForSessions(t *testing.T) {
	f := newFake(t, 0)
	got, err := f.client.PublicKey(t.Context(), arn)
	if err != nil || !bytes.Equal(got, f.public()) {
		t.Errorf("got %x, %v", got, err)
	}
	for name, answer := range map[string]answer{
		"an RSA key":         describes("SIGN_VERIFY", "RSASSA_PSS_SHA_256", "RSASSA_PKCS1_V1_5_SHA_256"),
		"a key on P-384":     describes("SIGN_VERIFY", "ECDSA_SHA_384"),
		"one for agreements": describes("KEY_AGREEMENT"),
		"one for nothing":    describes("", "ECDSA_SHA_256"),
	} {
		t.Run(name, func(t *testing.T) {
			f := newFake(t, 0, answer)
			if _, err := f.client.PublicKey(t.Context(), arn); err == nil || !strings.Contains(err.Error(), "make one of the kind ECC_NIST_P256 for SIGN_VERIFY") {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestWithoutKMSSessionsAreReadAndNotSigned(t *testing.T) {
	f := newFake(t, 0)
	jwt, err := f.signer().Issue(t.Context(), aSession())
	if err != nil {
		t.Fatal(err)
	}
	reader := f.reader()
	if _, err := reader.Read(t.Context(), jwt, noon); err != nil {
		t.Error(err)
	}
	if _, err := reader.Issue(t.Context(), aSession()); err == nil || !strings.Contains(err.Error(), "set LATCHKEY_SIGNING_KEY to kms:"+arn) {
		t.Errorf("got %v", err)
	}
	other := newFake(t, 0)
	foreign, err := other.signer().Issue(t.Context(), aSession())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := reader.Read(t.Context(), foreign, noon); !errors.Is(err, pat.ErrBadJWT) {
		t.Errorf("another key's session under our key's name: %v", err)
	}
}
